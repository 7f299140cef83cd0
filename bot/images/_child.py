"""The child process that encodes pictures, as the bot sees it; `_encode.py` is what runs in it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from bot.images._draw_chart import ChartJob
    from bot.images._draw_sheet import SheetJob
    from bot.images._encode import Job, Limits

_SCRIPT = Path(__file__).with_name("_encode.py")
# What Python needs to start; the bot's secrets stay out of a process that decodes strangers' files.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")


class JobFailed(Exception):
    """The child did not do the job and is not to be used again; the text says why, for the log."""


class Child:
    """A child process that does one job after another."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._jobs_in = cast("asyncio.StreamWriter", process.stdin)
        self._answers = cast("asyncio.StreamReader", process.stdout)
        self.jobs = 0
        """How many it was given."""

    @classmethod
    async def start(cls, limits: "Limits") -> Self:
        """Start a process with these limits."""
        process = await create_subprocess_exec(
            *(sys.executable, "-P", str(_SCRIPT), json.dumps(limits)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        """Whether it still runs, as far as is known."""
        return self._process.returncode is None

    async def do(self, job: "Job | SheetJob | ChartJob", within: float) -> Any:
        """Have a job done in `within` seconds and return the child's answer.

        Raises:
            JobFailed: it was not done.
        """
        self.jobs += 1
        try:
            async with asyncio.timeout(within):
                self._jobs_in.write(json.dumps(job).encode() + b"\n")
                # A child that has ended is noticed by its answer, which is none.
                with suppress(ConnectionError):
                    await self._jobs_in.drain()
                line = await self._answers.readline()
        except TimeoutError as error:
            raise JobFailed("out of time") from error
        if not line.endswith(b"\n"):
            raise JobFailed("the process ended")
        answer = json.loads(line)
        if "error" in answer:
            raise JobFailed(answer["error"])
        return answer

    async def end(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._jobs_in.close()
        await self._process.communicate()
