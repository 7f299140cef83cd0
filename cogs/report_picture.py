"""Apps > Report picture: any member says what should not be there."""

from functools import partial

import discord
from discord import app_commands

from bot.client import Easel
from bot.engine import NotReportable
from bot.i18n import text
from bot.store import CARD
from bot.ui.base import Interaction, home
from bot.ui.message_menu import MessageMenu
from bot.ui.report_card import shown_on_card
from bot.ui.reporting import open_report
from bot.ui.shown import shown_by


class ReportPicture(MessageMenu):
    """Takes reports of results."""

    def __init__(self, bot: Easel) -> None:
        menu = app_commands.ContextMenu(name=text("command-report-picture"), callback=self.report_picture)
        menu.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
        menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
        super().__init__(bot, menu)

    async def report_picture(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask why."""
        details = await shown_by(message, home(interaction).engine, self._bot)
        if details is None:
            raise NotReportable("report-not-mine")
        await open_report(interaction, details)


async def setup(bot: Easel) -> None:
    """Add the feature to the bot."""
    bot.poster.register(CARD, partial(shown_on_card, bot.engine, bot), again=False)
    await bot.add_cog(ReportPicture(bot))
