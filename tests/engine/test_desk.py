"""Requests of a burst are worked on few at a time."""

import asyncio

import pytest

from bot.engine.desk import LONGEST, PLACES, Desk
from tests.engine.simulated import all_else, now, run


async def seated(desk: Desk, request_id: int, order: list[int]) -> None:
    await desk.take(request_id)
    order.append(request_id)


def test_there_are_few_places_and_they_are_given_in_order() -> None:
    async def scene() -> None:
        desk, order = Desk(), list[int]()
        tasks = [asyncio.create_task(seated(desk, number, order)) for number in range(PLACES + 3)]
        await all_else()
        assert order == [*range(PLACES)]
        desk.leave(3)
        desk.leave(3)
        await all_else()
        assert order == [*range(PLACES + 1)]
        desk.leave(0)
        desk.leave(1)
        await asyncio.gather(*tasks)
        assert order == [*range(PLACES + 3)]
        assert now() < LONGEST

    run(scene())


def test_a_request_that_stalls_gives_its_place_up() -> None:
    async def scene() -> None:
        desk = Desk()
        for number in range(PLACES):
            await desk.take(number)
        await desk.take(PLACES)
        assert now() == LONGEST

    run(scene())


def test_a_place_is_held_once_however_often_it_is_taken() -> None:
    async def scene() -> None:
        desk = Desk()
        for number in [0, *range(PLACES)]:
            await desk.take(number)
        waiting = asyncio.gather(desk.take(PLACES), desk.take(PLACES), desk.take(PLACES + 1))
        await all_else()
        desk.leave(0)
        desk.leave(1)
        await waiting
        assert now() < LONGEST

    run(scene())


@pytest.mark.parametrize("seated_first", [False, True])
def test_one_that_is_cancelled_takes_no_place_from_the_next(seated_first: bool) -> None:
    async def scene() -> None:
        desk = Desk()
        for number in range(PLACES):
            await desk.take(number)
        cancelled = asyncio.create_task(desk.take(PLACES))
        following = asyncio.create_task(desk.take(PLACES + 1))
        await all_else()
        if seated_first:
            desk.leave(0)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        desk.leave(PLACES if seated_first else 0)
        await following
        assert now() < LONGEST

    run(scene())
