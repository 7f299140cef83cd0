"""The buttons of a report's card: each decides, once; what was decided is in the audit log and on the card."""

from typing import ClassVar

import discord

from bot.errors import EaselError
from bot.i18n import text
from bot.store import Decision, Details
from bot.ui.base import Interaction, home
from bot.ui.request_button import RequestButton


class ReportButton(RequestButton, template=r"easel:report:(?P<id>)"):
    """Decides about a report."""

    decision: ClassVar[Decision]

    @classmethod
    def named(cls, locale: str) -> str:
        """Return its label."""
        return text(f"button-report-{cls.decision}", locale=locale)

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Do what the button says, and let the card say who did that."""
        self.check(interaction)
        moderation = home(interaction).engine.moderation
        await moderation.check_open(details.request.id)
        # What is done at Discord can take longer than Discord waits, and can be done twice without harm.
        await interaction.response.defer()
        await self.act(interaction, details)
        why = text("report-block-reason", locale=str(interaction.guild_locale), id=details.request.short_id)
        report = await moderation.decide(details, self.decision, interaction.user.id, why=why)
        await home(interaction).settle_card(interaction, details, report)

    def check(self, interaction: Interaction) -> None:
        """Check that who pressed it may.

        Raises:
            EaselError: they may not.
        """
        if not interaction.permissions.manage_messages:
            raise EaselError("moderators-only")

    async def act(self, interaction: Interaction, details: Details) -> None:
        """Do at Discord what it says.

        Raises:
            EaselError: that cannot be done; nothing is decided.
        """


class DeleteReported(ReportButton, template=r"easel:report-delete:(?P<id>[0-9a-z]+)"):
    """Deletes the result with its pictures."""

    action = "report-delete"
    style = discord.ButtonStyle.danger
    decision = Decision.DELETED

    async def act(self, interaction: Interaction, details: Details) -> None:
        """Delete it."""
        if details.request.deleted_at is None and not await home(interaction).remove_reply(details.request):
            raise EaselError("report-undeletable")
        await home(interaction).engine.forget(details)


class HideReported(ReportButton, template=r"easel:report-spoiler:(?P<id>[0-9a-z]+)"):
    """Hides the result's pictures until they are pressed, and those of all that is made from it."""

    action = "report-spoiler"
    decision = Decision.SPOILER

    async def act(self, interaction: Interaction, details: Details) -> None:
        """Hide them."""
        if details.request.deleted_at is not None or not await home(interaction).hide_pictures(details):
            raise EaselError("report-unhideable")


class BlockAuthor(ReportButton, template=r"easel:report-block:(?P<id>[0-9a-z]+)"):
    """Lets the author make no more pictures in the server."""

    action = "report-block"
    decision = Decision.BLOCKED

    def check(self, interaction: Interaction) -> None:
        """Check that who pressed it may keep members out."""
        may = interaction.permissions
        if not (may.moderate_members or may.manage_guild):
            raise EaselError("blockers-only")


class Dismiss(ReportButton, template=r"easel:report-dismiss:(?P<id>[0-9a-z]+)"):
    """Leaves the result as it is."""

    action = "report-dismiss"
    decision = Decision.DISMISSED


REPORT_BUTTONS = (DeleteReported, HideReported, BlockAuthor, Dismiss)
"""Every button of a card, for the client to listen to."""
