"""What the controls of the settings panel do, before and after any number of restarts."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self, cast

import discord

from bot.engine import GuildSettings
from bot.errors import EaselError
from bot.ui.base import Interaction, home
from bot.ui.managers import managed_guild
from bot.ui.persistent import Persistent
from bot.ui.settings import _blocking as blocking
from bot.ui.settings import _forms
from bot.ui.settings import _role_limits as role_limits
from bot.ui.settings._art_channels import with_change, with_channels
from bot.ui.settings._files import take_import
from bot.ui.settings._forms import open_form
from bot.ui.settings._pages import FORMS, PAGE_OF, PAGES, art_channel_page, blocked_page, models_in, page
from bot.ui.settings._parts import NOTHING, offered
from bot.ui.settings._scene import Scene, scene
from bot.ui.settings._values import CHANNELS, ONE_CHANNEL, ROLES


class ControlGone(EaselError):
    """A control is of a panel that was made before the bot changed, or its draft is not kept any more."""


class Control(
    Persistent[discord.ui.Item[Any]],
    template=r"easel:settings:(?P<act>page|pick|put|prune|form|again|import|grant|art|block|blocks|unblock):(?P<what>[a-z0-9_]+)(?::(?P<value>[a-z0-9_]+))?",
):
    """A button or a select of the panel. It says what it changes, and not who may: that is checked at each press."""

    def __init__(self, item: discord.ui.Item[Any], act: str, what: str, value: str) -> None:
        super().__init__(item)
        self._act = act
        self._what = what
        self._value = value

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the control that was used."""
        return cls(item, match["act"], match["what"], match["value"] or "")

    async def used(self, interaction: Interaction) -> None:
        """Do what the control says."""
        managed_guild(interaction)
        await _ACTS[self._act](interaction, self._what, self._value)


async def _turn(interaction: Interaction, what: str, _: str) -> None:
    if what not in PAGES:
        raise ControlGone("settings-control-gone")
    await interaction.response.edit_message(view=page(what, await scene(interaction)))


async def _pick(interaction: Interaction, field: str, part: str) -> None:
    values: Sequence[str] = cast("Mapping[str, Any]", interaction.data or {}).get("values", ())
    if field == role_limits.FIELD and len(values) == 1:
        return await role_limits.open_role_form(interaction, int(values[0]))
    return await _change(interaction, field, _picked(await scene(interaction), field, part, values))


def _picked(now: Scene, field: str, part: str, values: Sequence[str]) -> object:
    """Return the new value of a field: what its select did not show stays as it is."""
    if field in ONE_CHANNEL:
        return next(iter(values), None)
    if field == "art_channels":
        return with_channels(now.settings, values, now.gone(field))
    if field in CHANNELS | ROLES:
        hidden = set(now.ids(field)) - set(offered(field, now))
        return sorted({*map(str, hidden), *values})
    if field == "models" and part.isdecimal():
        offers = {model.id for model in models_in(int(part), now)}
        return sorted((now.settings.models - offers) | set(values))
    if len(values) != 1:
        raise ControlGone("settings-control-gone")
    chosen = None if values[0] == NOTHING else values[0]
    if field == "default_models":
        others = {action: model for action, model in now.settings.default_models.items() if action != part}
        return others if chosen is None else {**others, part: chosen}
    return chosen


async def _put(interaction: Interaction, field: str, value: str) -> None:
    await _change(interaction, field, value == "on")


async def _prune(interaction: Interaction, field: str, _: str) -> None:
    now = await scene(interaction)
    if field in ONE_CHANNEL:
        return await _change(interaction, field, next(map(str, now.there(field)), None))
    if field == role_limits.FIELD:
        gone = set(now.gone(field))
        limits = now.settings.exported()[field]
        return await _change(interaction, field, {role: limits[role] for role in limits if int(role) not in gone})
    if field == "art_channels":
        return await _change(interaction, field, with_channels(now.settings, [*map(str, now.there(field))], ()))
    kept = set(now.settings.models if field == "models" else now.ids(field)) - set(now.gone(field))
    return await _change(interaction, field, sorted(map(str, kept)))


