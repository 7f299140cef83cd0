"""Easel on the wire: pictures that are too large for Discord, one by one or all together."""

import asyncio
import io
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.engine.parcels import FILES_A_MESSAGE, SURE_BYTES
from bot.sandbox import Sandbox
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import DiscordServer
from tests.wire.easel import FOREVER, Studio
from tests.wire.interactions import Reply
from tests.wire.samples import unpacked

EDIT = "^/webhooks/.*/messages/"
MEGABYTE = 1_000_000
FOUR: dict[str, Any] = {"model": "gpt-4o-image", "count": 4}


@pytest.fixture(name="large")
async def _large(
    request: pytest.FixtureRequest, discord_server: DiscordServer, tmp_path: Path
) -> AsyncIterator[Studio]:
    """A studio whose RunAPI makes pictures of the parameter's MB, once it is told to finish."""
    picture = unpacked(request.param * MEGABYTE)
    async with Sandbox(task_seconds=FOREVER, painter=lambda _: picture) as sandbox:
        studio = Studio(discord_server, sandbox, tmp_path)
        async with studio.running():
            yield studio


def content(reply: Reply) -> str:
    assert reply.original is not None
    return reply.original.content


async def received(studio: Studio, reply: Reply) -> list[Image.Image]:
    """What people see of a reply's pictures."""
    assert reply.original is not None
    return [Image.open(io.BytesIO(data)) for data in await studio.download(reply.original)]


def sizes(reply: Reply) -> list[int]:
    """Bytes of a reply's files."""
    assert reply.original is not None
    return [len(attachment.data) for attachment in reply.original.attachments]


def statuses(studio: Studio) -> list[int | None]:
    return [call.status for call in studio.server.calls_to("PATCH", EDIT)]


async def over_the_limit(studio: Studio, count: int) -> Reply:
    """Ask for pictures, have `count` of them made, and wait for them."""
    reply = await studio.imagine(**(FOUR if count > 1 else {}))
    async with asyncio.timeout(WAIT_SECONDS):
        while not studio.sandbox.tasks:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)
    [task] = studio.sandbox.tasks.values()
    task.image_urls = (task.image_urls * count)[:count]
    await studio.finish()
    return reply


@pytest.mark.parametrize("large", [11, 40], indirect=True)
async def test_a_picture_over_the_limit_is_encoded_again(large: Studio) -> None:
    reply = await over_the_limit(large, 1)
    [picture] = await received(large, reply)
    [original] = await large.painted()
    assert (picture.format, picture.size) == ("JPEG", Image.open(io.BytesIO(original)).size)
    assert sizes(reply)[0] <= large.server.world.file_limit < len(original)
    assert "Shown in a smaller file than the original, which is too large for Discord: [original](" in content(reply)
    assert statuses(large) == [200]


@pytest.mark.parametrize("large", [11], indirect=True)
async def test_ten_pictures_in_one_message_are_each_made_to_fit(large: Studio) -> None:
    reply = await over_the_limit(large, FILES_A_MESSAGE)
    assert len(sizes(reply)) == FILES_A_MESSAGE
    assert max(sizes(reply)) <= large.server.world.file_limit
    assert {picture.format for picture in await received(large, reply)} == {"JPEG"}
    assert statuses(large) == [200]


@pytest.mark.parametrize("large", [3], indirect=True)
async def test_pictures_that_are_too_large_together_are_made_to_fit_together(large: Studio) -> None:
    large.server.world.total_limit = 25 * MEGABYTE
    reply = await over_the_limit(large, FILES_A_MESSAGE)
    assert statuses(large) == [413, 200]
    assert len(sizes(reply)) == FILES_A_MESSAGE
    assert sum(sizes(reply)) <= SURE_BYTES
    assert [picture.delivered_as for picture in (await large.details(reply)).pictures] == ["reencoded"] * 10


@pytest.mark.parametrize("large", [3], indirect=True)
async def test_pictures_that_are_too_large_however_small_become_links(large: Studio) -> None:
    large.server.world.total_limit = 1000
    reply = await over_the_limit(large, FILES_A_MESSAGE)
    assert statuses(large) == [413, 413, 200]
    assert sizes(reply) == []
    assert "1. The picture is too large for Discord: [open it](" in content(reply)
    assert [picture.delivered_as for picture in (await large.details(reply)).pictures] == ["link"] * 10


@pytest.mark.parametrize("large", [1], indirect=True)
async def test_more_pictures_than_a_message_holds_come_as_links(large: Studio) -> None:
    reply = await over_the_limit(large, FILES_A_MESSAGE + 1)
    assert len(sizes(reply)) == FILES_A_MESSAGE
    assert f"{FILES_A_MESSAGE + 1}. The message can hold no more pictures: [open it](" in content(reply)
    assert statuses(large) == [200]


def test_the_samples_are_of_the_size_that_is_said() -> None:
    assert math.isclose(len(unpacked(3 * MEGABYTE)), 3 * MEGABYTE, rel_tol=0.01)
