"""What a post shows: what renderers make from the rows that a post is about.

`bot.engine.posts` says what posts are.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import discord

from bot.store import Post


@dataclass(frozen=True, slots=True)
class PostFile:
    """A picture of a post; `description` is its alt text."""

    path: Path
    name: str
    description: str
    spoiler: bool = False


def mark_of(short_id: str) -> str:
    """Return the mark of a post about a request: its short id as people see it."""
    return f"`{short_id}`"


Send = Callable[[Sequence[PostFile]], Awaitable[None]]
"""Sends a post with these files; raises `bot.engine.TooMuch` where smaller ones may do."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a post shows.

    Attributes:
        content: its text, at most 2000 characters; nothing in it mentions anybody. None leaves that of a message that
            belongs to something else as it is.
        mark: what is in its text or in the custom id of one of its buttons, and in no other message of the bot's in
            that channel: by it the post is found again after a stop that came before it was recorded.
        view: its buttons, all of which work without a state of their own.
        files: names its files, so that others are sent in their place when that changes; empty for none.
        attach: awaits what sends the post with its files, which are there so long; where that raises `TooMuch`, once
            more with smaller ones, or with none. Only asked for where files are to be sent.
        pinned: whether it is pinned once it is sent, where the bot may do that.
        title: what a thread or a post in a forum is called, 1 to 100 characters.
        otherwise: what a thread is called where Discord does not take its title.
        tag: what a post in a forum is tagged with.
        about: the id of the message that gets a thread.
    """

    content: str | None
    mark: str
    view: discord.ui.View | None = None
    files: str = ""
    attach: Callable[[Send], Awaitable[None]] | None = None
    pinned: bool = False
    title: str = ""
    otherwise: str = ""
    tag: str = ""
    about: int | None = None


Renderer = Callable[[Post], Awaitable[Shown | None]]
"""Returns what a post shows by now; None for nothing: then the post is deleted and forgotten."""
