"""`/imagine`, from the command to the picture."""

import re
from pathlib import Path
from typing import Any

import simcord

from tests.world import World, short_id, world


async def test_reply_moves_to_completed_with_its_picture(world: World) -> None:
    shown = await world.slash("imagine", prompt="a red fox")
    assert "**pending**" in shown.response.content
    assert shown.response.attachments == []

    await world.settle()

    assert "**completed**" in shown.response.content
    [picture] = shown.response.attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    assert picture.description == "Picture made by Imagen 4 from the prompt: a red fox"


async def test_pending_processing_and_completed_are_seen_one_after_the_other(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)
    assert shown.response.attachments == []
    await world.complete()
    assert world.statuses() == ["pending", "processing", "completed"]
    assert len(shown.response.attachments) == 1


async def test_an_ordinary_task_costs_three_calls_to_discord(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)
    await world.complete()
    assert [call.method for call in world.calls()] == ["POST", "PATCH", "PATCH"]


async def test_a_reply_says_what_was_asked_how_long_it_took_and_what_it_cost(world: World) -> None:
    shown = await world.imagine("a red fox", aspect_ratio="16:9", seed=42)
    first, prompt = shown.response.content.splitlines()
    status, model, ratio, seed, took, cost, name = first.split(" · ")
    assert (status, model, ratio, seed, cost) == ("✅ **completed**", "Imagen 4", "16:9", "seed 42", "$0.08")
    assert re.fullmatch(r"\d+ s", took)
    assert name == f"`{short_id(shown)}`"
    assert prompt == "> a red fox"


async def test_a_waiting_reply_shows_since_when_by_discords_own_clock(slow_world: World) -> None:
    shown = await slow_world.slash("imagine", prompt="a red fox")
    assert re.search(r"started <t:\d+:R>", shown.response.content)


async def test_options_reach_runapi_as_they_were_chosen_and_what_is_left_out_does_not(world: World) -> None:
    chosen: list[dict[str, Any]] = [
        {"aspect_ratio": "16:9", "negative_prompt": "snow", "seed": 42},
        {},
        {"model": "Imagen-4-FAST"},
        {"model": "gpt-image-2", "aspect_ratio": "16:9", "resolution": "2k"},
        {"model": "gpt-image-2-text-to-image"},
    ]
    for options in chosen:
        await world.slash("imagine", prompt="a red fox [fail]", **options)
    await world.settle()
    prompt = {"prompt": "a red fox [fail]"}
    gpt = {"model": "gpt-image-2-text-to-image", **prompt}
    expected: list[dict[str, Any]] = [
        {"model": "imagen-4", **prompt, "aspect_ratio": "16:9", "negative_prompt": "snow", "seed": 42},
        {"model": "imagen-4", **prompt},
        {"model": "imagen-4-fast", **prompt},
        {**gpt, "aspect_ratio": "16:9", "output_resolution": "2k"},
        gpt,
    ]
    assert sorted(world.asked(), key=str) == sorted(expected, key=str)


async def test_the_chosen_model_makes_the_picture(world: World) -> None:
    shown = await world.imagine("a red fox", model="gpt-image-2", aspect_ratio="16:9", resolution="2k")
    assert "**completed** · GPT Image 2 · 16:9 · 2k" in shown.response.content


async def suggested(world: World, option: str, typed: str = "", **filled: Any) -> list[str]:
    choices = await world.ada.autocomplete(world.channel, "imagine", option, typed, **filled)
    return [choice["value"] for choice in choices]


async def test_models_are_suggested_by_id_and_by_name(world: World) -> None:
    assert ", ".join(await suggested(world, "model")) == EVERY_MODEL
    assert await suggested(world, "model", "ULTRA") == ["imagen-4-ultra"]
    assert await suggested(world, "model", "gpt im") == ["gpt-image-2"]
    assert await suggested(world, "model", "4O") == ["gpt-4o-image"]
    assert await suggested(world, "model", "dall") == []


async def test_ratios_are_those_of_the_model_that_will_be_used(world: World) -> None:
    assert await suggested(world, "aspect_ratio") == ["1:1", "16:9", "9:16", "3:4", "4:3"]
    assert (await suggested(world, "aspect_ratio", model="imagen-4-fast"))[0] == "auto"
    assert await suggested(world, "aspect_ratio", "21", model="gpt-image-2") == ["21:9", "9:21"]
    assert await suggested(world, "aspect_ratio", model="no such model") == []


async def test_resolutions_are_suggested_only_where_the_model_has_them(world: World) -> None:
    assert await suggested(world, "resolution") == []
    assert await suggested(world, "resolution", model="gpt-image-2") == ["1k", "2k", "4k"]


async def test_only_what_fits_the_other_options_is_suggested(world: World) -> None:
    gpt: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a red fox", "private": True}
    assert await suggested(world, "resolution", **gpt, aspect_ratio="1:1") == ["1k", "2k"]
    assert await suggested(world, "resolution", **gpt, aspect_ratio="auto") == ["1k"]
    ratios = await suggested(world, "aspect_ratio", **gpt, resolution="4k")
    assert "16:9" in ratios
    assert not {"auto", "1:1"} & set(ratios)


EVERY_MODEL = "imagen-4, imagen-4-fast, imagen-4-ultra, z-image, gpt-image-2, gpt-4o-image"

