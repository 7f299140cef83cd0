"""Looking at a request again, from whatever command or button that was asked."""

from functools import partial

import discord
from discord import app_commands

from bot.engine import Recalled
from bot.errors import EaselError
from bot.i18n import text
from bot.store import Details, Request, RequestState, understood
from bot.ui.base import Interaction, home
from bot.ui.lineage import NO_REPLY, jump_link
from bot.ui.options import MAX_CHOICES, MAX_VALUE
from bot.ui.places import is_age_restricted
from bot.ui.typed import shortened

SHOWN_ID = 50
"""Characters of what somebody typed for a short id that an answer repeats."""


async def suggest_own(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the newest requests of who types, by short id or by words of the prompt."""
    found = await home(interaction).engine.recall.suggested(interaction.user.id, typed, MAX_CHOICES)
    return [
        app_commands.Choice(
            name=shortened(f"{each.short_id} · {' '.join(each.prompt.split())}", MAX_VALUE), value=each.short_id
        )
        for each in found
    ]


async def found(interaction: Interaction, typed: str) -> Details:
    """Return the request that somebody means, if they may see it where they ask.

    Raises:
        EaselError: there is none that they may see, or it was deleted.
    """
    details = await home(interaction).engine.find(understood(typed))
    if details is None or not may_see(interaction, details.request):
        raise EaselError("show-unknown", name=shortened(typed.strip(), SHOWN_ID))
    return details


def may_see(interaction: Interaction, request: Request) -> bool:
    """Whether who asks may see a request: their own, or one that they could have seen where they are."""
    if request.state is RequestState.LAPSED:
        return False
    if request.user_id == interaction.user.id:
        return True
    if request.guild_id is None or request.guild_id != interaction.guild_id:
        return False
    # Its reply has an address only where it was brought, and others see it.
    return jump_link(request) is not None and may_look_into(interaction, request.channel_id)


def may_look_into(interaction: Interaction, channel_id: int | None) -> bool:
    """Whether who asks may read a channel of the server that they ask in, as far as the bot knows."""
    if channel_id == interaction.channel_id:
        return True
    guild, member = interaction.guild, interaction.user
    channel = None if guild is None or channel_id is None else guild.get_channel_or_thread(channel_id)
    if channel is None or not isinstance(member, discord.Member):
        return False
    if isinstance(channel, discord.Thread) and channel.is_private():
        # Who is in a private thread is not known here.
        return False
    allowed = channel.permissions_for(member)
    return allowed.view_channel and allowed.read_message_history


async def show(interaction: Interaction, details: Details) -> None:
    """Show a request again to who acted, and nobody else; the interaction has no answer yet.

    Raises:
        EaselError: it was deleted, or must not be shown here; the sentence says so.
    """
    request = details.request
    if request.deleted_at is not None:
        raise EaselError("show-deleted", id=request.short_id)
    if request.age_restricted and not is_age_restricted(interaction.channel):
        raise EaselError("show-among-adults", id=request.short_id)
    # Pictures may have to be fetched, which takes longer than Discord waits for a first answer.
    await interaction.response.defer(ephemeral=True, thinking=True)
    to_owner = request.user_id == interaction.user.id
    bring = partial(_bring, interaction, details)
    await home(interaction).engine.recall.bring(details, interaction.filesize_limit, bring, to_owner=to_owner)


async def _bring(interaction: Interaction, details: Details, recalled: Recalled) -> None:
    await home(interaction).show_copy(interaction, details, recalled, _notes(interaction, details, recalled))


def _notes(interaction: Interaction, details: Details, recalled: Recalled) -> list[str]:
    """Return what is to be said of a copy: what is not as it was, whose it is, where its reply is."""
    request, locale = details.request, str(interaction.locale)
    own = request.user_id == interaction.user.id
    notes: list[str] = []
    if own and request.state is RequestState.COMPLETED and request.delivery in NO_REPLY:
        notes.append(text("show-undelivered", locale=locale))
    if recalled.small:
        notes.append(text("show-small", locale=locale, count=recalled.small))
    if recalled.gone:
        notes.append(text("show-gone", locale=locale, count=recalled.gone))
    where: list[str] = []
    if not own:
        where.append(text("show-owner", locale=locale, author=f"<@{request.user_id}>"))
    link = jump_link(request)
    if link is not None:
        where.append(text("show-link", locale=locale, link=link))
    return [*notes, f"-# {' · '.join(where)}"] if where else notes
