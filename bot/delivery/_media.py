"""What forms of posts other than a message in a channel have in common."""

from collections.abc import Callable
from typing import Final, Protocol

import discord

from bot.delivery._calls import Calls
from bot.store import Post
from bot.ui.posts import Shown

DAY: Final = 1440
"""Minutes without a message after which a thread leaves the list, where its channel says nothing else."""


Files = Callable[[], list[discord.File]]


class Medium(Protocol):
    """A form that posts take in a server. What its methods raise is as `Calls.within` raises it.

    Attributes:
        name: what managers are told that the bot lacks is `post-forbidden-` with this.
    """

    name: str

    async def send(self, calls: Calls, post: Post, shown: Shown, files: Files, seconds: float) -> int:
        """Make a post, in some seconds; return the id by which it is known.

        Args:
            files: opens its files, right before they are sent.
        """
        ...

    async def find(self, calls: Calls, post: Post) -> int | None:
        """Return the id of a post that may have been made before, or None where there is none, or that is no matter."""
        ...

    async def message(self, calls: Calls, post: Post, message_id: int) -> discord.PartialMessage | None:
        """Return the message that shows what a post shows, ready to be edited; None where there is nothing to edit."""
        ...

    async def delete(self, calls: Calls, post: Post, message_id: int) -> None:
        """Take a post away."""
        ...


def code_of(error: BaseException | None) -> int | None:
    """Return the code that Discord gave for what an error of a call to it was raised from, None where it gave none."""
    while error is not None:
        if isinstance(error, discord.HTTPException):
            return error.code
        error = error.__cause__
    return None


def carries(message: discord.Message, mark: str) -> bool:
    """Return whether the text of a message contains a post's mark, or one of its buttons has that as its custom id."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    carried = [child.custom_id for row in rows for child in row.children]
    return bool(mark) and (mark in message.content or mark in carried)
