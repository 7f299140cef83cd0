"""Where somebody is, as far as it says who may see what is made there."""

import discord

_FOR_ADULTS = (discord.NSFWLevel.explicit, discord.NSFWLevel.age_restricted)


def is_age_restricted(channel: object) -> bool:
    """Whether Discord lets only adults into a channel: it, the channel of a thread, or its server is age-restricted.

    A thread in a server that the bot is not in does not tell its channel, and counts as not restricted. No direct
    message does, for Discord asks nobody's age there.
    """
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread) and channel.guild.nsfw_level in _FOR_ADULTS:
        return True
    if isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread):
        return channel.is_nsfw()
    return False
