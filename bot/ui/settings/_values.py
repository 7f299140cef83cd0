"""What a setting is called, and how its value is shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from bot.engine import AUDITED, ArtChannel, GuildSettings, InvalidSettings
from bot.i18n import text
from bot.store import AuditEntry
from bot.ui.typed import literal, shortened

ONE_CHANNEL = frozenset({"log_channel", "gallery_channel", "gallery_adults_channel"})
CHANNELS = frozenset({"channels", "channels_denied", "art_channels"}) | ONE_CHANNEL
ROLES = frozenset({"roles", "roles_denied", "exempt_roles"})
MONEY = frozenset({"budget_a_day", "budget_a_month"})

LOGGED = frozenset({"block", "gallery-withdrawn", "grant", "report", "reset", "round", "rule"})
"""What the log has beside settings."""

USERS = frozenset({"user", "author"})
"""Parts of an entry of the log that are users."""

FIRST = ("user", "author", "channel", "theme", "phrase")
"""What an entry of the log is about stands before the rest."""

LISTED = 4
"""Parts of a value that are listed; of the others only the number is said."""

SHOWN = 80
"""Characters of a text, or of a value that does not fit, that are shown."""


def name_of(field: str, locale: str) -> str:
    """Return what people call a field of `GuildSettings`."""
    return text(f"settings-field-{field}", locale=locale)


def shown(field: str, value: object, locale: str) -> str:
    """Return a value of a field, as it is in JSON, in one short line."""
    if value is None or value in ([], {}, ""):
        return text("settings-value-none", locale=locale)
    if isinstance(value, bool):
        return text("settings-value-yes" if value else "settings-value-no", locale=locale)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, object]", value).items()
        return listed([f"{_key(field, name, locale)}: {_in(field, each, locale)}" for name, each in pairs], locale)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listed([_one(field, each) for each in cast("Sequence[object]", value)], locale)
    return _one(field, value)


def listed(parts: Sequence[str], locale: str) -> str:
    """Return parts in a line, and of many how many more there are."""
    more = len(parts) - LISTED
    said = [*parts[:LISTED], *([text("settings-value-more", locale=locale, count=more)] if more > 0 else [])]
    return ", ".join(said)


def _key(field: str, name: str, locale: str) -> str:
    if field == "default_models":
        return text("settings-value-make" if name == "text_to_image" else "settings-value-edit", locale=locale)
    return f"<#{name}>" if field in CHANNELS else f"<@&{name}>"


def _in(field: str, value: object, locale: str) -> str:
    return art_channel(ArtChannel.model_validate(value), locale) if field == "art_channels" else _one(field, value)


def art_channel(channel: ArtChannel, locale: str) -> str:
    """Return what becomes of the results in an art channel, in one short line."""
    parts = [text("art-channel-threads", locale=locale)] if channel.threads else []
    if channel.forum is not None:
        parts.append(text("art-channel-forum", locale=locale, forum=f"<#{channel.forum}>"))
    if channel.how_to:
        parts.append(text("art-channel-how-to", locale=locale))
    return " + ".join(parts) or text("art-channel-nothing", locale=locale)


def _one(field: str, value: object) -> str:
    if field in CHANNELS:
        return f"<#{value}>"
    if field in ROLES:
        return f"<@&{value}>"
    if field in MONEY:
        return f"${value}"
    return literal(shortened(str(value), SHOWN))


def changes(before: GuildSettings, after: GuildSettings, locale: str) -> list[str]:
    """Return a line for each field that differs."""
    old, new = before.exported(), after.exported()
    return [_line(name, old[name], new[name], locale) for name in new if new[name] != old[name]]


def entry(entry: AuditEntry, locale: str) -> str:
    """Return a line of the audit log: when, who, what, before and after."""
    field = entry.action.removeprefix(AUDITED)
    if entry.action.startswith(AUDITED) and field in GuildSettings.model_fields:
        said = _line(field, entry.before, entry.after, locale)
    else:
        about = text(f"settings-log-{entry.action}", locale=locale) if entry.action in LOGGED else entry.action
        said = f"**{about}** {_any(entry.before, locale)} → {_any(entry.after, locale)}"
    return f"<t:{int(entry.at.timestamp())}:R> <@{entry.actor_id}> {said}"


def _line(field: str, before: object, after: object, locale: str) -> str:
    return f"**{name_of(field, locale)}** {shown(field, before, locale)} → {shown(field, after, locale)}"


def _any(value: object, locale: str) -> str:
    """Return what was written into the log beside settings, without the names of its parts."""
    parts = cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {"": value}
    ordered = sorted(parts, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    said = [_part(name, parts[name]) for name in ordered if parts[name] not in (None, "", [])]
    return " · ".join(said) or text("settings-value-none", locale=locale)


def _part(name: str, value: object) -> str:
    if name in USERS:
        return f"<@{value}>"
    if name == "channel":
        return f"<#{value}>"
    if name == "until":
        return f"<t:{int(datetime.fromisoformat(str(value)).timestamp())}:f>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ", ".join(map(str, cast("Sequence[object]", value)))
    return literal(shortened(str(value), SHOWN))


def problems(error: InvalidSettings, locale: str) -> Iterable[str]:
    """Yield a line for each value that does not fit: which field, what it was to be, what it takes."""
    for field, value in error.wrong.items():
        given = literal(shortened(_plain(value), SHOWN))
        if field not in GuildSettings.model_fields:
            yield text("settings-wrong-field", locale=locale, name=literal(shortened(field, SHOWN)))
        else:
            takes = text(f"settings-takes-{field}", locale=locale)
            yield text("settings-wrong", locale=locale, field=field, value=given, takes=takes)


def _plain(value: Any) -> str:
    return " ".join(str(value).split())