async def _change(interaction: Interaction, field: str, value: object) -> None:
    """Change a field, and show its page as it is then."""
    if field not in PAGE_OF or field not in GuildSettings.model_fields:
        raise ControlGone("settings-control-gone")
    guild_id = managed_guild(interaction)
    settings, _ = await home(interaction).engine.settings.change(guild_id, interaction.user.id, {field: value})
    await interaction.response.edit_message(view=page(PAGE_OF[field], await scene(interaction, settings)))


async def _art(interaction: Interaction, what: str, value: str) -> None:
    """Show one art channel, or change it and show it then."""
    values: Sequence[str] = cast("Mapping[str, Any]", interaction.data or {}).get("values", ())
    now = await scene(interaction)
    channel_id = int(next(iter(values), "0") if what == "open" else value)
    if what != "open":
        if channel_id not in now.settings.art_channels:
            raise ControlGone("settings-control-gone")
        guild_id, field = managed_guild(interaction), with_change(now.settings, channel_id, what, values)
        settings, _ = await home(interaction).engine.settings.change(
            guild_id, interaction.user.id, {"art_channels": field}
        )
        now = await scene(interaction, settings)
    await interaction.response.edit_message(view=art_channel_page(channel_id, now))


async def _form(interaction: Interaction, form: str, _: str) -> None:
    if form not in FORMS:
        raise ControlGone("settings-control-gone")
    await open_form(interaction, form)


async def _again(interaction: Interaction, draft_id: str, _: str) -> None:
    content = await _draft(interaction, draft_id)
    if content.get("kind") == role_limits.KIND:
        return await role_limits.open_role_form(interaction, content["role"], content["typed"])
    if content.get("kind") == blocking.KIND:
        return await blocking.open_block_form(interaction, content["user"], content["typed"])
    if content.get("kind") != _forms.KIND:
        raise ControlGone("settings-control-gone")
    return await open_form(interaction, content["form"], content["typed"])


async def _import(interaction: Interaction, draft_id: str, _: str) -> None:
    await take_import(interaction, managed_guild(interaction), await _draft(interaction, draft_id))


async def _grant(interaction: Interaction, draft_id: str, _: str) -> None:
    content = await _draft(interaction, draft_id)
    if content.get("kind") != role_limits.KIND or content.get("guild_id") != managed_guild(interaction):
        raise ControlGone("settings-control-gone")
    await role_limits.grant_role_limit(interaction, content)


async def _block(interaction: Interaction, *_: str) -> None:
    values: Sequence[str] = cast("Mapping[str, Any]", interaction.data or {}).get("values", ())
    if len(values) != 1:
        raise ControlGone("settings-control-gone")
    await blocking.open_block_form(interaction, int(values[0]))


async def _blocks(interaction: Interaction, number: str, _: str) -> None:
    await interaction.response.edit_message(view=blocked_page(int(number), await scene(interaction)))


async def _unblock(interaction: Interaction, user_id: str, number: str) -> None:
    await home(interaction).engine.blocks.unblock(managed_guild(interaction), int(user_id), by=interaction.user.id)
    await _blocks(interaction, number, "")


async def _draft(interaction: Interaction, draft_id: str) -> Mapping[str, Any]:
    draft = await home(interaction).engine.drafts.get(draft_id)
    if draft is None or draft.user_id != interaction.user.id:
        raise ControlGone("settings-draft-gone")
    return draft.content


_ACTS: Mapping[str, Callable[[Interaction, str, str], Awaitable[None]]] = {
    "page": _turn,
    "pick": _pick,
    "put": _put,
    "prune": _prune,
    "form": _form,
    "again": _again,
    "import": _import,
    "grant": _grant,
    "art": _art,
    "block": _block,
    "blocks": _blocks,
    "unblock": _unblock,
}
