"""More: a result's whole request, and its pictures as they were made."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store import Details
from bot.ui import more
from bot.ui.base import Interaction
from tests.cogs.test_edit import edit, picture
from tests.world import World, short_id, world

MAX_CONTENT = 2000


async def press_more(world: World, shown: Any, *, by: Any = None) -> Any:
    """Press More under a result; return the private answer."""
    pressed = await world.press(shown, "more", by=by)
    assert pressed.response.ephemeral
    assert len(pressed.response.content) <= MAX_CONTENT
    return pressed.response


async def originals(world: World, shown: Any) -> list[Path]:
    """Return the files of a request's pictures as they were made."""
    folder = world.settings.data_dir / "pictures"
    return [folder / str(picture.file) for picture in (await world.details(shown)).pictures]


async def read(answer: Any) -> list[bytes]:
    return [await attachment.read() for attachment in answer.attachments]


async def sweep_originals(world: World, shown: Any) -> None:
    """Let a month go by since the request."""
    for path in await originals(world, shown):
        path.unlink()


def until(world: World, moment: datetime) -> None:
    """Let RunAPI keep all pictures until then."""
    world.sql("UPDATE pictures SET expires_at = ?", int(moment.timestamp() * 1_000_000))


async def test_anybody_sees_the_whole_request_and_the_original_privately(world: World) -> None:
    prompt = "a red *fox*, " + "very " * 60 + "red"
    shown = await world.imagine(
        prompt, model="imagen-4-fast", aspect_ratio="16:9", seed=42, negative_prompt="a blue\nfox"
    )
    await world.restart()
    answer = await press_more(world, shown, by=world.bob)
    assert f"**Request `{short_id(shown)}` by {world.ada.mention}**\n```\n{prompt}\n```" in answer.content
    asked = f"id: {short_id(shown)}\nmodel: imagen-4-fast\naspect_ratio: 16:9\nseed: 42\nnegative_prompt: a blue fox"
    assert sorted(answer.content.split("```")[3].strip().split("\n")) == sorted(asked.split("\n"))
    request = (await world.details(shown)).request
    assert f"asked for <t:{int(request.created_at.timestamp())}>" in answer.content
    assert " · finished <t:" in answer.content
    assert " · $0.04\nThe original is attached." in answer.content
    assert await read(answer) == [path.read_bytes() for path in await originals(world, shown)]
    assert [each.filename for each in answer.attachments] == [f"easel-{short_id(shown)}-1.png"]
    assert "red \\*fox\\*" not in answer.attachments[0].description
    assert answer.attachments[0].description.startswith("Picture made by Imagen 4 Fast")


async def test_a_request_that_does_not_fit_is_in_a_file(world: World) -> None:
    for prompt in ("a red fox " * 399, "a red fox ``` in a code block"):
        shown = await world.imagine(prompt, aspect_ratio="16:9")
        answer = await press_more(world, shown)
        assert "The request cannot be shown here as it is, so it is in the attached file." in answer.content
        assert "```" not in answer.content
        *_, whole = await read(answer)
        assert whole.decode().startswith(prompt.strip() + "\n\nid: ")
        assert "aspect_ratio: 16:9" in whole.decode()
        assert [each.filename for each in answer.attachments][-1] == f"easel-{short_id(shown)}-request.txt"


async def test_each_of_several_originals_is_attached(world: World) -> None:
    shown = await world.imagine(model="gpt-4o-image", count=4)
    answer = await press_more(world, shown)
    assert "The originals are attached." in answer.content
    assert await read(answer) == [path.read_bytes() for path in await originals(world, shown)]


async def test_of_an_edit_it_says_how_many_pictures_were_edited(world: World) -> None:
    shown = await edit(world, ("a.png", picture("red")), ("b.png", picture("blue")))
    assert " · edits 2 pictures" in (await press_more(world, shown)).content


