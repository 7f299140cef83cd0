"""The Remix panel: a result's request changed, and made again."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.ui.remix import _acts
from tests.cogs.test_edit import edit, picture, sources
from tests.world import World, short_id, texts, world

MAX_COMPONENTS, MAX_CHARACTERS, MAX_CHOICES = 40, 4000, 25
"""Of a message in Components V2, and of a select (Discord's API document)."""

GONE = "That panel is too old: what you chose in it is not kept any more. Press Remix under the picture again."


class Panel:
    """An open Remix panel, and what its owner does with it."""

    def __init__(self, world: World, shown: Any, member: Any) -> None:
        self._world = world
        self._member = member
        self.shown = shown

    @property
    def parts(self) -> list[dict[str, Any]]:
        """All components, those in others too."""
        return list(_walk(self.shown.response.components))

    @property
    def said(self) -> str:
        return texts(self.shown)

    def part(self, name: str) -> dict[str, Any]:
        """Return the part whose custom_id begins or ends so."""
        found = [part for part in self.parts if "custom_id" in part]
        return next(
            part
            for part in found
            if part["custom_id"].startswith(f"easel:remix-{name}:") or part["custom_id"].endswith(f":{name}")
        )

    def offered(self, name: str) -> list[str]:
        return [choice["value"] for choice in self.part(name)["options"]]

    def chosen(self, name: str) -> list[str]:
        return [choice["value"] for choice in self.part(name)["options"] if choice["default"]]

    @property
    def selects(self) -> list[str]:
        return [part["custom_id"].rpartition(":")[2] for part in self.parts if part["type"] == 3][1:]

    async def choose(self, name: str, value: str) -> Any:
        custom_id = self.part(name)["custom_id"]
        return await self._member.select(self.shown.response, [value], custom_id=custom_id)

    async def press(self, name: str) -> Any:
        return await self._member.click(self.shown.response, custom_id=self.part(name)["custom_id"])

    async def modal(self) -> Any:
        return await self.press("prompt")

    async def type(self, **typed: str) -> Any:
        """Open the modal and send it with this typed, and all else as it is."""
        return await self.send(await self.modal(), **typed)

    async def send(self, opened: Any, **typed: str) -> Any:
        values = {part["custom_id"]: part.get("value") or "" for part in _inputs(opened)}
        return await self._member.submit_modal(opened, {**values, **typed})

    async def run(self) -> Any:
        """Press Run and wait until the request is over."""
        pressed = await self.press("run")
        await self._world.settle()
        return pressed


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))


def _inputs(opened: Any) -> list[dict[str, Any]]:
    return [part["component"] for part in opened.modal["components"]]


async def remix(world: World, shown: Any, *, by: Any = None) -> Panel:
    """Press Remix under a result; return the panel."""
    member = by or world.ada
    pressed = await world.press(shown, "remix", by=member)
    assert pressed.ephemeral
    return Panel(world, pressed, member)


async def test_the_panel_opens_privately_with_what_the_picture_was_made_with(world: World) -> None:
    shown = await world.imagine(
        "a red *fox*", model="imagen-4-fast", aspect_ratio="16:9", seed=42, negative_prompt="a blue fox"
    )
    panel = await remix(world, shown, by=world.bob)
    assert f"Remix of `{short_id(shown)}`" in panel.said
    assert "> a red \\*fox\\*\n`negative_prompt` a blue fox\n`seed` 42" in panel.said
    assert panel.chosen("model") == ["imagen-4-fast"]
    assert panel.selects == ["aspect_ratio", "count"]
    assert (panel.chosen("aspect_ratio"), panel.chosen("count")) == (["16:9"], ["1"])
    assert "⚠️" not in panel.said


async def test_the_selects_follow_the_model(world: World) -> None:
    panel = await remix(world, await world.imagine())
    ways = {
        "gpt-image-2": (["aspect_ratio", "resolution", "count"], ["auto"]),
        "gpt-4o-image": (["aspect_ratio", "count"], ["1:1"]),
        "z-image": (["aspect_ratio", "size", "count"], ["1:1"]),
        "imagen-4": (["aspect_ratio", "count"], ["-"]),
    }
    for model, (selects, ratio) in ways.items():
        await panel.choose("model", model)
        assert panel.chosen("model") == [model]
        assert panel.selects == selects
        assert panel.chosen("aspect_ratio") == ratio


