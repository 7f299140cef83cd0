"""Models are data: one that nobody has heard of is a catalog's entry, and which are on is a setting."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.app import CannotStart, assembled
from bot.sandbox import OFFERS, Offer, Param, Price, Sandbox
from tests.world import World, texts, world

CATALOG = """
default_text_to_image = "sketch-1"
default_edit_image = "sketch-1"

[[models]]
id = "sketch-1"
name = "Sketch"
summary = "draws with a pencil"
[models.text_to_image]
service = "sketch_1"
action = "draw_image"
ids = { flat = "sketch/1", namespaced = "sketch-1" }
constants = { paper = "rough" }
[models.text_to_image.options]
aspect_ratio = { field = "canvas_shape", values = ["1:1", "3:2"], default = "3:2", always = true }
resolution = { field = "pencil_hardness", values = ["2B", "HB", "2H"] }
[models.edit_image]
service = "sketch_1"
action = "redraw_image"
max_sources = 1
source_field = "photo_url"
sources_single = true
"""

PARAMS = {
    "prompt": Param(required=True),
    "paper": Param(required=True, values=("rough", "smooth")),
    "canvas_shape": Param(required=True, values=("1:1", "3:2")),
    "pencil_hardness": Param(values=("2B", "HB", "2H")),
}
SKETCH = Offer("sketch-1", "sketch_1", "draw_image", PARAMS, Price(Decimal(3)))


async def test_a_new_model_with_new_fields_and_a_new_route_needs_only_its_entry(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(CATALOG, encoding="utf-8")
    async with (
        Sandbox(task_seconds=0.0, offers=(*OFFERS, SKETCH)) as sandbox,
        world(tmp_path, sandbox=sandbox, catalog_file=catalog) as built,
    ):
        hardness = await built.ada.autocomplete(built.channel, "imagine", "resolution", "h")
        assert [choice["value"] for choice in hardness] == ["HB", "2H"]
        shown = await built.imagine("a red fox", resolution="hb")
        assert "**completed** · Sketch · HB · " in shown.response.content
        flat, namespaced = built.creates()
        assert (flat.path, flat.status) == ("/v1/draw_image", 404)
        assert (namespaced.path, namespaced.status) == ("/api/v1/sketch_1/draw_image", 200)
        sent = {"prompt": "a red fox", "canvas_shape": "3:2", "pencil_hardness": "HB", "paper": "rough"}
        assert built.asked() == [{"model": "sketch/1", **sent}, {"model": "sketch-1", **sent}]
        refused = await built.imagine("a red fox", model="imagen-4")
        assert refused.response.content == "There is no model called “imagen-4”. These work here: sketch-1."


async def suggested(world: World, command: str, typed: str = "") -> list[str]:
    choices = await world.ada.autocomplete(world.channel, command, "model", typed)
    return [choice["value"] for choice in choices]


async def test_the_operator_says_which_models_are_on_and_in_which_order(tmp_path: Path) -> None:
    async with world(tmp_path, models="seedream-4.5, Nano-Banana, imagen-4-fast") as built:
        assert await suggested(built, "imagine") == ["seedream-4.5", "nano-banana", "imagen-4-fast"]
        assert await suggested(built, "edit") == ["seedream-4.5", "nano-banana"]
        shown = await built.imagine("a red fox", resolution="high")
        assert "**completed** · Seedream 4.5 · high" in shown.response.content
        assert built.asked() == [
            {
                "model": "seedream-4.5-text-to-image",
                "prompt": "a red fox",
                "aspect_ratio": "1:1",
                "output_quality": "high",
            }
        ]


async def test_with_all_models_on_everything_still_fits(tmp_path: Path) -> None:
    async with world(tmp_path, models="all") as built:
        assert len(await suggested(built, "imagine")) == 25
        assert await suggested(built, "imagine", "midj") == ["midjourney"]
        await built.imagine("a red fox")
        assert built.asked()[0]["model"] == "imagen-4"
        unknown = await built.imagine("a red fox", model="dall-e")
        assert len(unknown.response.content) <= 2000
        shown: Any = await built.ada.slash(built.channel, "help")
        assert "Wan 2.7 Pro" in texts(shown)
        assert len(texts(shown)) <= 4000


async def test_where_no_model_can_do_it_that_is_said(tmp_path: Path) -> None:
    async with world(tmp_path, models="imagen-4") as built:
        assert await suggested(built, "edit") == []
        picture = ("fox.png", b"\x89PNG")
        shown: Any = await built.ada.slash(built.channel, "edit", prompt="warmer", image=picture)
        assert shown.response.content.startswith("No model that edits pictures is turned on here.")
        ratios = await built.ada.autocomplete(built.channel, "edit", "aspect_ratio", "")
        assert ratios == []


async def test_a_model_that_was_turned_off_ends_what_waits_for_it(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as built:
        shown: Any = await built.ada.slash(built.channel, "imagine", prompt="a red fox", model="z-image")
        built.settings = built.settings.model_copy(update={"models": ("imagen-4",)})
        await built.restart()
        await built.settle()
        assert "The model z-image is no longer offered here." in shown.response.content


async def test_an_unknown_model_is_one_sentence_at_the_start(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as built:
        settings = built.settings.model_copy(update={"models": ("imagen-4", "imagen-5", "all")})
        with pytest.raises(CannotStart) as caught:
            async with assembled(settings, shard_count=1):
                pass
        assert str(caught.value) == "MODELS names what is no model of bot/catalog.toml: imagen-5, all."
