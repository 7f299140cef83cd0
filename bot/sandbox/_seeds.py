"""What the demo's channel begins with: a how-to, a round that was won, a picture in the gallery, a round that is on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.client import Easel

if TYPE_CHECKING:
    from simcord import ChannelHandle, MemberActor

ROUND = {"length": 1440, "voting": 1440}
"""In minutes how long a round and its voting last."""

ENTRIES = (
    ("grace", {"prompt": "a lighthouse on a cliff at dusk, watercolour", "aspect_ratio": "16:9"}),
    ("linus", {"prompt": "a harbour at night with a full moon, woodcut", "aspect_ratio": "4:3"}),
    ("mary", {"prompt": "an island far out at sunrise", "aspect_ratio": "1:1"}),
)
"""What entered the round that is over; the first is in the gallery."""

VOTES = (("ada", "grace"), ("linus", "grace"), ("mary", "linus"), ("grace", "mary"))
"""Who voted for whose."""

LATER = (
    ("linus", {"prompt": "a city in the rain, neon", "model": "imagen-4-fast", "aspect_ratio": "16:9"}),
    ("mary", {"prompt": "a storm over the desert", "aspect_ratio": "16:9"}),
    ("linus", {"prompt": "a poster of a famous actor [fail]"}),
)
"""What was made since: two pictures in the round that is on, and what failed."""

STARS = 2
"""At how many stars a picture is posted to the gallery."""

ADMIRERS = ("mary", "alan", "kay"), ("mary", "kay")
"""Who starred the first picture of the round that is over, and of the one that is on; only they see what that says."""


async def seed(bot: Easel, guild_id: int, channel: "ChannelHandle", members: "Mapping[str, MemberActor]") -> None:
    """Have members make, star, enter and vote, by the commands and buttons that they have."""
    grace = members["grace"]
    art = {"art_channels": {str(channel.id): {"how_to": True}}, "gallery_channel": channel.id, "gallery_stars": STARS}
    await bot.engine.settings.change(guild_id, grace.id, art)
    await bot.engine.drain()

    async def run(name: str, command: str, **options: Any) -> Any:
        result = await members[name].slash(channel, command, **options)
        await bot.engine.drain()
        return result

    await run("grace", "round start", theme="By the sea", **ROUND)
    replies = [await run(name, "imagine", **options) for name, options in ENTRIES]
    await _end(bot, channel, grace.id)
    round_ = await bot.engine.rounds.live_in(channel.id)
    for voter, artist in VOTES:
        await _vote(bot, round_.short_id, members[voter].id, members[artist].id)
    await _end(bot, channel, grace.id)
    await run("grace", "round start", theme="Weather", **ROUND)
    later = [await run(name, "imagine", **options) for name, options in LATER]
    for result, names in zip((replies[0], later[0]), ADMIRERS, strict=True):
        details = await bot.engine.find_by_message(result.response.id)
        assert details is not None  # noqa: S101 - it was just delivered
        for name in names:
            await members[name].click(result.response, custom_id=f"easel:star:{details.request.short_id}")
            await bot.engine.drain()


async def _end(bot: Easel, channel: "ChannelHandle", by: int) -> None:
    """End what goes on in the channel's round."""
    round_ = await bot.engine.rounds.live_in(channel.id)
    await bot.engine.rounds.end(round_.short_id, round_.state, by=by)
    await bot.engine.drain()


async def _vote(bot: Easel, short_id: str, voter: int, artist: int) -> None:
    """Look through a ballot for somebody's picture, and vote for it."""
    ballot = await bot.engine.rounds.ballot(short_id, voter, None, among_adults=False)
    while ballot.entry.user_id != artist and ballot.after is not None:
        ballot = await bot.engine.rounds.ballot(short_id, voter, ballot.after, among_adults=False)
    await bot.engine.rounds.vote(short_id, voter, ballot.entry.id)
