"""The pages of the settings about art channels: all of them, and one with what becomes of the results there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord

from bot.engine import ArtChannel, GuildSettings
from bot.i18n import text
from bot.ui.settings._parts import MAX_LABEL, Part, button, missing, row, titled
from bot.ui.settings._scene import Scene
from bot.ui.settings._values import art_channel
from bot.ui.typed import shortened

FIELD = "art_channels"

TURNED = ("threads", "how_to")
"""What is turned on and off for an art channel."""


def overview(scene: Scene) -> Iterable[Sequence[Part]]:
    """Yield the parts of the page of all art channels."""
    there = scene.there(FIELD)
    kinds = discord.ChannelType
    select = discord.ui.ChannelSelect[Any](
        custom_id=f"easel:settings:pick:{FIELD}",
        placeholder=text(f"settings-nothing-{FIELD}", locale=scene.locale),
        # Others have no threads, or are threads themselves.
        channel_types=[kinds.text, kinds.news],
        min_values=0,
        max_values=25,
        default_values=[_default(each) for each in there],
    )
    yield titled(FIELD, scene, row(select), *missing(FIELD, scene))
    if there:
        lines = [f"<#{each}>: {art_channel(scene.settings.art_channels[each], scene.locale)}" for each in there]
        yield [discord.ui.TextDisplay("\n".join(lines)), row(_opened(there, scene))]


def _default(channel_id: int) -> discord.SelectDefaultValue:
    return discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)


def _opened(there: Sequence[int], scene: Scene) -> discord.ui.Select[Any]:
    select = discord.ui.Select[Any](
        custom_id="easel:settings:art:open", placeholder=text("art-channel-open", locale=scene.locale)
    )
    for each in there:
        known = scene.guild.get_channel(each)
        name = str(each) if known is None else known.name
        select.add_option(label=shortened(f"#{name}", MAX_LABEL), value=str(each))
    return select


def one(scene: Scene, channel_id: int) -> Iterable[Sequence[Part]]:
    """Yield the parts of the page of one art channel."""
    locale, channel = scene.locale, scene.settings.art_channels[channel_id]
    yield [discord.ui.TextDisplay(f"### <#{channel_id}>")]
    for what in TURNED:
        on: bool = getattr(channel, what)
        label = text("button-settings-off" if on else "button-settings-on", locale=locale)
        turn = button(label, "art", f"{what}_{'off' if on else 'on'}", str(channel_id))
        value = text("settings-value-yes" if on else "settings-value-no", locale=locale)
        now = text("settings-now", locale=locale, setting=value)
        said = "\n".join([_titled(what, locale), now, *_lacking(scene, channel_id, what if on else "")])
        yield [discord.ui.Section(discord.ui.TextDisplay(said), accessory=turn)]
    select = discord.ui.ChannelSelect[Any](
        custom_id=f"easel:settings:art:forum:{channel_id}",
        placeholder=text("art-channel-no-forum", locale=locale),
        channel_types=[discord.ChannelType.forum],
        min_values=0,
        default_values=[] if channel.forum is None else [_default(channel.forum)],
    )
    said = [_titled("forum", locale), *_lacking(scene, channel.forum, "forum")]
    yield [discord.ui.TextDisplay("\n".join(said)), row(select)]


NEEDED: Mapping[str, discord.Permissions] = {
    "threads": discord.Permissions(view_channel=True, read_message_history=True, create_public_threads=True),
    "how_to": discord.Permissions(view_channel=True, send_messages=True, pin_messages=True),
    "forum": discord.Permissions(view_channel=True, send_messages=True, attach_files=True),
}
"""What the bot needs in an art channel, or in the forum, for what is turned on there."""


def _lacking(scene: Scene, channel_id: int | None, what: str) -> Iterable[str]:
    """Yield a line that says what the bot may not do that it would have to."""
    channel = None if channel_id is None else scene.guild.get_channel(channel_id)
    if channel is None or what not in NEEDED:
        return
    may = channel.permissions_for(scene.guild.me)
    lacking = [name for name, needed in NEEDED[what] if needed and not getattr(may, name)]
    if lacking:
        names = ", ".join(name.replace("_", " ") for name in lacking)
        yield text("art-channel-lacking", locale=scene.locale, names=names, channel=f"<#{channel_id}>")


def _titled(what: str, locale: str) -> str:
    return (
        f"**{text(f'art-channel-title-{what}', locale=locale)}**\n-# {text(f'art-channel-about-{what}', locale=locale)}"
    )


def with_channels(settings: GuildSettings, values: Sequence[str], hidden: Iterable[int | str]) -> dict[str, Any]:
    """Return the field as it is with other art channels; those that stay keep what is set for them.

    Args:
        hidden: channels that could not be chosen, and stay.
    """
    wanted = sorted({*map(int, values), *map(int, hidden)})
    return _exported({each: settings.art_channels.get(each, ArtChannel()) for each in wanted})


def with_change(settings: GuildSettings, channel_id: int, what: str, values: Sequence[str]) -> dict[str, Any]:
    """Return the field with one art channel changed.

    Args:
        what: `threads_on`, `threads_off`, `how_to_on`, `how_to_off`, or `forum`.
        values: the forum that was chosen, or none.

    Raises:
        KeyError: there is no such thing.
    """
    if what == "forum":
        update: dict[str, Any] = {"forum": int(values[0]) if values else None}
    else:
        name, _, to = what.rpartition("_")
        update = {{each: each for each in TURNED}[name]: to == "on"}
    channel = settings.art_channels[channel_id].model_copy(update=update)
    return _exported({**settings.art_channels, channel_id: channel})


def _exported(channels: Mapping[int, ArtChannel]) -> dict[str, Any]:
    return {str(each): channel.model_dump(mode="json") for each, channel in channels.items()}
