"""What the bot runs on."""

import asyncio
import sys

import pytest

from bot import event_loop


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop for Windows")
def test_the_bot_runs_on_uvloop() -> None:
    async def where() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert event_loop.run(where()) == "uvloop"
