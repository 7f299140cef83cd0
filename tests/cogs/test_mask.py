"""`/edit` with a mask: where the picture may change."""

import io
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from tests.cogs.test_remix import remix
from tests.images.samples import encoded
from tests.world import World, world

PICTURE = encoded(Image.new("RGB", (96, 64), "red"), "PNG")


def mask(size: tuple[int, int] = (96, 64)) -> bytes:
    """A mask that is clear in its left half."""
    picture = Image.new("RGBA", size, "black")
    picture.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return encoded(picture, "PNG")


async def edit(world: World, **options: Any) -> Any:
    given = {"prompt": "make it night", "image": ("fox.png", PICTURE), "mask": ("mask.png", mask()), **options}
    shown = await world.ada.slash(world.channel, "edit", **given)
    await world.settle()
    return shown


async def fetched(url: str) -> bytes:
    async with httpx.AsyncClient() as http:
        return (await http.get(url)).content


async def test_the_mask_reaches_runapi_beside_the_picture_and_keeps_the_rest_as_it_was(world: World) -> None:
    shown = await edit(world, model="gpt-4o-image", aspect_ratio="3:2")
    [asked] = world.asked()
    assert world.creates()[0].path == "/v1/text_to_image"
    [source] = asked["source_image_urls"]
    assert (await fetched(source), await fetched(asked["mask_url"])) == (PICTURE, mask())
    [attachment] = shown.response.attachments
    edited = Image.open(io.BytesIO(await attachment.read())).convert("RGB")
    assert edited.getpixel((edited.width * 3 // 4, edited.height // 2)) == (255, 0, 0)
    assert edited.getpixel((edited.width // 4, edited.height // 2)) != (255, 0, 0)


async def test_a_reroll_keeps_the_mask(world: World) -> None:
    shown = await edit(world, model="gpt-4o-image")
    world.lose_attachments()
    again = await world.press(shown, "reroll")
    await world.settle()
    assert "**completed**" in again.response.content
    assert await fetched(world.asked()[1]["mask_url"]) == mask()


async def test_a_remix_keeps_the_mask_and_says_which_model_takes_none(world: World) -> None:
    shown = await edit(world, model="gpt-4o-image")
    world.lose_attachments()
    await world.restart()
    panel = await remix(world, shown, by=world.bob)
    await panel.choose("model", "gpt-image-2")
    assert "GPT Image 2 takes no mask." in panel.said
    await panel.choose("model", "gpt-4o-image")
    assert "**completed**" in (await panel.run()).response.content
    assert await fetched(world.asked()[1]["mask_url"]) == mask()


async def test_a_model_that_takes_none_says_so(world: World) -> None:
    shown = await edit(world)
    assert shown.ephemeral
    assert shown.response.content == ("GPT Image 2 takes no mask. Leave it out and say in the prompt what to change.")
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_mask_of_another_size_is_refused_before_runapi_is_asked(world: World) -> None:
    shown = await edit(world, model="gpt-4o-image", mask=("mask.png", mask((64, 64))))
    assert "The mask is 64\N{MULTIPLICATION SIGN}64 pixels and the picture 96\N{MULTIPLICATION SIGN}64." in (
        shown.response.content
    )
    assert "It does not count against your allowance." in shown.response.content
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user


async def test_a_mask_that_is_no_picture_is_refused_privately(world: World) -> None:
    shown = await edit(world, model="gpt-4o-image", mask=("notes.txt", b"hello"))
    assert shown.ephemeral
    assert shown.response.content.startswith("“notes.txt” is not a picture.")


async def test_a_model_that_needs_a_mask_says_so_and_takes_one_picture_by_its_address(tmp_path: Path) -> None:
    async with world(tmp_path, models="ideogram-v3") as built:
        image = ("fox.png", PICTURE)
        shown: Any = await built.ada.slash(built.channel, "edit", prompt="make it night", image=image)
        assert shown.response.content.startswith("Ideogram 3 edits only where a mask says so.")
        two = await edit(built, image2=image)
        assert two.response.content == "Ideogram 3 takes 1 picture at a time; you gave 2."
        done = await edit(built)
        assert "**completed**" in done.response.content
        [asked] = built.asked()
        assert asked["model"] == "ideogram-v3-edit"
        assert await fetched(asked["source_image_url"]) == PICTURE
        assert await fetched(asked["mask_url"]) == mask()