async def test_what_was_chosen_is_made_as_a_request_of_whoever_presses_run(world: World) -> None:
    limit = world.settings.daily_images_per_user
    shown = await world.imagine("a red fox")
    panel = await remix(world, shown, by=world.bob)
    await world.restart()
    await panel.choose("model", "gpt-image-2")
    await panel.choose("aspect_ratio", "3:2")
    await world.restart()
    await panel.choose("resolution", "2k")
    opened = await panel.modal()
    assert [(part["custom_id"], part.get("value")) for part in _inputs(opened)] == [("prompt", "a red fox")]
    await world.restart()
    await panel.send(opened, prompt="a blue fox")
    assert "> a blue fox" in panel.said
    await world.restart()
    ran = await panel.run()

    asked = world.asked()[-1]
    assert (asked["model"], asked["prompt"]) == ("gpt-image-2-text-to-image", "a blue fox")
    assert (asked["aspect_ratio"], asked["output_resolution"]) == ("3:2", "2k")
    assert "**completed**" in ran.response.content
    made, parent = await world.details(ran), await world.details(shown)
    assert (made.request.user_id, made.request.origin) == (world.bob.id, "remix")
    assert made.request.parent_id == parent.request.id
    assert (await world.left(world.ada), await world.left(world.bob)) == (limit - 1, limit - 1)
    assert f"Begun as `{short_id(ran)}`: [go to it]({ran.response.message.jump_url})" in panel.said


async def test_run_pressed_twice_is_two_requests(world: World) -> None:
    panel = await remix(world, await world.imagine())
    first, second = await panel.run(), await panel.run()
    assert short_id(first) != short_id(second)
    assert len(world.creates()) == 3
    assert f"Begun as `{short_id(second)}`" in panel.said
    assert f"`{short_id(first)}`" not in panel.said


async def test_an_edit_is_remixed_with_the_pictures_that_it_edited(world: World) -> None:
    files = [("a*.png", picture("red")), ("b.png", picture("blue"))]
    shown = await edit(world, *files)
    world.lose_attachments()
    panel = await remix(world, shown, by=world.bob)
    assert "Edits a\\*.png, b.png" in panel.said
    assert panel.offered("model") == ["gpt-image-2", "gpt-4o-image"]
    assert panel.selects == ["aspect_ratio", "resolution"]
    await panel.choose("model", "gpt-4o-image")
    await panel.type(prompt="make it rain")
    ran = await panel.run()
    assert "**completed** · GPT-4o Image" in ran.response.content
    assert world.asked()[-1]["prompt"] == "make it rain"
    assert await sources(world) == [data for _, data in files]


async def test_what_does_not_fit_is_said_and_nothing_chosen_is_lost(world: World) -> None:
    panel = await remix(world, await world.imagine())
    left = await world.left(world.ada)
    await panel.choose("model", "gpt-image-2")
    await panel.choose("resolution", "4k")
    sentence = "GPT Image 2 cannot combine `aspect_ratio` auto with `resolution` 4k."
    assert f"⚠️ {sentence}" in panel.said
    refused = await panel.run()
    assert refused.ephemeral
    assert refused.response.content.startswith(sentence)
    assert await world.left(world.ada) == left
    assert (panel.chosen("model"), panel.chosen("resolution")) == (["gpt-image-2"], ["4k"])
    await panel.choose("aspect_ratio", "16:9")
    assert "⚠️" not in panel.said
    assert "**completed**" in (await panel.run()).response.content


async def test_what_another_model_does_not_take_is_left_out_until_one_takes_it_again(world: World) -> None:
    shown = await world.imagine(model="gpt-image-2", aspect_ratio="21:9", resolution="2k")
    panel = await remix(world, shown)
    await panel.choose("model", "imagen-4-ultra")
    said = "Imagen 4 Ultra does not take the `aspect_ratio`, `resolution` that was chosen, so it is left out."
    assert said in panel.said
    await panel.run()
    assert world.asked()[-1].keys() == {"model", "prompt"}
    await panel.choose("model", "gpt-image-2")
    assert (panel.chosen("aspect_ratio"), panel.chosen("resolution")) == (["21:9"], ["2k"])