async def test_after_the_original_was_swept_there_is_a_link_while_runapi_keeps_it(world: World) -> None:
    shown = await world.imagine()
    await sweep_originals(world, shown)
    await world.restart()
    [made] = (await world.details(shown)).pictures
    answer = await press_more(world, shown)
    link = f"Picture 1: [the original]({made.url}), kept until <t:{int(made.expires_at.timestamp())}:R>."
    assert answer.content.endswith(link)
    assert answer.attachments == []

    until(world, datetime.now(UTC) - timedelta(days=23))
    answer = await press_more(world, shown)
    assert answer.content.endswith(
        "Picture 1: the original is no longer kept. What the reply shows is what is left of it."
    )


async def test_an_original_that_is_swept_while_it_is_fetched_is_linked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await world.imagine()
    described = more.alt_text

    def swept(*args: Any) -> str:
        for path in (world.settings.data_dir / "pictures" / "originals").glob("*/*"):
            path.unlink()
        return described(*args)

    monkeypatch.setattr(more, "alt_text", swept)
    assert "Picture 1: [the original](" in (await press_more(world, shown)).content


async def test_what_discord_does_not_take_is_linked(world: World) -> None:
    shown = await world.imagine()
    world.env.inject_error("POST", "/webhooks/*", status=413, code=40005)
    answer = await press_more(world, shown)
    assert "Picture 1: [the original](" in answer.content
    assert answer.attachments == []
    until(world, datetime.now(UTC) - timedelta(days=23))
    world.env.inject_error("POST", "/webhooks/*", status=413, code=40005)
    assert "is too large to be attached here, and its link has ended." in (await press_more(world, shown)).content


async def test_only_so_much_is_attached_as_fits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = await world.imagine(model="gpt-4o-image", count=4)
    kept = await originals(world, shown)
    room = sum(path.stat().st_size for path in kept[:2])
    own = more._originals  # pyright: ignore[reportPrivateUsage]

    def little_room(interaction: Interaction, details: Details) -> Sequence[more.Original]:
        return own(interaction, details, room=room)

    monkeypatch.setattr(more, "_originals", little_room)
    answer = await press_more(world, shown)
    assert await read(answer) == [path.read_bytes() for path in kept[:2]]
    assert "Picture 3: [the original](" in answer.content
    assert "Picture 4: [the original](" in answer.content


async def test_an_address_that_is_too_long_to_show_is_in_the_file(world: World) -> None:
    shown = await world.imagine()
    await sweep_originals(world, shown)
    address = "https://example.com/" + "x" * 1900
    world.sql("UPDATE pictures SET url = ?", address)
    answer = await press_more(world, shown)
    assert (
        "Picture 1: the address of the original is in the attached file; it is kept there until <t:" in answer.content
    )
    assert (await read(answer))[0].decode().endswith(f"1: {address}")


async def test_what_was_hidden_stays_hidden(world: World) -> None:
    shown = await world.imagine()
    world.sql("UPDATE requests SET spoiler = 1")
    assert [each.is_spoiler() for each in (await press_more(world, shown)).attachments] == [True]
    await sweep_originals(world, shown)
    assert (await press_more(world, shown)).content.split("\n")[-1].startswith("||Picture 1: [the original](")


async def test_of_pictures_that_were_deleted_it_shows_the_request(world: World) -> None:
    shown = await world.imagine()
    await world.bot.engine.forget(await world.details(shown))
    answer = await press_more(world, shown)
    assert answer.content.endswith("The pictures were deleted.")
    assert answer.attachments == []


async def test_it_works_after_the_model_left(tmp_path: Path) -> None:
    async with world(tmp_path) as built:
        shown = await built.imagine(model="z-image")
        built.settings = built.settings.model_copy(update={"models": ("imagen-4",)})
        await built.restart()
        answer = await press_more(built, shown)
        assert "model: z-image" in answer.content
        assert len(answer.attachments) == 1
