"""The people: what they ask for, what they do meanwhile, and what they see of it."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from tests.chaos._house import House, Life
from tests.chaos._lines import Act
from tests.wire.easel import PHOTO
from tests.wire.interactions import Reply
from tests.wire.message_routes import remove
from tests.wire.messages import Message
from tests.wire.people import BOT, User

__all__ = ["FINAL", "LIMIT", "Asked", "Kind", "People", "status_in"]

FINAL = {"completed", "failed", "cancelled"}
LIMIT = 10
"""Pictures a day for everybody."""
_MODEST = 4
"""Requests that one person makes, so that none but the greedy one meets the limit."""


class Kind(Enum):
    """What is asked for."""

    PLAIN = auto()
    PRIVATE = auto()
    SEVERAL = auto()
    SEVERAL_TASKS = auto()
    EDIT = auto()
    LOST_ANSWER = auto()
    MODERATED = auto()
    UNFIT = auto()
    CANCELLED = auto()
    REPLY_LOST = auto()
    GREEDY = auto()

    @property
    def ends(self) -> set[str]:
        """How it may end."""
        match self:
            case Kind.MODERATED | Kind.UNFIT:
                return {"failed"}
            case Kind.CANCELLED:
                return {"cancelled", "completed"}
            case _:
                return {"completed"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that somebody typed, with what came of it as they see it."""

    number: int
    kind: Kind
    user: User
    reply: Reply

    @property
    def word(self) -> str:
        """What stands in its prompt and in no other."""
        return _word(self.number)

    @property
    def pictures(self) -> int:
        return {Kind.SEVERAL: 2, Kind.SEVERAL_TASKS: 3}.get(self.kind, 1)

    @property
    def tasks(self) -> int:
        """How many of RunAPI's it takes."""
        return 2 if self.kind is Kind.SEVERAL_TASKS else 1

    @property
    def answered(self) -> bool:
        """Whether the bot said anything."""
        return self.reply.callback is not None

    @property
    def acknowledged(self) -> bool:
        """Whether the bot said that it took the request."""
        return self.reply.callback is not None and self.word in self.reply.callback["data"]["content"]


class People:
    """Everybody on the simulated Discord."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.asked: list[Asked] = []
        self.greedy = house.server.person("greedy")
        self._house = house
        self._chance = chance
        self._modest: list[User] = []
        self._bag: list[Kind] = []

    @property
    def acknowledged(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.acknowledged]

    @property
    def waiting(self) -> list[Asked]:
        """Those who were told that it goes on, and do not see how it ended."""
        ended = {
            word for message in self._messages() if status_in(message.content) in FINAL for word in _words(message)
        }
        return [asked for asked in self.acknowledged if asked.word not in ended]

    def seen(self, asked: Asked) -> list[Message]:
        """The messages about a request that are there to be seen."""
        return [message for message in self._messages() if asked.word in message.content]

    def _messages(self) -> Sequence[Message]:
        return [message for message in self._house.server.world.messages if message.author is BOT]

    async def ask(self, life: Life, number: int, act: Act | None) -> None:
        """Ask for `number` things together, at least two, and once more out of greed."""
        kinds = [_OF_ACTS.get(act, Kind.PLAIN), Kind.PLAIN, *(self._next_kind() for _ in range(number - 2))]
        made = [await self._type(kind) for kind in [*kinds, Kind.GREEDY]]
        for asked in made:
            if asked.kind is Kind.CANCELLED:
                await self._house.until(lambda asked=asked: asked.answered or life.over)
            elif asked.kind is Kind.REPLY_LOST:
                # Not before the bot has noted that it answered: what is gone by then was never there for it.
                await self._house.until(lambda asked=asked: self._begun(asked) or life.over)
            if asked.acknowledged and (asked.kind is Kind.CANCELLED or self._begun(asked)):
                await self._meddle(asked)

    def _begun(self, asked: Asked) -> bool:
        return any(asked.word in task.prompt for task in self._house.sandbox.tasks.values())

    async def _type(self, kind: Kind) -> Asked:
        number = len(self.asked) + 1
        options = dict(_OPTIONS.get(kind, {}))
        prompt = f"{_word(number)} {_TAGS.get(kind, '')}".strip()
        user = self.greedy if kind is Kind.GREEDY else self._somebody(number)
        command = "edit" if kind is Kind.EDIT else "imagine"
        reply = await self._house.server.slash(command, user=user, prompt=prompt, **options)
        self.asked.append(Asked(number, kind, user, reply))
        return self.asked[-1]

    def _next_kind(self) -> Kind:
        """Any kind, each once before one comes again."""
        if not self._bag:
            self._bag = [*_USUAL]
            self._chance.shuffle(self._bag)
        return self._bag.pop()

    def _somebody(self, number: int) -> User:
        if len(self._modest) <= number // _MODEST:
            self._modest.append(self._house.server.person(f"modest{number}"))
        return self._modest[-1]

    async def _meddle(self, asked: Asked) -> None:
        message = asked.reply.original
        assert message is not None
        if asked.kind is Kind.REPLY_LOST:
            await remove(self._house.server.world, message)
        if asked.kind is Kind.CANCELLED:
            for button in message.custom_ids:
                if button.startswith("easel:cancel:"):
                    await self._house.server.click(message, button, user=asked.user)


def status_in(content: str) -> str | None:
    """The status that a reply shows."""
    found = re.search(r"\*\*(\w+)\*\*", content)
    return None if found is None else found[1]


def _words(message: Message) -> list[str]:
    """What tells the request that a message is about."""
    return re.findall(r"fox \d{4}", message.content)


def _word(number: int) -> str:
    return f"fox {number:04}"


_OF_ACTS: dict[Act | None, Kind] = {"cancel": Kind.CANCELLED, "lose the reply": Kind.REPLY_LOST}
_USUAL = (
    Kind.PRIVATE,
    Kind.SEVERAL,
    Kind.SEVERAL_TASKS,
    Kind.EDIT,
    Kind.LOST_ANSWER,
    Kind.MODERATED,
    Kind.UNFIT,
    Kind.CANCELLED,
)
_OPTIONS: dict[Kind, dict[str, Any]] = {
    Kind.PRIVATE: {"private": True},
    Kind.SEVERAL: {"model": "gpt-4o-image", "count": 2},
    Kind.SEVERAL_TASKS: {"model": "gpt-4o-image", "count": 3},
    Kind.EDIT: {"image": PHOTO},
}
_TAGS = {Kind.LOST_ANSWER: "[lost]", Kind.MODERATED: "[fail]", Kind.UNFIT: "[422]"}
