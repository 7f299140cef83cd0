"""`/history`."""

import io
import re
from typing import Any, cast

from PIL import Image

from tests.world import World, short_id, texts

TILE, GAP = 256, 10


def walked(components: Any) -> list[dict[str, Any]]:
    """Return all components of a panel, with those within them."""
    found: list[dict[str, Any]] = []
    for each in components:
        raw = cast("dict[str, Any]", each if isinstance(each, dict) else each.to_dict())
        found += [raw, *walked(raw.get("components", []))]
    return found


def message(shown: Any) -> Any:
    return getattr(shown, "response", shown)


def buttons(shown: Any) -> dict[str, str]:
    """Return the labels of the buttons and their custom ids."""
    return {each["label"]: each["custom_id"] for each in walked(message(shown).components) if each.get("type") == 2}


def choices(shown: Any) -> list[dict[str, Any]]:
    return [option for each in walked(message(shown).components) if each.get("type") == 3 for option in each["options"]]


def prompts(shown: Any) -> list[str]:
    return re.findall(r"^\*\*\d+\*\* · (.+)$", texts(shown), re.MULTILINE)


async def sheet(world: World, shown: Any) -> Image.Image:
    """Return the contact sheet."""
    [attachment] = message(shown).attachments
    return Image.open(io.BytesIO(await attachment.read()))


async def history(world: World, **options: Any) -> Any:
    return await world.slash("history", **options)


async def turn(world: World, shown: Any, label: str) -> Any:
    return await world.ada.click(message(shown), custom_id=buttons(shown)[label])


async def test_it_shows_own_requests_newest_first_and_only_to_who_asks(world: World) -> None:
    first = await world.imagine("a red fox")
    await world.imagine("a poster [fail]")
    await world.imagine("a secret", private=True)
    await world.imagine("Bob's", by=world.bob)
    shown = await history(world)
    assert shown.ephemeral
    assert prompts(shown) == ["a secret", "a poster \\[fail]", "a red fox"]
    said = texts(shown)
    assert f"**3** · a red fox\n-# `{short_id(first)}` · Imagen 4 · <t:" in said
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{first.response.id}"
    assert f"· [go to it]({link})" in said
    assert said.count("go to it") == 2
    assert "⚠️ **failed**" in said
    assert "Page 1 of 1 · 3 requests" in said
    assert buttons(shown) == {}


async def test_its_contact_sheet_is_one_picture_with_alt_text(world: World) -> None:
    for prompt in ("a red fox", "a poster [fail]"):
        await world.imagine(prompt)
    shown = await history(world)
    [attachment] = message(shown).attachments
    assert attachment.filename == "history.webp"
    assert attachment.description == "Small pictures with numbers: 1 a poster [fail], 2 a red fox"
    [gallery] = [each for each in walked(message(shown).components) if each.get("type") == 12]
    assert gallery["items"][0]["description"] == attachment.description
    assert (await sheet(world, shown)).size == (2 * (TILE + GAP) + GAP, TILE + 2 * GAP)


async def test_without_any_request_it_says_how_to_begin(world: World) -> None:
    shown = await history(world)
    assert "You have not asked for anything yet. Try /imagine." in texts(shown)
    assert message(shown).attachments == []
    assert choices(shown) == []


async def test_its_pages_turn_after_a_restart_and_stay_as_they_are(world: World) -> None:
    for number in range(11):
        await world.imagine(f"fox {number}")
    shown = await history(world)
    assert prompts(shown) == [f"fox {number}" for number in range(10, 1, -1)]
    assert list(buttons(shown)) == ["Older"]
    await world.imagine("a new one")

    await world.restart()
    await turn(world, shown, "Older")
    assert prompts(shown) == ["fox 1", "fox 0"]
    assert "Page 2 of 2 · 11 requests" in texts(shown)
    assert (await sheet(world, shown)).size == (2 * (TILE + GAP) + GAP, TILE + 2 * GAP)
    assert list(buttons(shown)) == ["Newer"]

    await turn(world, shown, "Newer")
    assert prompts(shown)[0] == "fox 10"
    assert prompts(await history(world))[0] == "a new one"


