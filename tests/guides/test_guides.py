"""RunAPI's guide pages: the request that each shows, byte for byte as JSON, is what a command sends.

Each file beside this one holds the example of one page, with `$RUNAPI_API_KEY` for the key as the page has it.
"""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, world

HERE = Path(__file__).parent


@pytest.fixture(name="flat_world")
async def _flat_world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world that speaks to RunAPI as its guide pages show."""
    async with world(tmp_path, runapi_routes="flat") as built:
        yield built


async def reproduces(world: World, page: str, **options: Any) -> None:
    """Check that `/imagine` with the prompt of a page and these options sends the page's request."""
    shown: dict[str, Any] = json.loads((HERE / f"{page}.json").read_text(encoding="utf-8"))
    answered = await world.imagine(shown["body"]["prompt"], **options)
    assert "**completed**" in answered.response.content
    [create] = world.creates()
    assert (create.method, create.path) == (shown["method"], shown["path"])
    headers = {name.lower(): value for name, value in shown["headers"].items()}
    headers = {name: value.replace("$RUNAPI_API_KEY", world.sandbox.api_key) for name, value in headers.items()}
    assert headers.keys() == {"authorization", "content-type"}
    assert {name: create.headers[name] for name in headers} == headers
    assert json.loads(create.body) == shown["body"]


async def test_imagen_4_in_hermes_agent_in_simplified_chinese(flat_world: World) -> None:
    await reproduces(flat_world, "hermes_imagen_4_zh_cn", model="imagen-4")


async def test_imagen_4_in_hermes_agent_in_korean(flat_world: World) -> None:
    await reproduces(flat_world, "hermes_imagen_4_ko")


async def test_imagen_4_in_openclaw_in_traditional_chinese(flat_world: World) -> None:
    await reproduces(flat_world, "openclaw_imagen_4_zh_tw", model="imagen-4")


async def test_z_image_in_hermes_agent_in_simplified_chinese(flat_world: World) -> None:
    await reproduces(flat_world, "hermes_z_image_zh_cn", model="z-image")


async def test_gpt_image_2_in_hermes_agent_in_traditional_chinese(flat_world: World) -> None:
    await reproduces(flat_world, "hermes_gpt_image_zh_tw", model="gpt-image-2", resolution="2k", aspect_ratio="3:4")


def test_every_page_has_its_test() -> None:
    pages = {path.stem for path in HERE.glob("*.json")}
    tested = Path(__file__).read_text(encoding="utf-8")
    assert len(pages) == 5
    assert [page for page in pages if f'"{page}"' not in tested] == []
