"""Requests for several pictures, and sizes in pixels."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.world import World, short_id, world


@pytest.mark.parametrize("count", [2, 4])
async def test_a_model_that_makes_several_gives_them_in_one_reply(world: World, count: int) -> None:
    before = await world.left(world.ada)
    shown = await world.imagine("a red fox", model="gpt-4o-image", count=count, aspect_ratio="3:2")
    assert f"GPT-4o Image · 3:2 · {count} pictures · " in shown.response.content
    names = [attachment.filename for attachment in shown.response.attachments]
    assert names == [f"easel-{short_id(shown)}-{number}.png" for number in range(1, count + 1)]
    assert len({await attachment.read() for attachment in shown.response.attachments}) == count
    assert world.asked()[0]["output_count"] == count
    assert await world.left(world.ada) == before - count
    assert [call.method for call in world.calls()].count("POST") == 1


async def test_one_is_asked_for_with_the_default_ratio_that_the_model_needs(world: World) -> None:
    shown = await world.imagine("a red fox", model="gpt-4o-image")
    assert world.asked() == [{"model": "gpt-4o-image", "prompt": "a red fox", "aspect_ratio": "1:1"}]
    assert "pictures" not in shown.response.content


async def test_what_was_not_made_goes_back(slow_world: World) -> None:
    world = slow_world
    before = await world.left(world.ada)
    shown: Any = await world.ada.slash(world.channel, "imagine", prompt="a red fox", model="gpt-4o-image", count=4)
    assert await world.left(world.ada) == before - 4
    for task in (await world.until(lambda: world.sandbox.tasks)).values():
        task.image_urls = task.image_urls[:3]
    await world.complete()
    assert "3 of 4 were made; the others do not count" in shown.response.content
    assert len(shown.response.attachments) == 3
    assert await world.left(world.ada) == before - 3


async def test_a_failed_task_gives_all_back(world: World) -> None:
    before = await world.left(world.ada)
    await world.imagine("a red fox [fail]", model="gpt-4o-image", count=4)
    assert await world.left(world.ada) == before


async def test_more_than_is_left_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=3) as built:
        shown = await built.imagine("a red fox", model="gpt-4o-image", count=4)
        assert shown.response.content.startswith("You have 3 of today's 3 pictures left, and this asks for 4.")
        assert await built.left(built.ada) == 3


async def test_a_reroll_asks_for_as_many(world: World) -> None:
    shown = await world.imagine("a red fox", model="gpt-4o-image", count=2)
    again = await world.press(shown, "reroll")
    await world.settle()
    assert len(again.response.attachments) == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"model": "gpt-4o-image", "count": 5}, "`count` must be a whole number from 1 to 4."),
        ({"count": 5}, "`count` must be a whole number from 1 to 4."),
        (
            {"model": "z-image", "size": "big"},
            "big is not a `size` that fits. Give width and height such as 1024x1024, each from 64 to 4096.",
        ),
        (
            {"model": "z-image", "size": "1024x1024", "aspect_ratio": "16:9"},
            "Z Image cannot combine `size` 1024x1024 with `aspect_ratio` 16:9. With that, `size` can be: 1280x720.",
        ),
    ],
)
async def test_what_the_model_does_not_take_is_answered_privately(
    world: World, options: dict[str, Any], sentence: str
) -> None:
    shown = await world.imagine(**options)
    assert shown.ephemeral
    assert shown.response.content == sentence
    assert world.creates() == []


async def suggested(world: World, option: str, **filled: object) -> list[object]:
    choices = await world.ada.autocomplete(world.channel, "imagine", option, "", **filled)
    return [choice["value"] for choice in choices]


async def test_sizes_are_suggested_only_where_the_model_has_them(world: World) -> None:
    sizes = ["1024x1024", "1152x864", "864x1152", "1280x720", "720x1280"]
    assert await suggested(world, "size", model="z-image") == sizes
    assert await suggested(world, "size", model="z-image", aspect_ratio="9:16") == ["720x1280"]
    assert await suggested(world, "aspect_ratio", model="z-image", size="800x600") == ["4:3"]
    assert await suggested(world, "size") == []


async def test_z_image_in_the_flat_style_takes_sizes(tmp_path: Path) -> None:
    async with world(tmp_path, runapi_routes="flat") as built:
        shown = await built.imagine("a red fox", model="z-image", size="640 x 480", negative_prompt="snow")
        await built.imagine("a red fox", model="z-image", aspect_ratio="16:9")
        base = {"model": "z-image", "prompt": "a red fox"}
        assert built.asked() == [{**base, "size": "640x480", "negative_prompt": "snow"}, {**base, "size": "1280x720"}]
        assert "Z Image · 640x480 · " in shown.response.content
        [attachment] = shown.response.attachments
        assert Image.open(io.BytesIO(await attachment.read())).size == (640, 480)


async def test_z_image_in_the_namespaced_style_takes_ratios_and_the_rest_is_said(tmp_path: Path) -> None:
    async with world(tmp_path, runapi_routes="namespaced") as built:
        shown = await built.imagine("a red fox", model="z-image", size="640x480", negative_prompt="snow")
        await built.imagine("a red fox", model="z-image")
        base = {"model": "z-image", "prompt": "a red fox"}
        assert built.asked() == [{**base, "aspect_ratio": "4:3"}, {**base, "aspect_ratio": "1:1"}]
        assert "Z Image was not told the `negative_prompt`: this way of asking" in shown.response.content
