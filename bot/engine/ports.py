"""What the engine needs from outside: somebody who brings results to people, and the time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.images import Fitted
from bot.store import Details, Picture, Post, Request, Source


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a request's reply is: an address that only the Courier reads, and the message once there is one."""

    reply: Mapping[str, Any]
    channel_id: int | None = None
    message_id: int | None = None


WhyLink = Literal["too-large", "too-many", "unreached", "missing", "unreadable", "unkept"]
"""Why only a picture's link can be given: no copy of it is small enough; it is one too many for a message; it could not
be downloaded; nothing is at its address; what is there is no picture; the picture store cannot take it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A picture on its way: its bytes as they fit, or None and why only its link can be given."""

    picture: Picture
    fitted: Fitted | None
    why_link: WhyLink = "too-large"

    @property
    def size(self) -> int:
        """Bytes that it takes in a message."""
        return 0 if self.fitted is None else self.fitted.size


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a reply was brought, and the pictures that it shows or links to, as they went."""

    answer: Answer
    parcels: Sequence[Parcel]


Intend = Callable[[str], Awaitable[None]]

Missing = Literal["message", "channel"]
"""What is gone of where a request was brought: only its message, or all that was there."""


class Notice(StrEnum):
    """What an operator is told."""

    OUT_OF_CREDIT = "out-of-credit"
    CREDIT_AGAIN = "credit-again"
    BELOW_FLOOR = "below-floor"
    ABOVE_FLOOR = "above-floor"


class Undeliverable(Exception):
    """Nobody can be reached any more; the text says why, for the log."""


class Uncertain(Exception):
    """Whether the message arrived cannot be known, so it is not sent again; the text says why, for the log."""


class TooMuch(Exception):
    """The pictures are more than is taken there, though each is within its limit; the text says why, for the log."""


class TryLater(Exception):
    """The reply could not be brought now, and may be later."""


class Courier(Protocol):
    """Brings requests' replies to people."""

    async def show(self, details: Details, *, waits_for: str | None = None) -> None:
        """Show how far a request is, where that can be done; what goes wrong is only logged.

        Args:
            waits_for: why it is not sent yet, if it waits: a state of `UpstreamState`.
        """
        ...

    async def tell_operator(self, notice: Notice) -> None:
        """Tell whoever runs the bot, where that can be done; what goes wrong is only logged."""
        ...

    async def deliver(
        self, details: Details, parcels: Sequence[Parcel], intend: Intend, *, fault: str | None = None
    ) -> Delivered:
        """Show how a request ended, with its pictures.

        Args:
            intend: awaited with a nonce before a new message is sent under it, so that a crash in between is known.
            fault: the reference of a fault of ours that was met in showing it; then only that is said.

        Raises:
            Undeliverable, Uncertain: it ends here.
            TooMuch: smaller pictures may do, or none.
            TryLater: it may be tried again.
        """
        ...

    async def notify(self, details: Details, began_at: datetime | None) -> None:
        """Send one new message that mentions only the owner of a request and links to its reply.

        Args:
            began_at: when that was begun before, so that it may have arrived; None for never.

        Raises:
            Undeliverable, Uncertain: it ends here.
            TryLater: it may be tried again.
        """
        ...

    async def find_answer(self, details: Details) -> Answer | None:
        """Return where the first answer to a request is, or None where there is none and can be none any more.

        Raises:
            TryLater: it cannot be known now.
        """
        ...

    async def fetch(self, source: Source, to: Path, limit: int) -> None:
        """Write the bytes of a picture that is to be edited to the file `to`, `limit` bytes at most.

        Raises:
            EaselError: it cannot be had; the sentence says why.
        """
        ...

    async def fetch_result(self, request: Request, number: int, to: Path, limit: int) -> bool:
        """Write the bytes of a picture as they were delivered to the file `to`; return whether they are to be had.

        Args:
            number: which of the request's pictures, from 1.

        Raises:
            EaselError: they are there and cannot be had; the sentence says why.
            TryLater: they may be had later.
        """
        ...

    async def missing(self, request: Request) -> Missing | None:
        """Return what is gone of where a request was brought; None where it is there, or nobody can say.

        Raises:
            TryLater: that cannot be known now.
        """
        ...

    async def has_left(self, guild_id: int) -> bool:
        """Return whether what belongs to a server cannot be reached any more, for the bot is not in it.

        Raises:
            TryLater: that cannot be known now.
        """
        ...


PlaceTrouble = Literal["gone", "forbidden", "unreadable"]
"""Why a channel takes no post: it is not there; it does not let the bot do what a post needs; whether a post arrived
in it cannot be known, for its history may not be read."""


class NoPlace(Exception):
    """A post cannot be made as it is to be where it is to be; the text says why, for the log.

    Attributes:
        sent: whether it may have been sent all the same.
    """

    def __init__(self, trouble: PlaceTrouble, why: str, *, sent: bool = False) -> None:
        super().__init__(why)
        self.trouble: PlaceTrouble = trouble
        self.sent = sent


class PostGone(Exception):
    """The message of a post is not there any more."""


class PostRefused(Exception):
    """Discord does not take what a post shows; the text says why, for the log."""


class Drawing(Protocol):
    """What a post shows; only the Poster knows what is in it.

    Attributes:
        fingerprint: differs where what is shown differs.
    """

    @property
    def fingerprint(self) -> str: ...


class Poster(Protocol):
    """Sends, edits and deletes posts: the bot's own messages in servers that are no request's reply.

    Its methods raise, besides what each says:
        NoPlace: the channel does not let it.
        PostRefused: Discord does not take what the post shows.
        TryLater: it may be tried again.
    """

    def remakes(self, kind: str) -> bool:
        """Return whether a post of that kind is made again when somebody deletes it."""
        ...

    def owns(self, kind: str) -> bool:
        """Return whether messages of that kind are posts alone, or else only edited: they belong to something else."""
        ...

    async def draw(self, post: Post) -> Drawing | None:
        """Return what a post is to show by now, None for nothing: then it is not to be there."""
        ...

    async def send(self, post: Post, drawing: Drawing, nonce: str, began_at: datetime | None) -> int:
        """Send a post under a nonce, once; return the message's id.

        Args:
            began_at: when that was begun before, so that it may have arrived; None for never.
        """
        ...

    async def edit(self, post: Post, drawing: Drawing) -> None:
        """Have a post show something else.

        Raises:
            PostGone: it is not there.
        """
        ...

    async def find(self, post: Post) -> int | None:
        """Return the id of the message of a post whose sending was begun, or None where it did not arrive."""
        ...

    async def delete(self, post: Post, message_id: int) -> None:
        """Delete the message of a post; one that is not there is no error."""
        ...

    async def tell_managers(self, post: Post, trouble: PlaceTrouble, log_channel: int | None) -> None:
        """Tell a server's managers why posts cannot be made in a channel, where that can be done; what goes wrong is
        only logged."""
        ...


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The host's clock."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
