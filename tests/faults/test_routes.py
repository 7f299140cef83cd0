"""The two styles of routes: which is asked, when it changes, and what stays."""

import json
from pathlib import Path

import pytest

from bot.sandbox import Call, Fault
from bot.store import TaskState
from tests.faults.scene import Outcome, imagine, quick_world
from tests.faults.told import DEFINITE, UNKNOWN

FLAT = "/v1/text_to_image"
NAMESPACED = "/api/v1/gpt_image_2/text_to_image"
MODELS = {FLAT: "gpt-image-2-text-to-image", NAMESPACED: "gpt-image-2"}
MISSING = pytest.mark.parametrize("missing", [Fault.NOT_FOUND, Fault.METHOD_NOT_ALLOWED], ids=lambda fault: fault.value)


def asked(calls: list[Call]) -> list[tuple[str, str]]:
    return [(call.path, json.loads(call.body)["model"]) for call in calls]


def went(seen: Outcome, *paths: str) -> None:
    """Check where the creates went, each with the model's name for that style, and all with one key."""
    assert asked(seen.creates) == [(path, MODELS[path]) for path in paths]
    assert len(seen.keys) == 1


@MISSING
async def test_auto_moves_when_there_is_no_such_route_and_stays(tmp_path: Path, missing: Fault) -> None:
    async with quick_world(tmp_path) as world:
        world.sandbox.faults.add(missing)
        seen = await imagine(world, model="gpt-image-2")
        seen.completed()
        went(seen, FLAT, NAMESPACED)
        assert (seen.task.style, seen.task.path) == ("namespaced", NAMESPACED)
        assert all(look.path.startswith(f"{NAMESPACED}/") for look in seen.looks)

        again = await imagine(world, model="gpt-image-2")
        again.completed()
        went(again, NAMESPACED)


@MISSING
async def test_auto_does_not_move_once_a_create_has_succeeded(tmp_path: Path, missing: Fault) -> None:
    async with quick_world(tmp_path) as world:
        (await imagine(world, model="gpt-image-2")).completed()
        world.sandbox.faults.add(missing)
        seen = await imagine(world, model="gpt-image-2")
        seen.failed(DEFINITE[missing])
        went(seen, FLAT)


async def test_auto_ends_where_neither_style_is_known(tmp_path: Path) -> None:
    async with quick_world(tmp_path) as world:
        world.sandbox.faults.add(Fault.NOT_FOUND, times=2)
        seen = await imagine(world, model="gpt-image-2")
        seen.failed(DEFINITE[Fault.NOT_FOUND])
        went(seen, FLAT, NAMESPACED)


@pytest.mark.parametrize(
    "fault", [Fault.UNAUTHORIZED, Fault.CONFLICT, Fault.UNSUPPORTED_MEDIA_TYPE], ids=lambda fault: fault.value
)
async def test_auto_does_not_move_for_anything_else(tmp_path: Path, fault: Fault) -> None:
    async with quick_world(tmp_path) as world:
        world.sandbox.faults.add(fault)
        seen = await imagine(world, model="gpt-image-2")
        seen.failed(DEFINITE[fault])
        went(seen, FLAT)


async def test_a_conflict_after_a_move_means_that_nobody_knows(tmp_path: Path) -> None:
    async with quick_world(tmp_path) as world:
        world.sandbox.faults.add(Fault.NOT_FOUND)
        world.sandbox.faults.add(Fault.CONFLICT)
        seen = await imagine(world, model="gpt-image-2")
        seen.failed(UNKNOWN)
        went(seen, FLAT, NAMESPACED)
        assert seen.task.state is TaskState.UNKNOWN


@pytest.mark.parametrize(("style", "path"), [("flat", FLAT), ("namespaced", NAMESPACED)])
async def test_a_fixed_style_never_moves(tmp_path: Path, style: str, path: str) -> None:
    async with quick_world(tmp_path, runapi_routes=style) as world:
        world.sandbox.faults.add(Fault.NOT_FOUND)
        seen = await imagine(world, model="gpt-image-2")
        seen.failed(DEFINITE[Fault.NOT_FOUND])
        went(seen, path)

        seen = await imagine(world, model="gpt-image-2")
        seen.completed()
        went(seen, path)
