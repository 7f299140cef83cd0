"""Where Easel is killed: the lines between two things that must both happen, or neither twice."""

import random
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from aiohttp import web

__all__ = ["LINES", "Blow", "Inside", "Line", "OnTheWay", "somewhere"]

Server: TypeAlias = Literal["discord", "runapi"]
Act: TypeAlias = Literal["cancel", "lose the reply"]
"""What somebody must do with a request so that the line is reached at all."""

_ANY_CALL = re.compile(r"^/(api|v1|files)/")


@dataclass(frozen=True, slots=True)
class Inside:
    """In the process itself: right before or after a function, named `module:Class.method`."""

    function: str
    when: Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """At a server: when a call has come, with half of the answer sent, or when it has taken effect.

    Attributes:
        upload: only a call that brings files.
        delay: seconds that pass until the kill.
    """

    server: Server | None
    method: str | None
    path: re.Pattern[str]
    when: Literal["before", "half", "after"]
    upload: bool = False
    delay: float = 0.0

    def meets(self, server: Server, request: web.Request) -> bool:
        """Whether this is such a call."""
        return (
            self.server in (None, server)
            and self.method in (None, request.method)
            and self.path.search(request.path) is not None
            and (not self.upload or request.content_type == "multipart/form-data")
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A place to be killed at; `act` is what makes somebody's request come by."""

    name: str
    at: Inside | OnTheWay
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Blow:
    """A kill at a line, when it is reached after `skipped` times."""

    line: Line
    skipped: int = 0


def _discord(method: str, path: str, when: Literal["before", "after"], *, upload: bool = False) -> OnTheWay:
    return OnTheWay("discord", method, re.compile(path), when, upload)


def _runapi(method: str, path: str, when: Literal["half", "after"]) -> OnTheWay:
    return OnTheWay("runapi", method, re.compile(path), when)


_CREATE = r"^/v1/(text_to|edit)_image$"
_STATUS = r"^/v1/(text_to|edit)_image/"
_NEW_MESSAGE = r"/channels/\d+/messages$"

LINES = (
    Line("accepted, not answered", Inside("bot.engine.engine:Engine.accept", "after")),
    Line("first response sent, its answer not read", _discord("POST", "/callback$", "after")),
    Line("first response taken, not stored", Inside("bot.engine.engine:Engine.acknowledge", "before")),
    Line("acknowledged, not begun", Inside("bot.engine.engine:Engine.acknowledge", "after")),
    Line("create stored, not sent", Inside("bot.runapi:RunAPI.create", "before")),
    Line("create sent, its answer not read", _runapi("POST", _CREATE, "after")),
    Line("create answered, not stored", Inside("bot.runapi:RunAPI.create", "after")),
    Line("polling", _runapi("GET", _STATUS, "after")),
    Line("completed, not stored", Inside("bot.engine.looks:Looks._complete", "before")),
    Line("completed, not settled", Inside("bot.engine.looks:Looks._complete", "after")),
    Line("settled, not delivered", Inside("bot.engine.follow:Follower._finish", "after")),
    Line("downloading", _runapi("GET", "^/files/", "half")),
    Line("upload begun", _discord("PATCH", "/messages/", "before", upload=True)),
    Line("upload sent, its answer not read", _discord("PATCH", "/messages/", "after", upload=True)),
    Line("delivered, not recorded", Inside("bot.delivery:DiscordCourier.deliver", "after")),
    Line("new message intended, not sent", _discord("POST", _NEW_MESSAGE, "before"), "lose the reply"),
    Line("new message sent, its answer not read", _discord("POST", _NEW_MESSAGE, "after"), "lose the reply"),
    Line("cancel pressed, not stored", Inside("bot.engine.engine:Engine.cancel", "before"), "cancel"),
    Line("cancelled, not told", Inside("bot.engine.engine:Engine.cancel", "after"), "cancel"),
)
"""Every chosen line; no two have the same name."""


def somewhere(chance: random.Random, calls: int) -> Blow:
    """Return a kill at or soon after one of the next `calls` calls to Discord or RunAPI."""
    when: Literal["before", "after"] = chance.choice(("before", "after"))
    anywhere = OnTheWay(None, None, _ANY_CALL, when, delay=chance.choice((0.0, chance.uniform(0, 0.05))))
    return Blow(Line("at random", anywhere), chance.randrange(calls))
