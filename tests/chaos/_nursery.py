"""Easel as processes that start at once: each is forked from this one, which has everything imported.

`python -m tests.chaos._nursery` reads orders from its standard input and says on its standard output what becomes of
each process, in JSON lines. An order is `{"port", "certificate", "settings", "log", "inside"}`; see `House`.
"""

import functools
import importlib
import inspect
import json
import os
import signal
import sys
import traceback
from typing import Any, NoReturn

from tests.wire import easel_process

GRACE = "1"
"""Seconds in which a stop may finish what is under way; by then only thumbnails are."""

READY_WITHIN, PAUSE = "60", "0"
"""Seconds until a process that is not let in starts again, and before it does."""


def main() -> None:
    """Fork a process for each order and see it end, until the input does."""
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if not pid:
            _live(order)
        _say(pid=pid)
        _, status = os.waitpid(pid, 0)
        _say(ended=os.waitstatus_to_exitcode(status))


def _say(**what: object) -> None:
    # One write for a line: the process and its parent share the pipe.
    os.write(_ANSWERS, json.dumps(what).encode() + b"\n")


def _live(order: dict[str, Any]) -> NoReturn:
    code = 1
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())
        os.environ.update(order["settings"])
        if order["inside"] is not None:
            _arm(**order["inside"])
        easel_process.main(order["port"], order["certificate"], GRACE, READY_WITHIN, PAUSE)
        code = 0
    except BaseException:  # noqa: BLE001 - nothing of it may reach the parent's loop
        traceback.print_exc()
    finally:
        # Not as Python ends: what follows belongs to the parent.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _arm(function: str, when: str, skipped: int) -> None:
    """Let the process kill itself right before or after an async function, when it was called `skipped` times."""
    module, _, path = function.partition(":")
    *outer, name = path.split(".")
    owner: Any = functools.reduce(getattr, outer, importlib.import_module(module))
    original = getattr(owner, name)
    assert inspect.iscoroutinefunction(original), function
    left = skipped

    def reached() -> None:
        nonlocal left
        if not left:
            _say(struck=function)
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    @functools.wraps(original)
    async def armed(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            reached()
        result = await original(*args, **kwargs)
        if when == "after":
            reached()
        return result

    setattr(owner, name, armed)


if __name__ == "__main__":
    _ANSWERS = os.dup(sys.stdout.fileno())
    main()
