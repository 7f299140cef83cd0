"""The RunAPI of the benchmark: the sandbox in a process of its own, with a picture that costs nothing to paint."""

import asyncio
import io
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

from PIL import Image

from bot.sandbox import Sandbox
from tests.bench._pipe import serve


def _picture() -> bytes:
    target = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(target, "PNG")
    return target.getvalue()


async def main() -> None:
    """Serve until the standard input ends."""
    picture = _picture()
    async with Sandbox(task_seconds=0.0, painter=lambda _: picture, requests_kept=100_000) as sandbox:

        async def where() -> dict[str, str]:
            return {"url": sandbox.url, "api_key": sandbox.api_key, "callback_secret": sandbox.callback_secret}

        async def begin(task_seconds: float) -> None:
            sandbox.task_seconds = task_seconds
            sandbox.calls.clear()

        async def tasks() -> dict[str, Any]:
            """By prompt: when it was created (seconds since 1970) and how often it was asked after."""
            looks = Counter(PurePosixPath(call.path).name for call in sandbox.calls if call.method == "GET")
            return {
                task.prompt: {"created": task.created.timestamp(), "looks": looks[task.id]}
                for task in sandbox.tasks.values()
            }

        await serve({"where": where, "begin": begin, "tasks": tasks})


if __name__ == "__main__":
    asyncio.run(main())
