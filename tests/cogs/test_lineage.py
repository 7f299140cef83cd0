"""Where a picture came from, as its reply says."""

from typing import Any

from bot.store import Session
from tests.world import World, short_id


def came_from(kind: str, world: World, parent: Any) -> str:
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{parent.response.id}"
    return f"\n-# {kind} of [#{short_id(parent)}]({link}) by {world.ada.mention}\n"


async def test_a_reroll_names_its_parent_from_its_first_status_on_and_pings_nobody(slow_world: World) -> None:
    world = slow_world
    first = await world.slash("imagine", prompt="a red fox")
    await world.complete()
    assert " of [#" not in first.response.content
    world.sandbox.task_seconds = 1e6
    again = await world.press(first, "reroll", by=world.bob)
    line = came_from("reroll", world, first)
    assert line in again.response.content
    await world.restart()
    await world.complete()
    assert "**completed**" in again.response.content
    assert line in again.response.content
    assert {str(body["allowed_mentions"]) for body in world.bodies() if line in (body.get("content") or "")} == {
        "{'parse': []}"
    }


async def test_so_does_what_was_asked_for_again(world: World) -> None:
    first = await world.imagine()
    again = await world.slash("again")
    assert came_from("reroll", world, first) in again.response.content
    await world.settle()


async def test_the_parent_is_only_looked_up_where_there_is_one(world: World) -> None:
    first = await world.details(await world.imagine())
    second = await world.details(await world.slash("again"))
    await world.settle()
    assert first.parent is None
    assert second.parent is not None
    assert second.parent.id == first.request.id

    store: Any = world.bot._store  # pyright: ignore[reportPrivateUsage]
    looked_up: list[int] = []

    def look(session: Session) -> None:
        get = session.requests.get
        session.requests.get = lambda request_id: looked_up.append(request_id) or get(request_id)
        session.details(first.request)
        session.details(second.request)

    await store.read(look)
    assert looked_up == [first.request.id]


async def test_a_parent_from_elsewhere_is_named_without_its_place(world: World) -> None:
    first: Any = await world.ada.user.slash("imagine", prompt="a red fox")
    await world.settle()
    public = await world.slash("again", id=short_id(first))
    secret = await world.imagine("a secret", private=True)
    world.sql("UPDATE requests SET private = 0")
    shown = await world.slash("again", id=short_id(secret))
    await world.settle()
    assert " of #" not in public.response.content
    assert " of [#" not in public.response.content
    assert f"\n-# reroll of #{short_id(secret)}\n" in shown.response.content
