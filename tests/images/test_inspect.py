import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.images import (
    MAX_SOURCE_BYTES,
    AnimatedPicture,
    EmptyPicture,
    NotAPicture,
    PictureError,
    TooManyBytes,
    TooManyPixels,
    TruncatedPicture,
    WrongFormat,
    check_source,
    inspect,
)
from tests.images.samples import PNG_SIGNATURE, animation, black_and_white, chunk, encoded, noise, sideways

RGB, RGBA = noise(60, 40), noise(60, 40, "RGBA")
TRANSPARENT_PALETTE = Image.new("P", (60, 40))
STILL = {
    "png": ("PNG", False, encoded(RGB, "PNG")),
    "png with alpha": ("PNG", True, encoded(RGBA, "PNG")),
    "png with a transparent colour": ("PNG", True, encoded(TRANSPARENT_PALETTE, "PNG", transparency=0)),
    "jpeg": ("JPEG", False, encoded(RGB, "JPEG")),
    "progressive jpeg": ("JPEG", False, encoded(RGB, "JPEG", progressive=True)),
    "jpeg with restarts": ("JPEG", False, encoded(RGB, "JPEG", restart_marker_blocks=1)),
    "jpeg with a camera's extras": ("JPEG", False, encoded(RGB, "MPO", save_all=True, append_images=[RGB])),
    "jpeg with a trailer": ("JPEG", False, encoded(RGB, "JPEG") + b"SEFT" * 100),
    "webp": ("WEBP", False, encoded(RGB, "WEBP")),
    "webp with alpha": ("WEBP", True, encoded(RGBA, "WEBP")),
    "lossless webp": ("WEBP", False, encoded(RGB, "WEBP", lossless=True)),
    "lossless webp with alpha": ("WEBP", True, encoded(RGBA, "WEBP", lossless=True)),
    "gif": ("GIF", False, encoded(RGB, "GIF")),
    "gif with a transparent colour": ("GIF", True, encoded(TRANSPARENT_PALETTE, "GIF", transparency=0)),
}
LARGE = {format_: encoded(noise(700, 700), format_) for format_ in ("PNG", "JPEG", "WEBP", "GIF")}


@pytest.mark.parametrize("name", STILL)
async def test_still_pictures(name: str):
    format_, has_alpha, data = STILL[name]
    info = await inspect(data)
    assert (info.format, info.width, info.height, info.frames) == (format_, 60, 40, 1)
    assert info.has_alpha is has_alpha
    assert info.size == len(data)


async def test_a_file_is_what_its_bytes_say(tmp_path: Path):
    path = tmp_path / "picture.png"
    path.write_bytes(STILL["jpeg"][2])
    info = await inspect(path)
    assert (info.format, info.content_type, info.suffix) == ("JPEG", "image/jpeg", ".jpg")


@pytest.mark.parametrize("padding", range(-2, 3))
async def test_a_jpeg_may_end_anywhere_in_a_block(padding: int):
    data = STILL["jpeg"][2]
    scan = data.index(b"\xff\xda")
    scan += 2 + int.from_bytes(data[scan + 2 : scan + 4])
    padded = data[:scan] + bytes(256 * 1024 + padding)
    assert (await inspect(padded + b"\xff\xd9")).format == "JPEG"
    with pytest.raises(TruncatedPicture):
        await inspect(padded + b"\xff")


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "GIF"])
async def test_frames_are_counted(format_: str):
    info = await inspect(animation(format_, frames=5))
    assert (info.format, info.frames, info.width, info.height) == (format_, 5, 40, 30)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(("orientation", "size"), [(1, (80, 40)), (3, (80, 40)), (6, (40, 80)), (8, (40, 80))])
async def test_orientation_turns_width_and_height(format_: str, orientation: int, size: tuple[int, int]):
    info = await inspect(sideways(format_, orientation=orientation))
    assert (info.width, info.height) == size


@pytest.mark.parametrize("format_", LARGE)
@pytest.mark.parametrize("kept", [0.01, 0.25, 0.5, 0.9, 0.999])
async def test_truncated(format_: str, kept: float):
    data = LARGE[format_]
    with pytest.raises(TruncatedPicture):
        await inspect(data[: int(len(data) * kept)])


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "GIF"])
async def test_truncated_animation(format_: str):
    with pytest.raises(TruncatedPicture):
        await inspect(animation(format_)[:-20])


@pytest.mark.parametrize("format_", LARGE)
async def test_the_last_byte_counts(format_: str):
    await inspect(LARGE[format_])
    with pytest.raises(TruncatedPicture):
        await inspect(LARGE[format_][:-1])


async def test_damaged_png():
    data = bytearray(LARGE["PNG"])
    data[len(data) // 2] ^= 1
    with pytest.raises(TruncatedPicture):
        await inspect(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        STILL["png"][2][:33] + chunk(b"IEND", b""),
        STILL["jpeg"][2][: STILL["jpeg"][2].index(b"\xff\xda")] + b"\xff\xd9",
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(10),
        b"GIF89a\1\0\1\0\0\0\0;",
    ],
    ids=["png", "jpeg", "webp", "gif"],
)
async def test_headers_without_a_picture(data: bytes):
    with pytest.raises(TruncatedPicture):
        await inspect(data)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        b"just some text that somebody renamed to picture.png",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\x89PNG",
        PNG_SIGNATURE + chunk(b"IEND", b""),
        PNG_SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
        encoded(RGB, "BMP"),
    ],
    ids=["pdf", "text", "sound", "stub", "no header", "no size", "bmp"],
)
async def test_not_a_picture(data: bytes):
    with pytest.raises(NotAPicture):
        await inspect(data)


async def test_empty(tmp_path: Path):
    path = tmp_path / "empty.png"
    path.touch()
    with pytest.raises(EmptyPicture):
        await inspect(path)


async def test_a_bomb_is_known_by_its_header():
    data = black_and_white(10_000, 6_000)
    assert len(data) < 100_000
    info = await inspect(data)
    assert info.pixels == 60_000_000
    with pytest.raises(TooManyPixels) as caught:
        await check_source(data)
    assert caught.value.args_ == {"width": 10_000, "height": 6_000, "limit": 40}


async def test_sources():
    for format_ in ("PNG", "JPEG", "WEBP"):
        assert (await check_source(LARGE[format_])).format == format_


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "GIF"])
async def test_animated_sources_are_refused(format_: str):
    with pytest.raises(AnimatedPicture):
        await check_source(animation(format_))


async def test_gif_sources_are_refused():
    with pytest.raises(WrongFormat):
        await check_source(LARGE["GIF"])


async def test_sources_have_a_size_limit(tmp_path: Path):
    path = tmp_path / "large.jpg"
    path.write_bytes(LARGE["JPEG"])
    with path.open("r+b") as file:
        file.truncate(MAX_SOURCE_BYTES)
    await check_source(path)
    with path.open("r+b") as file:
        file.truncate(MAX_SOURCE_BYTES + 1)
    with pytest.raises(TooManyBytes):
        await check_source(path)


@given(st.sampled_from(sorted(STILL)), st.data())
def test_damage_raises_nothing_but_picture_errors(name: str, data: st.DataObject):
    picture = bytearray(STILL[name][2])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, min(len(picture) - 1, 200)))
        picture[at] = data.draw(st.integers(0, 255))
    try:
        info = asyncio.run(inspect(bytes(picture)))
    except PictureError:
        return
    assert info.width > 0
    assert info.height > 0
