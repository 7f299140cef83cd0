import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageOps

from bot.images import (
    EncodeFailed,
    Encoder,
    NotAPicture,
    TooManyPixels,
    TruncatedPicture,
    _child,
)
from tests.images.children import children
from tests.images.limits import file_size_limit
from tests.images.samples import PNG_SIGNATURE, animation, black_and_white, chunk, encoded, noise, sideways

MIB = 1024 * 1024
SCRIPT = Path(_child.__file__).with_name("_encode.py")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "copies"
    path.mkdir()
    return path


@pytest.fixture
async def encoder() -> AsyncGenerator[Encoder]:
    async with Encoder() as built:
        yield built


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Where a test puts the picture that it works on."""
    return tmp_path / "picture"


@pytest.fixture(scope="module")
def slow_picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that takes a child seconds."""
    path = tmp_path_factory.mktemp("slow") / "picture"
    noise(2400, 2000, "RGBA").save(path, "PNG", compress_level=1)
    return path


@asynccontextmanager
async def watching() -> AsyncGenerator[list[list[int]]]:
    """Look at the children all the time that a block runs."""
    seen: list[list[int]] = []

    async def look() -> None:
        while True:
            seen.append(children())
            await asyncio.sleep(0.005)

    task = asyncio.create_task(look())
    try:
        yield seen
    finally:
        task.cancel()


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image


async def test_what_fits_is_not_touched(encoder: Encoder, picture: Path, directory: Path):
    picture.write_bytes(sideways("JPEG"))
    size = picture.stat().st_size
    fitted = await encoder.fit(picture, limit=size, directory=directory)
    assert (fitted.how, fitted.path, fitted.size) == ("original", picture, size)
    assert (fitted.width, fitted.height) == (40, 80)
    assert (fitted.content_type, fitted.suffix) == ("image/jpeg", ".jpg")
    assert list(directory.iterdir()) == []


async def test_a_png_over_the_limit_becomes_a_jpeg(encoder: Encoder, picture: Path, directory: Path):
    noise(2048, 1900).save(picture, "PNG", compress_level=1)
    assert picture.stat().st_size > 11 * MIB
    fitted = await encoder.fit(picture, limit=10 * MIB, directory=directory)
    assert fitted.how == "reencoded"
    assert fitted.size == fitted.path.stat().st_size <= 10 * MIB
    assert (fitted.content_type, fitted.suffix, fitted.path.suffix) == ("image/jpeg", ".jpg", ".jpg")
    image = opened(fitted.path)
    assert (image.format, image.size) == ("JPEG", (2048, 1900))
    assert list(directory.iterdir()) == [fitted.path]


async def test_alpha_is_kept(encoder: Encoder, picture: Path, directory: Path):
    image = noise(500, 500)
    image.putalpha(ImageOps.fit(Image.linear_gradient("L"), (500, 500)))
    image.save(picture, "PNG")
    fitted = await encoder.fit(picture, limit=500_000, directory=directory)
    assert (fitted.how, fitted.content_type, fitted.suffix) == ("reencoded", "image/webp", ".webp")
    copy = opened(fitted.path)
    assert (copy.format, copy.mode, copy.size) == ("WEBP", "RGBA", (500, 500))
    top, bottom = copy.getpixel((250, 5)), copy.getpixel((250, 495))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[3] < 20, bottom[3] > 235) == (True, True)


async def test_an_opaque_alpha_channel_does_not_count(encoder: Encoder, picture: Path, directory: Path):
    image = noise(500, 500)
    image.putalpha(255)
    image.save(picture, "PNG")
    fitted = await encoder.fit(picture, limit=500_000, directory=directory)
    assert (fitted.how, fitted.suffix) == ("reencoded", ".jpg")


@pytest.mark.parametrize("limit", [20_000, 100_000, 300_000])
async def test_what_still_does_not_fit_is_scaled_down(encoder: Encoder, picture: Path, directory: Path, limit: int):
    noise(1200, 800).save(picture, "PNG")
    fitted = await encoder.fit(picture, limit=limit, directory=directory)
    assert fitted.how == "downscaled"
    assert fitted.path.stat().st_size <= limit
    assert fitted.width < 1200
    assert fitted.width / fitted.height == pytest.approx(1.5, abs=0.02)
    assert opened(fitted.path).size == (fitted.width, fitted.height)


async def test_a_jpeg_is_turned_upright(encoder: Encoder, picture: Path, directory: Path):
    picture.write_bytes(sideways("JPEG"))
    fitted = await encoder.fit(picture, limit=picture.stat().st_size - 1, directory=directory)
    assert (fitted.width, fitted.height) == (40, 80)
    image = opened(fitted.path)
    assert image.size == (40, 80)
    assert not image.getexif()


