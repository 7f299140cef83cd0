"""`/models`: what the models can do and what they cost."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from discord.ui import LayoutView

from bot.catalog import Catalog, Model
from bot.engine import PriceList
from bot.ui.models import EDIT_IMAGES, PriceLists, full_price, short_price
from bot.ui.wording import dollars
from cogs.models import PAGE, listing, one
from tests.world import World, texts, world

LOCALE = "en-US"
MAX_COMPONENTS, MAX_CHARACTERS = 40, 4000
"""Of a message in Components V2 (Discord's API document)."""


def asked_prices(world: World) -> list[str]:
    return [call.path for call in world.sandbox.calls if "price" in call.path]


async def show(world: World, **options: Any) -> Any:
    """Type `/models`; return the interaction's result."""
    return await world.ada.slash(world.channel, "models", **options)


async def test_every_model_is_listed_with_what_it_does_and_costs(world: World) -> None:
    shown = await show(world)
    assert shown.response.ephemeral
    said = texts(shown)
    for model in world.bot.engine.catalog.models:
        assert f"### {model.name} · `{model.id}`\n{model.summary}\n" in said
    assert "**Make** · $0.08 · default\n" in said
    assert "**Make** · $0.06 · 2k $0.10 · 4k $0.16\n" in said
    assert "**Edit** · $0.16 · up to 4 pictures · default\n" in said
    assert "auto, 1:1, 3:2, 2:3" in said
    assert "1k, 2k, 4k" in said


async def test_prices_are_asked_for_once(world: World) -> None:
    await show(world)
    asked = asked_prices(world)
    assert asked
    await show(world)
    await show(world, model="gpt-image-2")
    assert asked_prices(world) == asked


async def test_one_model_is_shown_in_full(world: World) -> None:
    shown = await show(world, model="GPT-Image-2")
    assert shown.response.ephemeral
    said = texts(shown)
    assert said.startswith("## GPT Image 2\n")
    assert "`gpt-image-2` · also found as `gpt-image-2-text-to-image`" in said
    make, edit = said.split("**Edit** with `/edit`")
    assert "**Make** with `/imagine` · $0.06 to $0.16" in make
    assert "- `resolution` **1k** $0.06, 2k $0.10, 4k $0.16\n" in make
    assert "- `aspect_ratio` **auto**, 1:1, 3:2" in make
    assert "- `prompt` 4,000 characters at most" in make
    assert "`resolution` 4k does not go with `aspect_ratio` auto, 1:1." in make
    assert edit.startswith(" · $0.16\n")
    assert "- `image` one to 4 pictures" in edit
    assert "- `resolution` **1k**, 2k, 4k\n" in edit


async def test_numbers_and_texts_say_what_they_take(world: World) -> None:
    said = texts(await show(world, model="imagen-4"))
    assert "- `seed` a whole number from 0 to 2147483647" in said
    assert "- `negative_prompt` 4,000 characters at most" in said
    assert "**Edit**" not in said


async def test_how_many_can_be_made_is_said_for_every_model(world: World) -> None:
    assert "- `count` **1** to 4, each at the price of one" in texts(await show(world, model="imagen-4"))
    said = texts(await show(world, model="gpt-4o-image"))
    assert re.search(r"- `count` \*\*1\*\*.*, 2.*, 4.*; 3 in several tasks\n", said)
    assert said.count("`count`") == 1


async def test_a_model_that_is_not_there_is_told(world: World) -> None:
    shown = await show(world, model="imagen-9")
    assert shown.response.ephemeral
    assert "no model called “imagen-9”" in shown.response.content
    assert "imagen-4-ultra" in shown.response.content


async def test_models_are_suggested_while_typing(world: World) -> None:
    found = await world.ada.autocomplete(world.channel, "models", "model", "ULTRA")
    assert [choice["value"] for choice in found] == ["imagen-4-ultra"]
    every = await world.ada.autocomplete(world.channel, "models", "model", "")
    assert [choice["value"] for choice in every] == [model.id for model in world.bot.engine.catalog.models]


async def test_where_runapi_does_not_say_the_price_is_unknown(tmp_path: Path) -> None:
    async with world(tmp_path, runapi_base_url="http://127.0.0.1:1") as alone:
        said = texts(await show(alone))
        assert "**Make** · price unknown · default\n" in said
        assert "$" not in said


async def test_pages_turn_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path, models="all") as whole:
        models = whole.bot.engine.catalog.models
        assert len(models) > 2 * PAGE
        shown = await show(whole)
        assert f"### {models[0].name} ·" in texts(shown)
        assert labels(shown.response.components) == ["Next"]
        await whole.restart()
        await whole.ada.click(shown.response, custom_id="easel:models:1")
        said = texts(shown)
        assert f"### {models[PAGE].name} ·" in said
        assert f"### {models[0].name} ·" not in said
        assert "Page 2 of " in said
        assert labels(shown.response.components) == ["Previous", "Next"]
        await whole.ada.click(shown.response, custom_id="easel:models:0")
        assert f"### {models[0].name} ·" in texts(shown)


