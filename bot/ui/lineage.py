"""Where a request came from, and where its reply is."""

from bot.i18n import text
from bot.reply_address import is_public
from bot.store import Delivery, Details, Request

NO_REPLY = frozenset({Delivery.UNCERTAIN, Delivery.UNDELIVERABLE})


def jump_link(request: Request) -> str | None:
    """Return the address of a request's reply, None where it is not there, or was only for one person to see."""
    if request.message_id is None or request.channel_id is None or request.deleted_at is not None:
        return None
    if request.private or request.sent_directly or not is_public(request) or request.delivery in NO_REPLY:
        return None
    place = "@me" if request.guild_id is None else request.guild_id
    return f"https://discord.com/channels/{place}/{request.channel_id}/{request.message_id}"


def lineage(details: Details) -> str | None:
    """Return a line that says which request this one came from, None where there is none to speak of.

    Whose it was, and where, is only said where everybody could see it who sees this one.
    """
    parent, request = details.parent, details.request
    if parent is None or parent.forgotten is not None:
        return None
    seen = _is_seen_there(parent, request)
    if not seen and parent.guild_id is None and not _is_only_for(request, parent.user_id):
        return None
    link = jump_link(parent) if seen else None
    named = f"#{parent.short_id}" if link is None else f"[#{parent.short_id}]({link})"
    said = text(f"lineage-{_kind(request)}", locale=request.locale, parent=named)
    if not seen:
        return f"-# {said}"
    return f"-# {text('lineage-by', locale=request.locale, said=said, author=f'<@{parent.user_id}>')}"


def _is_seen_there(parent: Request, request: Request) -> bool:
    """Whether who sees a request's reply could see its parent's: in the same server, or the same direct messages."""
    if parent.private or not is_public(parent):
        return False
    if parent.guild_id is None:
        return request.guild_id is None and parent.channel_id == request.channel_id
    return parent.guild_id == request.guild_id


def _is_only_for(request: Request, user_id: int) -> bool:
    """Whether a request's reply is seen by that user alone, who asked for it."""
    direct = request.guild_id is None and request.bot_present
    return request.user_id == user_id and (request.private or direct)


def _kind(request: Request) -> str:
    if request.origin in ("reroll", "again"):
        return "reroll"
    if request.origin == "remix":
        return "remix"
    return "edit" if request.action == "edit_image" else "reroll"