async def test_it_finds_by_model_and_words_and_keeps_to_that_on_every_page(world: World) -> None:
    for number in range(10):
        await world.imagine(f"fox {number}", model="imagen-4-fast")
    await world.imagine("a red fox")
    await world.imagine("a 100% whale", model="imagen-4-fast")
    shown = await history(world, model="Imagen-4-Fast", text="FOX")
    assert prompts(shown)[0] == "fox 9"
    assert "Page 1 of 2 · 10 requests · only Imagen 4 Fast · only with “FOX”" in texts(shown)
    await world.restart()
    await turn(world, shown, "Older")
    assert prompts(shown) == ["fox 0"]

    assert prompts(await history(world, text="0%")) == ["a 100% whale"]
    nothing = texts(await history(world, text="_"))
    assert "Nothing of yours fits that. Leave an option out to see more." in nothing
    assert "only with “\\_”" in nothing


async def test_a_search_that_is_not_kept_any_more_is_said_so(world: World) -> None:
    for number in range(10):
        await world.imagine(f"fox {number}")
    shown = await history(world, text="fox")
    world.sql("DELETE FROM drafts")
    pressed = await turn(world, shown, "Older")
    assert [each.content for each in pressed.followups] == ["That search is too old. Use /history again."]
    assert prompts(shown)[0] == "fox 9"


async def test_one_of_them_can_be_opened_after_a_restart(world: World) -> None:
    first = await world.imagine("a red fox")
    await world.imagine("a blue whale")
    shown = await history(world)
    assert [each["label"] for each in choices(shown)] == ["1 · a blue whale", "2 · a red fox"]
    await world.restart()
    opened = await world.ada.select(message(shown), [short_id(first)], custom_id="easel:history-open")
    assert opened.ephemeral
    copy: Any = opened.response
    assert "> a red fox" in copy.content
    assert len(copy.attachments) == 1


async def test_the_models_that_one_asked_are_suggested_offered_or_not(world: World) -> None:
    await world.imagine(model="imagen-4-fast")
    await world.imagine("a fox", by=world.bob, model="gpt-image-2")
    world.sql("UPDATE requests SET model = 'imagen-3' WHERE user_id = ?", world.ada.id)
    await world.imagine()
    found = await world.ada.autocomplete(world.channel, "history", "model", "IMAGEN")
    assert [(each["name"], each["value"]) for each in found] == [("imagen-3", "imagen-3"), ("Imagen 4", "imagen-4")]
    assert prompts(await history(world, model="imagen-3")) == ["a red fox"]


async def test_what_was_deleted_is_not_in_it(world: World) -> None:
    shown = await world.imagine("a red fox")
    await world.imagine("a blue whale")
    [question] = (await world.press(shown, "delete")).followups
    await world.press(question, "delete-confirmed")
    assert prompts(await history(world)) == ["a blue whale"]


async def test_a_prompt_cannot_change_how_the_page_looks(world: World) -> None:
    await world.imagine("**bold** @everyone\n# big `code` " + "*" * 3000)
    for _ in range(8):
        await world.imagine("_" * 4000)
    said = texts(await history(world))
    assert "· \\*\\*bold\\*\\* @everyone # big \\`code\\` " in said
    assert len(said) <= 4000


async def test_what_is_hidden_or_for_adults_is_so_in_the_contact_sheet(world: World) -> None:
    await world.imagine("plain")
    plain = await sheet(world, await history(world))
    for change in ("spoiler", "age_restricted"):
        world.sql("UPDATE requests SET spoiler = 0, age_restricted = 0")
        world.sql(f"UPDATE requests SET {change} = 1")  # noqa: S608 - a column of our own
        changed = await sheet(world, await history(world))
        assert changed.tobytes() != plain.tobytes()


async def test_where_no_contact_sheet_can_be_made_the_list_is_there(world: World) -> None:
    await world.imagine("a red fox")
    world.bot.engine.recall._encoder = type(world.bot.engine.recall._encoder)(seconds=0.0)  # pyright: ignore
    shown = await history(world)
    assert prompts(shown) == ["a red fox"]
    assert "The pictures cannot be put together right now." in texts(shown)
    assert message(shown).attachments == []
