"""The people of the benchmark: they ask a bot on its own simulated Discord, and note when they got what."""

import asyncio
from dataclasses import dataclass

from tests.wire.discord_server import DiscordServer
from tests.wire.interactions import Reply
from tests.wire.people import User

__all__ = ["Asked", "People"]

_WAIT = 90.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one command; moments in seconds since 1970."""

    prompt: str
    sent: float
    answered: float
    delivered: float


class People:
    """Fifty people on one simulated Discord."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self._people: list[User] = [server.person(f"person{number}") for number in range(50)]
        self._asked = 0

    @property
    def calls(self) -> int:
        """How many calls the bot has made to Discord in answer to people, since the last `ask` began."""
        return len(self._server.calls_to("POST", "/callback$") + self._server.calls_to("PATCH", "/messages/"))

    async def ask(self, number: int, *, every: float = 0.0) -> list[Asked]:
        """Ask for `number` pictures together, or one every `every` seconds, and wait until they are there.

        What was answered after Discord's three seconds is lost, and left out.

        Raises:
            TimeoutError: one did not come.
        """
        self._server.calls.clear()
        self._server.world.replies.clear()
        for session in self._server.gateway.sessions.values():
            # Nobody resumes here, so what was told need not be remembered word for word.
            session.events[:] = [{}] * len(session.events)
        prompts = [f"a red fox, picture {self._asked + each}" for each in range(number)]
        self._asked += number
        replies: list[Reply] = []
        for each, prompt in enumerate(prompts):
            replies.append(await self._server.slash("imagine", user=self._people[each % 50], prompt=prompt))
            if every:
                await asyncio.sleep(every)
        await self._server.until(lambda: self._lost() + sum(map(_delivered, replies)) == number, _WAIT)
        return [_asked(prompt, reply) for prompt, reply in zip(prompts, replies, strict=True) if _delivered(reply)]

    def _lost(self) -> int:
        return sum(call.status == 404 for call in self._server.calls_to("POST", "/callback$"))


def _delivered(reply: Reply) -> bool:
    return reply.original is not None and bool(reply.original.attachments)


def _asked(prompt: str, reply: Reply) -> Asked:
    message = reply.original
    assert message is not None
    assert message.edited is not None
    assert reply.answered_after is not None
    return Asked(prompt, reply.sent, reply.sent + reply.answered_after, message.edited)
