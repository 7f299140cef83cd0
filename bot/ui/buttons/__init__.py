"""The buttons under a reply, each kind in its file.

What they share is `bot.ui.request_button`, which knows none of them. A button of a larger feature is in a file of that
feature's in `bot.ui`, and in `BUTTONS`.
"""

from typing import Any

import discord

from bot.ui.buttons._delete import Delete, DeleteConfirmed
from bot.ui.buttons._reroll import Reroll
from bot.ui.buttons._under_way import Cancel, Notify
from bot.ui.buttons._work_on import More, Remix
from bot.ui.edit_button import Edit
from bot.ui.editing import Adjust
from bot.ui.reporting import ReportResult
from bot.ui.request_button import RequestButton

__all__ = [
    "BUTTONS",
    "Adjust",
    "Cancel",
    "Delete",
    "DeleteConfirmed",
    "Edit",
    "More",
    "Notify",
    "Remix",
    "ReportResult",
    "RequestButton",
    "Reroll",
]

BUTTONS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    Cancel,
    Notify,
    Reroll,
    Edit,
    Adjust,
    Remix,
    More,
    ReportResult,
    Delete,
    DeleteConfirmed,
)
"""Every button, for the client to listen to."""
