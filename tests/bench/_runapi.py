"""The RunAPI of the benchmark: the sandbox in a process of its own, with a picture that costs nothing to paint."""

import asyncio
import io
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from PIL import Image

from bot.sandbox import Sandbox
from tests.bench._pipe import serve


def _picture() -> bytes:
    target = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(target, "PNG")
    return target.getvalue()


class UnderWay:
    """Counts the calls that are under way."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0

    @property
    def count(self) -> Middleware:
        """What stands before the server."""

        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._now += 1
            self.most = max(self.most, self._now)
            try:
                return await handler(request)
            finally:
                self._now -= 1

        return count


async def main() -> None:
    """Serve until the standard input ends."""
    picture = _picture()
    under_way = UnderWay()
    async with Sandbox(
        task_seconds=0.0, painter=lambda _: picture, requests_kept=100_000, middlewares=[under_way.count]
    ) as sandbox:

        async def where() -> dict[str, str]:
            return {"url": sandbox.url, "api_key": sandbox.api_key, "callback_secret": sandbox.callback_secret}

        async def begin(task_seconds: float) -> None:
            sandbox.task_seconds = task_seconds
            sandbox.calls.clear()
            under_way.most = 0

        async def together() -> int:
            """The most calls that were under way at the same time, since `begin`."""
            return under_way.most

        async def tasks() -> dict[str, Any]:
            """By prompt: when it was created (seconds since 1970) and how often it was asked after."""
            looks = Counter(PurePosixPath(call.path).name for call in sandbox.calls if call.method == "GET")
            return {
                task.prompt: {"created": task.created.timestamp(), "looks": looks[task.id]}
                for task in sandbox.tasks.values()
            }

        await serve({"where": where, "begin": begin, "tasks": tasks, "together": together})


if __name__ == "__main__":
    asyncio.run(main())