@pytest.mark.parametrize(("mode", "kept"), [("RGB", True), ("RGBA", True), ("L", False)])
async def test_only_colour_profiles_that_still_apply_are_kept(
    encoder: Encoder, picture: Path, directory: Path, mode: str, kept: bool
):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    noise(200, 200, mode).save(picture, "PNG", icc_profile=profile)
    fitted = await encoder.fit(picture, limit=picture.stat().st_size - 1, directory=directory)
    assert fitted.how != "link"
    assert opened(fitted.path).info.get("icc_profile") == (profile if kept else None)


async def test_over_24_megapixels_is_scaled_down_at_once(encoder: Encoder, picture: Path, directory: Path):
    Image.new("L", (6000, 4100)).save(picture, "PNG", compress_level=0)
    fitted = await encoder.fit(picture, limit=10 * MIB, directory=directory)
    assert fitted.how == "downscaled"
    assert fitted.width * fitted.height == pytest.approx(12_000_000, rel=0.01)
    assert opened(fitted.path).size == (fitted.width, fitted.height)


@pytest.mark.parametrize(
    "data", [black_and_white(10_000, 6_001), animation("GIF"), animation("PNG")], ids=["huge", "gif", "png"]
)
async def test_pictures_that_get_a_link_without_a_try(
    encoder: Encoder, picture: Path, directory: Path, data: bytes, caplog: pytest.LogCaptureFixture
):
    picture.write_bytes(data)
    async with watching() as seen:
        fitted = await encoder.fit(picture, limit=len(data) - 1, directory=directory)
    assert (fitted.how, fitted.path, fitted.size) == ("link", picture, len(data))
    assert not any(seen)
    assert caplog.records == []


async def test_no_copy_is_small_enough(encoder: Encoder, picture: Path, directory: Path):
    noise(300, 300).save(picture, "PNG")
    fitted = await encoder.fit(picture, limit=50, directory=directory)
    assert fitted.how == "link"
    assert list(directory.iterdir()) == []


async def test_out_of_time(slow_picture: Path, directory: Path, caplog: pytest.LogCaptureFixture):
    async with Encoder(seconds=0.2) as encoder:
        fitted = await encoder.fit(slow_picture, limit=MIB, directory=directory)
    assert fitted.how == "link"
    assert "out of time" in caplog.text
    assert children() == []
    assert list(directory.iterdir()) == []


async def test_out_of_memory(picture: Path, directory: Path, caplog: pytest.LogCaptureFixture):
    picture.write_bytes(black_and_white(6000, 4000))
    async with Encoder(memory=100 * MIB) as small:
        fitted = await small.fit(picture, limit=1000, directory=directory)
    assert fitted.how == "link"
    assert "MemoryError" in caplog.text
    assert list(directory.iterdir()) == []


async def test_a_full_disk_leaves_no_half_copy(
    encoder: Encoder, picture: Path, directory: Path, caplog: pytest.LogCaptureFixture
):
    noise(300, 300).save(picture, "PNG")
    with file_size_limit(10_000):
        fitted = await encoder.fit(picture, limit=100_000, directory=directory)
    assert fitted.how == "link"
    assert "File too large" in caplog.text
    assert list(directory.iterdir()) == []


