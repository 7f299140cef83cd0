"""`/edit`: pictures in, a picture out."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.store import Source
from tests.images.samples import animation, black_and_white, encoded, noise
from tests.world import World, short_id, world

MEBIBYTE = 1024 * 1024


def picture(colour: str, format_: str = "PNG") -> bytes:
    return encoded(Image.new("RGB", (64, 48), colour), format_)


async def edit(world: World, *files: tuple[str, bytes], prompt: str = "make it snow", **options: Any) -> Any:
    """Type `/edit` with these attachments and wait until its request is over."""
    images = {f"image{number if number > 1 else ''}": file for number, file in enumerate(files, 1)}
    shown = await world.slash("edit", prompt=prompt, **images, **options)
    await world.settle()
    return shown


async def sources(world: World) -> list[bytes]:
    """Return what RunAPI finds at the addresses that the last create named, in that order."""
    async with httpx.AsyncClient() as http:
        return [(await http.get(url)).content for url in world.asked()[-1]["source_image_urls"]]


async def test_one_picture_is_edited(world: World) -> None:
    shown = await edit(world, ("fox.png", picture("red")))
    assert "**completed**" in shown.response.content
    [attachment] = shown.response.attachments
    assert attachment.description == "Picture edited by GPT Image 2 as the prompt asks: make it snow"
    [asked] = world.asked()
    assert (asked["model"], asked["prompt"]) == ("gpt-image-2-image-to-image", "make it snow")


async def test_runapi_gets_the_bytes_that_were_attached_in_their_order(world: World) -> None:
    files = [
        ("a.png", picture("red")),
        ("a-jpeg.png", picture("green", "JPEG")),
        ("c.webp", picture("blue", "WEBP")),
        ("d.png", picture("white")),
    ]
    shown = await edit(world, *files, aspect_ratio="3:2", resolution="2k")
    assert "**completed**" in shown.response.content
    assert await sources(world) == [data for _, data in files]
    [asked] = world.asked()
    assert (asked["aspect_ratio"], asked["output_resolution"]) == ("3:2", "2k")


async def test_a_large_picture_arrives_as_it_was(world: World) -> None:
    data = encoded(noise(800, 600), "PNG")
    assert len(data) > MEBIBYTE
    await edit(world, ("noise.png", data))
    assert await sources(world) == [data]


SURELY_NO_PICTURE = [
    (("notes.pdf", b"%PDF-1.7 ..."), "“notes.pdf” is not a picture. Send a PNG, JPEG or WebP."),
    (("notes", b"hello"), "“notes” is not a picture. Send a PNG, JPEG or WebP."),
    (("fox.png", b""), "“fox.png” is empty. Send a PNG, JPEG or WebP."),
    (("fox.gif", animation("GIF")), "I cannot edit a GIF. Send a PNG, JPEG or WebP."),
    (("fox.png", bytes(20 * MEBIBYTE + 1)), "“fox.png” has 21 MB; 20 MB is the most that I can edit."),
]


async def test_what_is_surely_no_picture_is_refused_privately(world: World) -> None:
    for file, sentence in SURELY_NO_PICTURE:
        shown = await edit(world, ("good.png", picture("red")), file)
        assert shown.ephemeral
        assert shown.response.content == sentence
        await nothing_was_charged(world)


NO_PICTURE_AFTER_ALL = [
    (("notes.png", b"hello"), "That file is not a picture I can read. Send a PNG, JPEG or WebP."),
    (("fox.png", picture("red")[:-20]), "That picture is cut off or damaged."),
    (("fox.png", animation("GIF")), "That picture is animated (3 frames). Send a single still picture."),
    (("fox.webp", animation("WEBP")), "That picture is animated (3 frames). Send a single still picture."),
    (
        ("bomb.png", black_and_white(8000, 7500)),
        "That picture is 8,000\N{MULTIPLICATION SIGN}7,500 pixels, and I can take at most 40 megapixels.",
    ),
]


async def test_what_turns_out_to_be_no_picture_ends_with_the_reason(world: World) -> None:
    for file, sentence in NO_PICTURE_AFTER_ALL:
        shown = await edit(world, ("good.png", picture("red")), file)
        status, reason, charged, _ = shown.response.content.splitlines()
        assert status.startswith("⚠️ **failed**")
        assert reason.startswith(sentence)
        assert charged == "It does not count against your allowance."
        await nothing_was_charged(world)


async def nothing_was_charged(world: World) -> None:
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_model_that_cannot_edit_is_answered_with_those_that_can(world: World) -> None:
    shown = await edit(world, ("fox.png", picture("red")), model="imagen-4")
    assert shown.ephemeral
    assert shown.response.content == "Imagen 4 cannot edit pictures. These can: gpt-image-2, gpt-4o-image."
    await nothing_was_charged(world)


async def test_only_models_that_can_edit_are_suggested(world: World) -> None:
    choices = await world.ada.autocomplete(world.channel, "edit", "model", "", prompt="make it snow")
    assert [choice["value"] for choice in choices] == ["gpt-image-2", "gpt-4o-image"]


async def test_an_attachment_that_is_gone_too_soon_is_asked_for_again(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as built:
        image = ("fox.png", picture("red"))
        shown = await built.slash("edit", prompt="make it snow", image=image)
        built.lose_attachments()
        await built.run_engine()
        await built.settle()
        assert "I could not get the picture from Discord. Attach it again." in shown.response.content
        await nothing_was_charged(built)


async def test_a_reroll_works_from_the_kept_bytes_after_the_attachment_is_gone(world: World) -> None:
    files = [("a.png", picture("red")), ("b.png", picture("blue"))]
    shown = await edit(world, *files)
    world.lose_attachments()
    await world.restart()

    again = await world.press(shown, "reroll")
    await world.settle()

    assert short_id(again) != short_id(shown)
    assert "**completed**" in again.response.content
    assert await sources(world) == [data for _, data in files]


async def test_a_reroll_whose_kept_source_was_swept_fetches_it_again(world: World) -> None:
    fox = encoded(Image.new("RGB", (64, 48), "red"), "PNG")
    shown = await world.ada.slash(world.channel, "edit", prompt="make it snow", image=("fox.png", fox))
    await world.settle()
    for path in (world.settings.data_dir / "pictures" / "originals").glob("*/*"):
        path.unlink()
    again = await world.press(shown, "reroll")
    await world.settle()
    assert "**completed**" in again.response.content


async def test_several_of_one_edit_fetch_its_picture_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = await edit(world, ("fox.png", picture("red")))
    # As it is where the picture has gone from the picture store, and where the request was for several.
    world.sql("UPDATE sources SET file = NULL")
    world.sql("UPDATE requests SET options = json_set(options, '$.count', 3)")
    fetched: list[str | None] = []
    fetch = world.bot.courier.fetch

    async def counted(source: Source, to: Path, limit: int) -> None:
        fetched.append(source.url)
        await fetch(source, to, limit)

    monkeypatch.setattr(world.bot.courier, "fetch", counted)
    again = await world.press(shown, "reroll")
    await world.settle()
    assert len(again.response.attachments) == 3
    assert len(fetched) == 1
    assert len({*await sources(world)}) == 1
