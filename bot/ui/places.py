"""Where somebody is and what they are there, as far as it decides what they may do and who sees it."""

import discord

_FOR_ADULTS = (discord.NSFWLevel.explicit, discord.NSFWLevel.age_restricted)


def is_age_restricted(channel: object) -> bool:
    """Whether Discord lets only adults into a channel: it, the channel of a thread, or its server is age-restricted.

    A thread in a server that the bot is not in does not tell its channel, and counts as not restricted. No direct
    message does, for Discord asks nobody's age there.
    """
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread) and channel.guild.nsfw_level in _FOR_ADULTS:
        return True
    if isinstance(channel, discord.ForumChannel):
        return channel.is_nsfw()
    if isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread):
        return channel.is_nsfw()
    return False


def place_ids(channel: object) -> frozenset[int]:
    """Return the ids of a channel and of what it belongs to: a thread's channel, a channel's category."""
    parent = getattr(channel, "parent_id", None)
    # In a server that the bot is not in, a thread's channel is not known.
    outer = channel.parent if isinstance(channel, discord.Thread) else channel
    category = outer.category_id if isinstance(outer, discord.abc.GuildChannel) else None
    return frozenset(each for each in (getattr(channel, "id", None), parent, category) if each is not None)


def slow_mode(channel: object, allowed: discord.Permissions) -> int:
    """Return the seconds that somebody has to let pass between two messages in a channel; 0 is none.

    Args:
        allowed: what they may do there: whom Discord exempts is exempt
            (https://docs.discord.com/developers/resources/channel#channel-object, rate_limit_per_user).
    """
    if allowed.manage_messages or allowed.manage_channels or allowed.bypass_slowmode:
        return 0
    if isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread):
        return channel.slowmode_delay
    return 0


def role_ids(user: object) -> frozenset[int]:
    """Return the ids of the roles that a member has; a user outside a server has none."""
    return frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