NOT_TAKEN: list[tuple[dict[str, Any], str]] = [
    ({"model": "dall-e"}, f"There is no model called “dall-e”. These work here: {EVERY_MODEL}."),
    ({"aspect_ratio": "7:3"}, "Imagen 4 does not take `aspect_ratio` 7:3. It takes: 1:1, 16:9, 9:16, 3:4, 4:3."),
    ({"resolution": "2k"}, "Imagen 4 has no option `resolution`. It takes: aspect_ratio, negative_prompt, seed."),
    (
        {"model": "gpt-image-2", "negative_prompt": "snow"},
        "GPT Image 2 has no option `negative_prompt`. It takes: aspect_ratio, resolution.",
    ),
    ({"seed": -1}, "`seed` must be a whole number from 0 to 2147483647."),
]


async def test_what_a_model_does_not_take_is_answered_with_what_it_takes(world: World) -> None:
    for options, sentence in NOT_TAKEN:
        shown = await world.imagine(**options)
        assert shown.response.content == sentence
        await nothing_happened(world, shown)


async def test_options_that_exclude_each_other_are_answered_with_what_fits(world: World) -> None:
    shown = await world.imagine(model="gpt-image-2", aspect_ratio="1:1", resolution="4k")
    assert shown.response.content.startswith("GPT Image 2 cannot combine `aspect_ratio` 1:1 with `resolution` 4k.")
    assert "`aspect_ratio` can be: 3:2, 2:3," in shown.response.content
    await nothing_happened(world, shown)


async def test_a_resolution_that_needs_a_ratio_says_so(world: World) -> None:
    shown = await world.imagine(model="gpt-image-2", resolution="2k")
    assert shown.response.content.startswith("GPT Image 2 cannot combine `aspect_ratio` auto with `resolution` 2k.")
    await nothing_happened(world, shown)


async def test_a_prompt_without_words_is_answered_privately_and_costs_nothing(world: World) -> None:
    for prompt, says in (
        ("   ", "The prompt is empty."),
        ("🦊 !?", "There is no word in that prompt."),
        ("<@123> <:fox:123>", "There is no word in that prompt."),
    ):
        shown = await world.imagine(prompt)
        assert shown.response.content.startswith(says)
        await nothing_happened(world, shown)


async def nothing_happened(world: World, shown: simcord.InteractionResult) -> None:
    """Check that an answer was private, that RunAPI was asked for nothing, and that nothing was taken."""
    assert shown.ephemeral
    assert world.creates() == []
    assert await world.left(world.ada) == world.settings.daily_images_per_user
    assert world.channel.history(viewer=world.bob) == []


async def test_a_private_reply_is_shown_to_its_author_only(world: World) -> None:
    shown = await world.imagine("a red fox", private=True)
    assert shown.ephemeral
    assert len(shown.response.attachments) == 1
    assert world.channel.history(viewer=world.bob) == []


async def test_it_works_in_a_direct_message(world: World) -> None:
    shown = await world.ada.user.slash("imagine", prompt="a red fox")
    await world.settle()
    assert "**completed**" in shown.response.content
    assert shown.response.channel_id == world.ada.user.dm_channel.id
    assert len(shown.response.attachments) == 1


PINGS = "@everyone @here <@{user}> <@&{role}> a fox"


async def test_nothing_in_a_prompt_pings_anyone(slow_world: World) -> None:
    world = slow_world
    role = world.guild.create_role("Artists")
    prompt = PINGS.format(user=world.bob.id, role=role.id)
    shown = await world.slash("imagine", prompt=prompt)
    await world.process(shown)
    await world.complete()
    assert [body["allowed_mentions"] for body in world.bodies()] == [{"parse": []}] * 3


async def test_nothing_in_a_refusal_pings_anyone(world: World) -> None:
    await world.imagine(model="@everyone")
    assert [body["allowed_mentions"] for body in world.bodies()] == [{"parse": []}]


LITERALLY = [
    ("a **bold** _fox_ ~~gone~~", r"> a \*\*bold\*\* \_fox\_ \~\~gone\~\~"),
    ("`code` ||secret||", r"> \`code\` \|\|secret\|\|"),
    ("<@1> <@&2> <#3> <:fox:4> fox", r"> \<@1> \<@&2> \<#3> \<:fox:4> fox"),
    ("# a fox\n> sits\n- here", r"> \# a fox > sits - here"),
    ("[free](https://example.com)", r"> \[free](https://example.com)"),
    (r"back\slash", r"> back\\slash"),
]


async def test_a_prompt_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    async with world(tmp_path, engine=False) as built:
        for prompt, shown_as in LITERALLY:
            shown = await built.slash("imagine", prompt=prompt)
            assert shown.response.content.splitlines()[1] == shown_as


async def test_a_long_prompt_is_shown_shortened_and_sent_whole(world: World) -> None:
    prompt = "fox " * 999 + "fox!"
    shown = await world.imagine(prompt)
    assert len(shown.response.content) < 400
    assert shown.response.content.endswith("fox…")
    assert world.asked()[0]["prompt"] == prompt
    [picture] = shown.response.attachments
    assert picture.description is not None
    assert 900 < len(picture.description) <= 1024
    assert picture.description.endswith("fox fox…")


async def test_links_in_a_prompt_show_no_preview(world: World) -> None:
    shown = await world.imagine("a fox like https://example.com/fox.png")
    assert shown.response.flags.suppress_embeds


async def test_a_file_is_named_for_its_request_with_the_suffix_of_its_type(world: World) -> None:
    shown = await world.imagine("a red fox")
    [picture] = shown.response.attachments
    assert picture.filename == f"easel-{short_id(shown)}-1.png"
    assert picture.content_type == "image/png"
