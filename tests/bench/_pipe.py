"""Asking a child process: one JSON line on its standard input, one on its standard output."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["Child", "Handlers", "child", "serve"]

ROOT = Path(__file__).parents[2]
_LINE_BYTES = 64 * 1024 * 1024

Handlers: TypeAlias = Mapping[str, Callable[..., Awaitable[Any]]]


class Child:
    """A started child process that answers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, question: str, **details: Any) -> Any:
        """Return the child's answer.

        Raises:
            RuntimeError: it has ended instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([question, details]).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the child process ended when it was asked to {question}")
        return json.loads(line)


@asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncGenerator[Child]:
    """Start `python -m MODULE ARGUMENTS`, which calls `serve`; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        limit=_LINE_BYTES,
        env={**os.environ, "PYTHONWARNINGS": "ignore::DeprecationWarning"},
    )
    try:
        yield Child(process)
    finally:
        process.terminate()
        await process.wait()


async def serve(handlers: Handlers) -> None:
    """Answer questions by the handlers of their names until the standard input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        question, details = json.loads(line)
        answer = await handlers[question](**details)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
