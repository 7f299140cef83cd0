"""The page of the settings panel about who is blocked."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.i18n import text
from bot.store import Block
from bot.ui.settings._parts import Part, button, row
from bot.ui.settings._scene import Scene
from bot.ui.typed import literal, shortened

BLOCKS = 6
"""Blocks on a page, each with its button: a message has room for 40 components (Discord's API document)."""

SHOWN_REASON = 150
"""Characters of a reason that are shown."""


def blocked(scene: Scene, number: int = 0) -> Iterable[Sequence[Part]]:
    """Yield the parts of a page, counted from 0; one that is not there is the last."""
    locale, blocks = scene.locale, scene.blocks
    pages = max(1, -(-len(blocks) // BLOCKS))
    number = min(number, pages - 1)
    choose = discord.ui.UserSelect[Any](
        custom_id="easel:settings:block:user", placeholder=text("settings-blocked-choose", locale=locale)
    )
    yield [discord.ui.TextDisplay(text("settings-blocked", locale=locale)), row(choose)]
    if not blocks:
        yield [discord.ui.TextDisplay(text("settings-blocked-none", locale=locale))]
        return
    yield [_one(block, number, locale) for block in blocks[number * BLOCKS : (number + 1) * BLOCKS]]
    if pages > 1:
        yield _turning(number, pages, locale)


def _one(block: Block, number: int, locale: str) -> Part:
    said = text(
        "settings-blocked-item",
        locale=locale,
        user=f"<@{block.user_id}>",
        until="never" if block.until is None else discord.utils.format_dt(block.until),
        by=f"<@{block.actor_id}>",
        when=discord.utils.format_dt(block.created_at, "R"),
        reason=literal(shortened(block.reason, SHOWN_REASON)) or "none",
    )
    again = button(text("button-settings-unblock", locale=locale), "unblock", str(block.user_id), str(number))
    return discord.ui.Section(discord.ui.TextDisplay(said), accessory=again)


def _turning(number: int, pages: int, locale: str) -> Sequence[Part]:
    said = text("settings-blocked-page", locale=locale, page=number + 1, pages=pages)
    previous, following = text("button-settings-previous", locale=locale), text("button-settings-next", locale=locale)
    before = [button(previous, "blocks", str(number - 1))] if number > 0 else []
    after = [button(following, "blocks", str(number + 1))] if number < pages - 1 else []
    return [discord.ui.TextDisplay(f"-# {said}"), row(*before, *after)]