def labels(components: list[dict[str, Any]]) -> list[str]:
    row = [component for component in components if component["type"] == 1]
    return [button["label"] for each in row for button in each["components"]]


def contents(components: list[dict[str, Any]]) -> list[str]:
    own = [component["content"] for component in components if "content" in component]
    return own + [text for component in components for text in contents(component.get("components", []))]


def counted(components: list[dict[str, Any]]) -> int:
    return sum(1 + counted(component.get("components", [])) for component in components)


def assert_fits(view: LayoutView) -> None:
    components = view.to_components()
    assert counted(components) <= MAX_COMPONENTS
    assert len("".join(contents(components))) <= MAX_CHARACTERS


def dearest(models: tuple[Model, ...]) -> PriceLists:
    """Prices that take as much room as any."""
    price = Decimal("1234.123456")
    return {
        (model.id, action): PriceList(price, price * 2, price, (name,), dict.fromkeys(option.suggested, price * 2))
        for model in models
        for action in ("text_to_image", "edit_image")
        if (operation := model.operation(action)) is not None
        for name, option in [*operation.options.items(), ("none", None)][:1]
        if option is not None
    }


async def test_every_page_of_all_models_fits_into_a_message() -> None:
    catalog = Catalog.load(offered=["all"])
    prices = dearest(catalog.models)
    pages = -(-len(catalog.models) // PAGE)
    said = ""
    for page in range(pages):
        view = listing(catalog, prices, page, LOCALE)
        assert_fits(view)
        said += "".join(contents(view.to_components()))
    assert all(f"· `{model.id}`" in said for model in catalog.models)


async def test_a_page_that_is_not_there_is_the_last() -> None:
    catalog = Catalog.load(offered=["all"])
    last = listing(catalog, {}, 999, LOCALE).to_components()
    assert f"`{catalog.models[-1].id}`" in "".join(contents(last))
    assert labels(last) == ["Previous"]


@pytest.mark.parametrize("model", Catalog.load(offered=["all"]).models, ids=lambda model: model.id)
async def test_every_model_in_full_fits_into_a_message(model: Model) -> None:
    view = one(model, dearest((model,)), LOCALE)
    assert_fits(view)
    said = "".join(contents(view.to_components()))
    for action in ("text_to_image", "edit_image"):
        operation = model.operation(action)
        for name in operation.options if operation else ():
            assert f"- `{name}` " in said


async def test_edit_takes_as_many_pictures_as_is_said(world: World) -> None:
    [told] = world.syncs()
    options = next(command["options"] for command in told if command["name"] == "edit")
    assert len([option for option in options if option["name"].startswith("image")]) == EDIT_IMAGES


def prices(usual: str | None, option: str | None = None, **by_value: str) -> PriceList:
    amounts = [Decimal(amount) for amount in (*by_value.values(), *([usual] if usual else []))]
    values = {int(name[1:]) if name[1:].isdigit() else name: Decimal(amount) for name, amount in by_value.items()}
    return PriceList(
        min(amounts), max(amounts), None if usual is None else Decimal(usual), (option,) if option else (), values
    )


@pytest.mark.parametrize(
    ("found", "short", "full"),
    [
        (None, "price unknown", "price unknown"),
        (prices("0.06"), "$0.06", "$0.06"),
        (prices("0.035"), "$0.035", "$0.035"),
        (prices("0"), "$0.00", "$0.00"),
        (prices("0.06", "resolution", low="0.06", high="0.1"), "$0.06 · high $0.10", "$0.06 to $0.10"),
        (prices("0.06", "count", n1="0.06", n2="0.07"), "$0.06 · 2 at once $0.07", "$0.06 to $0.07"),
        (prices(None, "quality", low="0.04", high="0.22"), "from $0.04", "$0.04 to $0.22"),
        (prices("0.1", "x", a="0.1", b="0.2", c="0.3", d="0.4", e="0.5"), "from $0.10", "$0.10 to $0.50"),
        (
            PriceList(Decimal("0.01"), Decimal("0.09"), Decimal("0.02"), ("resolution", "count")),
            "from $0.01",
            "$0.01 to $0.09",
        ),
    ],
)
def test_a_price_in_words(found: PriceList | None, short: str, full: str) -> None:
    assert (short_price(found, LOCALE), full_price(found, LOCALE)) == (short, full)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0.06", "0.06"),
        ("0.035", "0.035"),
        ("0.0056", "0.0056"),
        ("1", "1.00"),
        ("0.0000004", "0.00"),
        ("12.5", "12.50"),
    ],
)
def test_fractions_of_a_cent_are_shown(amount: str, shown: str) -> None:
    assert dollars(Decimal(amount)) == shown


async def test_a_reply_shows_a_cost_with_fractions_of_a_cent(slow_world: World) -> None:
    shown: Any = await slow_world.ada.slash(slow_world.channel, "imagine", prompt="a red fox")
    [task] = (await slow_world.until(lambda: slow_world.sandbox.tasks)).values()
    task.offer = replace(task.offer, price=replace(task.offer.price, cents=Decimal("3.5")))
    await slow_world.complete()
    assert "· $0.035 ·" in shown.response.content
    assert (await slow_world.details(shown)).cost == Decimal("0.035")
