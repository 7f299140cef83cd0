"""The button by which somebody has their data deleted; it asks for no more, so the question comes before it."""

import re
from typing import Any, Self

import discord

from bot.engine import Erased
from bot.i18n import text
from bot.store import Holdings
from bot.ui.base import Interaction, home, tell
from bot.ui.persistent import Persistent


class ForgetMe(Persistent[discord.ui.Button[Any]], template=r"easel:forget-me:(?P<id>[0-9]+)"):
    """Deletes what is kept of the user whose id it carries; only they may press it."""

    def __init__(self, user_id: int, label: str) -> None:
        button = discord.ui.Button[Any](
            label=label, style=discord.ButtonStyle.danger, custom_id=f"easel:forget-me:{user_id}"
        )
        super().__init__(button)
        self.user_id = user_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(int(match["id"]), getattr(item, "label", None) or "forget-me")

    async def used(self, interaction: Interaction) -> None:
        """Delete, and say what was."""
        await self._forget(interaction)

    async def _forget(self, interaction: Interaction) -> None:
        if interaction.user.id != self.user_id:
            return await tell(interaction, "privacy-delete-not-yours")
        locale = str(interaction.locale)
        await interaction.response.edit_message(content=text("privacy-deleting", locale=locale), view=None)
        erased = await home(interaction).engine.privacy.forget_user(self.user_id)
        await interaction.edit_original_response(content=_said(erased, locale))
        return None


def question(user_id: int, kept: Holdings, locale: str) -> tuple[str, discord.ui.View]:
    """Return what to ask before somebody's data is deleted, and the button that does it."""
    view = discord.ui.View(timeout=None)
    view.add_item(ForgetMe(user_id, text("button-forget-me", locale=locale)))
    asked = [
        text("privacy-delete-question", locale=locale),
        text("privacy-delete-goes", locale=locale, requests=kept.requests, pictures=kept.pictures),
    ]
    if kept.under_way:
        asked.append(text("privacy-delete-under-way", locale=locale, count=kept.under_way))
    asked.append(text("privacy-delete-stays", locale=locale))
    return "\n".join(asked), view


def _said(erased: Erased, locale: str) -> str:
    said = [text("privacy-deleted", locale=locale, requests=erased.requests)]
    if erased.under_way:
        said.append(text("privacy-deleted-but", locale=locale, count=erased.under_way))
    return "\n".join(said)
