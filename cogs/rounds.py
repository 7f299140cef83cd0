"""`/round`: a theme, pictures made for it, and a vote."""

import logging
from collections.abc import Awaitable
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Easel
from bot.engine.rounds import MAX_ENTRIES, MAX_THEME, NotStarted, Plan
from bot.i18n import text
from bot.store import StoreUnavailable
from bot.ui.base import Interaction, home, tell
from bot.ui.managers import managed_guild
from bot.ui.options import MAX_CHOICES, MAX_VALUE
from bot.ui.places import is_age_restricted
from bot.ui.rounds import ROUND_BUTTONS, history, question, renderers
from bot.ui.typed import literal

log = logging.getLogger(__name__)

HOUR, DAY = 60, 24 * 60
"""In minutes."""

LENGTHS = (30, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
VOTINGS = (30, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
STARTS = (HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)

Theme = app_commands.Range[str, 1, MAX_THEME]
Entries = app_commands.Range[int, 1, MAX_ENTRIES]
Models = app_commands.Range[str, 1, MAX_VALUE]


def _choices(minutes: tuple[int, ...]) -> list[app_commands.Choice[int]]:
    return [app_commands.Choice(name=_lasts(each), value=each) for each in minutes]


def _lasts(minutes: int) -> str:
    if minutes % DAY == 0:
        return text("round-days", count=minutes // DAY)
    if minutes % HOUR == 0:
        return text("round-hours", count=minutes // HOUR)
    return text("round-minutes", count=minutes)


async def _suggest_models(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest what completes the last model of a list."""
    *before, last = [each.strip() for each in typed.split(",")]
    catalog = await home(interaction).engine.settings.catalog_in(interaction.guild_id)
    fitting = [
        model
        for model in catalog.models
        if model.id not in before and last.lower() in f"{model.id} {model.name}".lower()
    ]
    lists = [(", ".join([*before, model.id]), model) for model in fitting]
    found = [
        app_commands.Choice(name=", ".join([*before, model.name])[-MAX_VALUE:], value=value)
        for value, model in lists
        if len(value) <= MAX_VALUE
    ]
    return found[:MAX_CHOICES]


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class Rounds(commands.GroupCog, name="round", description=text("command-round")):
    """Lets managers hold rounds, and everybody look back at them."""

    def __init__(self, bot: Easel) -> None:
        self._bot = bot

    @app_commands.command(description=text("command-round-start"))
    @app_commands.describe(
        theme=text("option-round-theme"),
        length=text("option-round-length"),
        entries=text("option-round-entries"),
        models=text("option-round-models"),
        voting=text("option-round-voting"),
        starts=text("option-round-starts"),
    )
    @app_commands.choices(length=_choices(LENGTHS), voting=_choices(VOTINGS), starts=_choices(STARTS))
    @app_commands.autocomplete(models=_suggest_models)
    async def start(
        self,
        interaction: Interaction,
        theme: Theme,
        length: int,
        entries: Entries = 1,
        models: Models | None = None,
        voting: int = DAY,
        starts: int = 0,
    ) -> None:
        """Start a round in this channel, and say so privately; the announcement follows."""
        guild_id = managed_guild(interaction)
        self._check_place(interaction)
        plan = Plan(
            guild_id=guild_id,
            channel_id=interaction.channel_id or 0,
            theme=theme,
            length=timedelta(minutes=length),
            voting=timedelta(minutes=voting),
            entries_each=entries,
            models=tuple(each.strip() for each in (models or "").split(",") if each.strip()),
            age_restricted=is_age_restricted(interaction.channel),
            starts_in=timedelta(minutes=starts),
        )
        started = await home(interaction).engine.rounds.start(plan, by=interaction.user.id)
        closes = discord.utils.format_dt(started.closes_at, "F")
        await tell(interaction, "round-started", theme=literal(started.theme), closes=closes)

    @app_commands.command(description=text("command-round-end"))
    async def end(self, interaction: Interaction) -> None:
        """Ask whether to end what goes on in this channel's round."""
        managed_guild(interaction)
        round_ = await home(interaction).engine.rounds.live_in(interaction.channel_id or 0)
        asked, view = question(round_, str(interaction.locale))
        await interaction.response.send_message(asked, view=view, ephemeral=True)

    @app_commands.command(description=text("command-round-history"))
    async def history(self, interaction: Interaction) -> None:
        """Show the newest of the server's rounds, privately."""
        page = await home(interaction).engine.rounds.page(interaction.guild_id or 0)
        await interaction.response.send_message(view=history(page, str(interaction.locale)), ephemeral=True)

    def _check_place(self, interaction: Interaction) -> None:
        """Check that the bot can post in the channel.

        Raises:
            NotStarted: it cannot.
        """
        in_thread = isinstance(interaction.channel, discord.Thread)
        may = interaction.app_permissions
        can_send = may.send_messages_in_threads if in_thread else may.send_messages
        there = self._bot.get_guild(interaction.guild_id or 0) is not None
        if not (there and may.view_channel and can_send and may.attach_files):
            raise NotStarted("round-no-place")

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A round ends with its channel."""
        await _noted(self._bot.engine.rounds.channel_gone(channel.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """A round ends with its thread."""
        await _noted(self._bot.engine.rounds.channel_gone(thread.thread_id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server's rounds end where the bot is wanted no more."""
        await _noted(self._bot.engine.rounds.guild_gone(guild.id))


async def _noted(noting: Awaitable[None]) -> None:
    try:
        await noting
    except StoreUnavailable as error:
        log.error("a round goes on in a channel that is gone: %s", error)  # noqa: TRY400 - no bug to trace


async def setup(bot: Easel) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(*ROUND_BUTTONS)
    for kind, renderer in renderers(bot, bot.engine.rounds).items():
        bot.poster.register(kind, renderer, again=False)
    await bot.add_cog(Rounds(bot))