async def test_an_option_can_be_left_out_again(world: World) -> None:
    panel = await remix(world, await world.imagine(aspect_ratio="16:9"))
    await panel.choose("aspect_ratio", "-")
    await panel.run()
    assert "aspect_ratio" not in world.asked()[-1]


async def test_several_pictures_can_be_asked_for(world: World) -> None:
    panel = await remix(world, await world.imagine())
    assert panel.offered("count") == ["1", "2", "3", "4"]
    await panel.choose("count", "3")
    ran = await panel.run()
    assert len(ran.response.attachments) == 3
    assert len((await world.press(ran, "more")).response.attachments) == 3


async def test_a_size_that_was_typed_stays_to_be_chosen(world: World) -> None:
    panel = await remix(world, await world.imagine(model="z-image", size="1000x1000"))
    assert panel.chosen("size") == ["1000x1000"]
    assert "1280x720" in panel.offered("size")


async def test_text_is_typed_in_a_modal_and_what_is_wrong_with_it_is_said(world: World) -> None:
    panel = await remix(world, await world.imagine(seed=42))
    names = [part["custom_id"] for part in _inputs(await panel.modal())]
    assert names == ["prompt", "negative_prompt", "seed"]
    await panel.type(seed="forty-two", negative_prompt="people")
    sentence = "`seed` must be a whole number from 0 to 2147483647."
    assert "`seed` forty-two" in panel.said
    assert sentence in panel.said
    assert (await panel.run()).response.content == sentence
    await panel.type(prompt=" ", seed=" 7 ")
    assert "⚠️ The prompt is empty." in panel.said
    await panel.type(prompt="a cat", negative_prompt="")
    await panel.run()
    asked = world.asked()[-1]
    assert (asked["prompt"], asked["seed"]) == ("a cat", 7)
    assert "negative_prompt" not in asked


async def test_a_panel_that_is_too_old_says_so(world: World) -> None:
    panel = await remix(world, await world.imagine())
    opened = await panel.modal()
    world.sql("UPDATE drafts SET changed_at = changed_at - 25 * 3600 * 1000000")
    await world.restart()
    await world.until(lambda: not world.rows("SELECT * FROM drafts"))
    told = [
        await panel.choose("model", "z-image"),
        await panel.choose("aspect_ratio", "16:9"),
        await panel.modal(),
        await panel.send(opened, prompt="a blue fox"),
        await panel.run(),
    ]
    assert all(each.ephemeral for each in told)
    assert [each.response.content for each in told] == [GONE] * 5
    assert len(world.creates()) == 1


async def test_a_panel_that_is_swept_between_two_steps_of_a_choice_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = await remix(world, await world.imagine())
    own_draft = _acts._own_draft  # pyright: ignore[reportPrivateUsage]

    async def swept_after(*args: Any) -> Any:
        draft = await own_draft(*args)
        world.sql("DELETE FROM drafts")
        return draft

    monkeypatch.setattr(_acts, "_own_draft", swept_after)
    assert (await panel.choose("model", "z-image")).response.content == GONE


async def test_a_panel_is_only_its_owners(world: World) -> None:
    panel = await remix(world, await world.imagine())
    world.sql("UPDATE drafts SET user_id = ?", world.bob.id)
    for told in (await panel.choose("model", "z-image"), await panel.modal(), await panel.run()):
        assert told.response.content.startswith("That panel is somebody else\u2019s.")
    assert len(world.creates()) == 1


async def test_two_choices_that_come_together_are_both_kept(world: World) -> None:
    # simcord lets one person do one thing at a time.
    engine = world.bot.engine
    draft = await engine.drafts.add(world.ada.id, {})
    added = [{"aspect_ratio": "3:2"}, {"resolution": "2k"}]
    await asyncio.gather(*(engine.drafts.amend(draft.id, lambda held, new=new: {**held, **new}) for new in added))
    kept = await engine.drafts.get(draft.id)
    assert kept is not None
    assert kept.content == {"aspect_ratio": "3:2", "resolution": "2k"}


