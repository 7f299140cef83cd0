"""A member as an artist: their best pictures, stars, rounds and models."""

from collections.abc import Iterator, Sequence

import discord

from bot.catalog import Catalog
from bot.engine import Profile
from bot.errors import EaselError
from bot.i18n import text
from bot.store import ArtistSearch
from bot.ui.base import Interaction, home
from bot.ui.exhibition._parts import Part, pictures, sheet
from bot.ui.exhibition._places import visible
from bot.ui.panels import panel
from bot.ui.places import is_age_restricted
from bot.ui.typed import literal

FIRST = 1


async def show_artist(interaction: Interaction, artist: discord.User | discord.Member) -> None:
    """Show an artist to who asks, and nobody else; the interaction has no answer yet.

    Raises:
        EaselError: the artist does not want that, or there is nothing to show; the sentence says so.
    """
    # The contact sheet may have to wait for others' pictures, longer than Discord waits for a first answer.
    await interaction.response.defer(ephemeral=True, thinking=True)
    exhibition, guild_id = home(interaction).engine.exhibition, interaction.guild_id or 0
    own = artist.id == interaction.user.id
    channels = None if own else visible(interaction, await exhibition.artist_channels(artist.id, guild_id))
    among_adults = is_age_restricted(interaction.channel)
    profile = await exhibition.profile(ArtistSearch(artist.id, guild_id, channels, own=own, among_adults=among_adults))
    if not profile.shown and not own:
        raise EaselError("artist-private", artist=artist.mention)
    if profile.empty:
        raise EaselError("artist-nothing-own" if own else "artist-nothing", artist=artist.mention)
    async with sheet(interaction, profile.best, FIRST, "artist") as files:
        parts = _parts(profile, files, home(interaction).engine.catalog, str(interaction.locale))
        notes = _notes(profile, artist, own=own, locale=str(interaction.locale))
        title = text("artist-title", locale=str(interaction.locale))
        view = panel(title, *parts, footer=" ".join(notes) or None)
        await interaction.followup.send(view=view, files=files, ephemeral=True)


def _parts(profile: Profile, files: Sequence[discord.File], catalog: Catalog, locale: str) -> Iterator[Part]:
    yield list(_facts(profile, catalog, locale))
    if profile.best:
        yield from pictures(profile.best, FIRST, files, catalog, locale)
    else:
        yield text("artist-no-pictures", locale=locale)


def _facts(profile: Profile, catalog: Catalog, locale: str) -> Iterator[str]:
    yield text(
        "artist-facts", locale=locale, artist=f"<@{profile.artist_id}>", stars=profile.stars, rounds=profile.rounds_won
    )
    models = [(catalog.find(model_id), model_id, count) for model_id, count in profile.models]
    named = ", ".join(f"{literal(model.name if model else model_id)} ({count})" for model, model_id, count in models)
    if named:
        yield text("artist-models", locale=locale, list=named)


def _notes(profile: Profile, artist: discord.User | discord.Member, *, own: bool, locale: str) -> Iterator[str]:
    """Yield what is to be said of who may see this."""
    if own:
        yield text("artist-own-shown" if profile.shown else "artist-own-private", locale=locale)
        if profile.kept_out:
            yield text("artist-own-kept-out", locale=locale)
    elif not isinstance(artist, discord.Member):
        yield text("artist-left", locale=locale)
