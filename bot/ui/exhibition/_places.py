"""Which channels somebody can look into from where they are."""

from collections.abc import Iterable

from bot.ui.base import Interaction
from bot.ui.places import is_age_restricted
from bot.ui.recall import may_look_into


def visible(interaction: Interaction, channel_ids: Iterable[int]) -> frozenset[int]:
    """Return those of a server's channels whose pictures may be shown to who asks, where they ask.

    What is in an age-restricted channel is shown in such channels only.
    """
    among_adults = is_age_restricted(interaction.channel)
    guild = interaction.guild
    readable = [each for each in channel_ids if may_look_into(interaction, each)]
    if among_adults or guild is None:
        return frozenset(readable)
    return frozenset(each for each in readable if not is_age_restricted(guild.get_channel_or_thread(each)))