async def test_who_has_nothing_left_is_told_and_the_panel_stays(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=1) as built:
        panel = await remix(built, await built.imagine())
        refused = await panel.run()
        assert refused.response.content.startswith("You have used all 1 of today's pictures.")
        assert panel.chosen("model") == ["imagen-4"]


async def test_after_its_model_left_the_default_one_is_chosen_and_that_is_said(world: World) -> None:
    shown = await world.imagine(model="z-image", aspect_ratio="16:9")
    panel = await remix(world, shown)
    world.settings = world.settings.model_copy(update={"models": ("gpt-4o-image", "imagen-4")})
    await world.restart()
    for opened in (panel, await remix(world, shown)):
        await opened.choose("aspect_ratio", "16:9")
        assert "z-image is no longer offered here, so Imagen 4 is chosen instead." in opened.said
        assert opened.chosen("model") == ["imagen-4"]
        await opened.run()
        asked = world.asked()[-1]
        assert (asked["model"], asked["aspect_ratio"]) == ("imagen-4", "16:9")


async def test_where_no_model_can_do_it_any_more_that_is_said(world: World) -> None:
    shown = await edit(world, ("fox.png", picture("red")))
    world.settings = world.settings.model_copy(update={"models": ("imagen-4",)})
    await world.restart()
    for action in ("remix", "reroll"):
        told = await world.press(shown, action)
        assert told.ephemeral
        assert told.response.content.startswith("No model that edits pictures is turned on here.")


async def test_with_all_models_on_the_select_has_pages(tmp_path: Path) -> None:
    async with world(tmp_path, models="all") as built:
        panel = await remix(built, await built.imagine())
        first = panel.offered("model")
        assert len(first) == MAX_CHOICES - 1
        await panel.choose("model", first[-1])
        second = panel.offered("model")
        able = [model.id for model in built.bot.engine.catalog.able_to("text_to_image")]
        assert [*first[:-1], *second[1:]] == able
        assert panel.chosen("model") == []
        assert panel.part("model")["placeholder"] == "Imagen 4"
        await panel.choose("model", able[-1])
        assert panel.chosen("model") == [able[-1]]
        await panel.choose("model", second[0])
        assert panel.offered("model") == first


async def test_however_long_the_prompt_the_panel_fits_with_any_model(tmp_path: Path) -> None:
    async with world(tmp_path, models="all") as built:
        shown = await built.imagine(("*_" * 500)[:-1] + "x", negative_prompt="<" * 4000)
        panel = await remix(built, shown)
        await panel.type(prompt="[x" * 2000)
        for model in ("qwen-3-pro", "seedream-v4", "ideogram-v3", "wan-2.7-image", "z-image", "midjourney"):
            [(content,)] = built.rows("SELECT content FROM drafts")
            built.sql("UPDATE drafts SET content = ?", json.dumps({**json.loads(content), "model": model}))
            await panel.type()
            assert panel.chosen("model") == [model]
            assert len(panel.parts) <= MAX_COMPONENTS
            assert len(panel.said) <= MAX_CHARACTERS


async def test_a_private_result_gives_private_ones_and_a_spoiler_spoilers(world: World) -> None:
    shown = await world.imagine(private=True)
    world.sql("UPDATE requests SET spoiler = 1")
    ran = await (await remix(world, shown)).run()
    assert ran.ephemeral
    request = (await world.details(ran)).request
    assert (request.private, request.spoiler) == (True, True)


async def test_a_panel_that_discord_lets_nobody_change_does_no_harm(world: World) -> None:
    panel = await remix(world, await world.imagine())
    path = f"/webhooks/*/messages/{panel.shown.response.id}"
    world.env.inject_error("PATCH", path, status=404, code=10008)
    ran = await panel.run()
    assert "**completed**" in ran.response.content
    assert ran.followups == []


async def test_a_panel_whose_request_is_not_known_any_more_says_so(world: World) -> None:
    panel = await remix(world, await world.imagine())
    for table in ("pictures", "tasks", "reservations", "requests"):
        world.sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    assert (await panel.run()).response.content.startswith("That request is not known to me any more.")