@asynccontextmanager
async def child_of_nobody(seconds: int) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A child that nobody looks after."""
    limits = json.dumps({"memory": 1024 * MIB, "seconds": seconds})
    command = [sys.executable, "-P", str(SCRIPT), limits]
    process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def told(process: asyncio.subprocess.Process, source: Path, target: Path) -> None:
    """Give a child its job."""
    job = {"task": "thumbnail", "source": str(source), "target": str(target)}
    job |= {"limit": MIB, "max_pixels": MIB, "max_side": 100}
    assert process.stdin is not None
    process.stdin.write(json.dumps(job).encode() + b"\n")


async def test_a_child_at_work_ends_by_itself_when_the_bot_is_gone(tmp_path: Path):
    source = tmp_path / "nobody writes here"
    os.mkfifo(source)
    async with child_of_nobody(seconds=1) as process:
        told(process, source, tmp_path / "copy")
        assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGALRM


async def test_a_child_that_waits_ends_by_itself_when_the_bot_is_gone(tmp_path: Path):
    async with child_of_nobody(seconds=20) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_a_child_waits_longer_than_a_job_may_take_and_outlives_a_ctrl_c(picture: Path, directory: Path):
    picture.write_bytes(encoded(noise(50, 50), "PNG"))
    # A busy machine needs more than a second for a job.
    async with child_of_nobody(seconds=3) as process:
        assert process.stdout is not None
        for target in ("one", "two"):
            told(process, picture, directory / target)
            assert json.loads(await asyncio.wait_for(process.stdout.readline(), 20))["format"] == "WEBP"
            process.send_signal(signal.SIGINT)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(process.wait(), 3.2)


async def test_one_child_does_job_after_job(encoder: Encoder, picture: Path, directory: Path):
    noise(300, 300).save(picture, "PNG")
    seen: list[list[int]] = []
    for _ in range(3):
        await encoder.thumbnail(picture, directory / "t.webp")
        await encoder.fit(picture, limit=100_000, directory=directory)
        seen.append(children())
    assert len(seen[0]) == 1
    assert seen == [seen[0]] * 3


async def test_a_child_makes_way_after_its_jobs(picture: Path, directory: Path):
    noise(50, 50).save(picture, "PNG")
    async with Encoder(jobs=2) as encoder, watching() as seen:
        for _ in range(5):
            await encoder.thumbnail(picture, directory / "t.webp")
    assert len({child for found in seen for child in found}) == 3
    assert children() == []


async def test_a_child_without_jobs_ends(picture: Path, directory: Path):
    noise(50, 50).save(picture, "PNG")
    async with Encoder(idle=0.05) as encoder:
        await encoder.thumbnail(picture, directory / "t.webp")
        async with asyncio.timeout(20):
            while children():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert (await encoder.thumbnail(picture, directory / "t.webp")).width == 50


async def test_a_child_that_is_killed_while_it_waits_is_replaced(encoder: Encoder, picture: Path, directory: Path):
    noise(50, 50).save(picture, "PNG")
    await encoder.thumbnail(picture, directory / "t.webp")
    [first] = children()
    os.kill(first, signal.SIGKILL)
    assert (await encoder.thumbnail(picture, directory / "t.webp")).width == 50
    assert children() != [first]


async def test_a_job_whose_used_child_is_killed_is_done_by_another(
    encoder: Encoder, slow_picture: Path, picture: Path, directory: Path
):
    noise(50, 50).save(picture, "PNG")
    await encoder.thumbnail(picture, directory / "t.webp")
    [first] = children()
    fitting = asyncio.create_task(encoder.fit(slow_picture, limit=MIB, directory=directory))
    while not busy(first):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    os.kill(first, signal.SIGKILL)
    assert (await fitting).how == "downscaled"
    assert children() != [first]


def busy(child: int) -> bool:
    """Whether a child has the picture open that it works on."""
    with suppress(FileNotFoundError):
        return any("slow" in str(link.readlink()) for link in Path(f"/proc/{child}/fd").iterdir())
    return False


async def test_a_job_that_fails_does_not_spoil_the_next(encoder: Encoder, picture: Path, directory: Path):
    picture.write_bytes(undecodable())
    with pytest.raises(EncodeFailed):
        await encoder.thumbnail(picture, directory / "t.webp")
    noise(50, 50).save(picture, "PNG")
    assert (await encoder.thumbnail(picture, directory / "t.webp")).width == 50


async def test_a_cancelled_fit_leaves_nothing(encoder: Encoder, slow_picture: Path, directory: Path):
    fitting = asyncio.create_task(encoder.fit(slow_picture, limit=MIB, directory=directory))
    while not children():  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    fitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fitting
    assert children() == []
    assert list(directory.iterdir()) == []


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_so_many_children_at_once(picture: Path, directory: Path, concurrency: int):
    noise(600, 600).save(picture, "PNG")
    async with Encoder(concurrency=concurrency) as encoder, watching() as seen:
        fits = [encoder.fit(picture, limit=500_000, directory=directory) for _ in range(4)]
        fitted = await asyncio.gather(*fits)
    assert len({copy.path for copy in fitted}) == 4
    assert max(map(len, seen)) == concurrency


async def test_a_child_does_not_know_the_bots_secrets(
    encoder: Encoder, slow_picture: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    fitting = asyncio.create_task(encoder.fit(slow_picture, limit=MIB, directory=directory))
    environment = b""
    while not fitting.done():
        await asyncio.sleep(0.01)
        for child in children():
            # Between fork and exec a child still has the bot's own memory.
            if b"_encode.py" in Path(f"/proc/{child}/cmdline").read_bytes():
                environment = environment or Path(f"/proc/{child}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"a-secret" not in environment


def test_the_child_imports_nothing_of_the_bot():
    program = f"import runpy, sys; runpy.run_path({str(SCRIPT)!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert "PIL" in done.stdout.split()
    assert not {"bot", "httpx", "discord", "asyncio"} & set(done.stdout.split())


async def test_the_loop_goes_on_while_a_picture_is_fitted(encoder: Encoder, picture: Path, directory: Path):
    picture.write_bytes(black_and_white(6000, 4000, random=True))

    async def tick(gaps: list[float]) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            gaps.append(time.perf_counter() - before)

    gaps: list[float] = []
    ticker = asyncio.create_task(tick(gaps))
    await encoder.fit(picture, limit=MIB, directory=directory)
    ticker.cancel()
    print(f"24 megapixels fitted: longest gap between ticks {max(gaps) * 1000:.1f} ms")  # noqa: T201
    assert len(gaps) > 20


async def test_a_thumbnail(encoder: Encoder, picture: Path, directory: Path):
    noise(1500, 1000).save(picture, "PNG")
    thumbnail = await encoder.thumbnail(picture, directory / "t.webp")
    assert (thumbnail.width, thumbnail.height) == (512, 341)
    assert (thumbnail.path, thumbnail.content_type, thumbnail.suffix) == (
        directory / "t.webp",
        "image/webp",
        ".webp",
    )
    image = opened(directory / "t.webp")
    assert (image.format, image.size) == ("WEBP", (512, 341))
    assert thumbnail.size == (directory / "t.webp").stat().st_size


async def test_a_thumbnail_is_never_enlarged(encoder: Encoder, picture: Path, directory: Path):
    noise(100, 60).save(picture, "PNG")
    thumbnail = await encoder.thumbnail(picture, directory / "t.webp")
    assert (thumbnail.width, thumbnail.height) == (100, 60)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
async def test_a_thumbnail_is_upright(encoder: Encoder, picture: Path, directory: Path, format_: str):
    picture.write_bytes(sideways(format_))
    thumbnail = await encoder.thumbnail(picture, directory / "t.webp", side=40)
    assert (thumbnail.width, thumbnail.height) == (20, 40)
    image = opened(thumbnail.path)
    top, bottom = image.getpixel((10, 5)), image.getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def grey_of_16_bits() -> bytes:
    image = Image.new("I;16", (50, 50), 128 * 256)
    return encoded(image, "PNG")


@pytest.mark.parametrize(
    ("data", "grey"),
    [
        (grey_of_16_bits(), 128),
        (encoded(Image.new("L", (50, 50), 128), "PNG"), 128),
        (encoded(Image.new("1", (50, 50), 1), "PNG"), 255),
        (encoded(Image.new("CMYK", (50, 50), (0, 0, 0, 127)), "JPEG"), 128),
        (encoded(Image.new("LA", (50, 50), (128, 255)), "PNG"), 128),
        (animation("GIF"), None),
    ],
    ids=["16 bits", "grey", "black and white", "cmyk", "grey with alpha", "gif"],
)
async def test_thumbnails_of_unusual_pictures(
    encoder: Encoder, picture: Path, directory: Path, data: bytes, grey: int | None
):
    picture.write_bytes(data)
    thumbnail = await encoder.thumbnail(picture, directory / "t.webp")
    image = opened(thumbnail.path)
    assert image.mode == "RGB"
    if grey is not None:
        assert image.getpixel((25, 25)) == pytest.approx((grey, grey, grey), abs=4)


async def test_thumbnail_errors(encoder: Encoder, picture: Path, directory: Path):
    to = directory / "t.webp"
    picture.write_bytes(black_and_white(10_000, 6_001))
    with pytest.raises(TooManyPixels):
        await encoder.thumbnail(picture, to)
    picture.write_bytes(encoded(noise(50, 50), "PNG")[:-5])
    with pytest.raises(TruncatedPicture):
        await encoder.thumbnail(picture, to)
    picture.write_bytes(b"no picture")
    with pytest.raises(NotAPicture):
        await encoder.thumbnail(picture, to)
    assert list(directory.iterdir()) == []


def undecodable() -> bytes:
    header = encoded(noise(50, 50), "PNG")[: len(PNG_SIGNATURE) + 25]
    return header + chunk(b"IDAT", b"not packed") + chunk(b"IEND", b"")


async def test_data_that_does_not_decode(encoder: Encoder, picture: Path, directory: Path):
    picture.write_bytes(undecodable())
    with pytest.raises(EncodeFailed):
        await encoder.thumbnail(picture, directory / "t.webp")
    fitted = await encoder.fit(picture, limit=10, directory=directory)
    assert fitted.how == "link"
    assert list(directory.iterdir()) == []
