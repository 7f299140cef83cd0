"""Who and where: the application, people, channels and the bot's server, as Discord's API shows them."""

import enum
import functools
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = [
    "APPLICATION_ID",
    "BOT",
    "EVERYTHING",
    "FOREIGN_GUILD_ID",
    "GUILD_ID",
    "NOTHING",
    "Channel",
    "Clock",
    "Installed",
    "Json",
    "Permission",
    "Place",
    "User",
    "application",
    "guild",
    "snowflake",
    "timestamp",
]

Json: TypeAlias = dict[str, Any]
Installed: TypeAlias = Literal["guild", "user", "both"]
"""Where the application is installed: in the server, only with the person, or both."""

_EPOCH_MS = 1_420_070_400_000
_increment = itertools.count()


class Clock:
    """Discord's clock: seconds since the Unix epoch, which a test may move forward."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ahead = 0.0

    def __call__(self) -> float:
        return self._now() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def stop(self) -> None:
        """Stand still but for `advance`: where a machine that is busy must not cost an answer its time."""
        stopped = self._now()
        self._now = lambda: stopped


def snowflake(at: float | None = None) -> str:
    """A new Discord id; `at` is the moment that it tells, now by default."""
    milliseconds = int((time.time() if at is None else at) * 1000) - _EPOCH_MS
    return str(milliseconds << 22 | next(_increment) & 0x3FFFFF)


def timestamp(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + ".000000+00:00"


APPLICATION_ID = "100000000000000001"
GUILD_ID = str((50_000_000_001 << 22) + 1)
"""The server that the bot is in. Of two shards, it belongs to the second."""
FOREIGN_GUILD_ID = str((50_000_000_003 << 22) + 1)
"""A server that the bot is not in: only user-installed commands come from there."""


class Permission(enum.IntFlag):
    """The permissions that matter to a bot that posts pictures."""

    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


NOTHING = Permission(0)
EVERYTHING = functools.reduce(Permission.__or__, Permission)
"""All of these; without ADMINISTRATOR, which would make every denial void."""


class Place(enum.Enum):
    """Where a person is while acting."""

    GUILD = "guild"
    DM = "direct message with the bot"
    GROUP_DM = "group direct message"


@dataclass(eq=False)
class User:
    """A person, or the bot."""

    name: str
    id: str = field(default_factory=snowflake)
    is_bot: bool = False
    takes_direct_messages: bool = True
    permissions: Permission = EVERYTHING

    def payload(self) -> Json:
        return {
            "id": self.id,
            "username": self.name,
            "global_name": None if self.is_bot else self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }

    def member(self, permissions: Permission | None = None) -> Json:
        """The person as a member of a server; `permissions` only where an interaction tells them."""
        told = {} if permissions is None else {"permissions": str(int(permissions))}
        return {
            "user": self.payload(),
            "roles": [],
            "joined_at": timestamp(0),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
            "banner": None,
            "pending": False,
            "communication_disabled_until": None,
            **told,
        }


BOT = User("easel", APPLICATION_ID, is_bot=True)


@dataclass(eq=False)
class Channel:
    """A text channel of a server or a thread in one, a direct message or a group direct message.

    `reachable` tells whether the bot takes part in it: what it is not part of, it can neither read nor
    write but by an interaction's token. `denied` takes permissions from the bot in a text channel. `nsfw` is
    Discord's word for age-restricted. A thread has a `parent`; in an `archived` one nothing is edited before a new
    message opens it again, which does not happen while it is `locked`. A channel with `tags` is a forum.
    """

    place: Place
    name: str | None = None
    guild_id: str | None = None
    recipients: list[User] = field(default_factory=list[User])
    reachable: bool = True
    denied: Permission = NOTHING
    nsfw: bool = False
    parent: "Channel | None" = None
    archived: bool = False
    locked: bool = False
    tags: list[Json] | None = None
    applied: list[str] = field(default_factory=list[str])
    id: str = field(default_factory=snowflake)

    @property
    def bot_permissions(self) -> Permission:
        return EVERYTHING & ~self.denied

    def payload(self) -> Json:
        if self.parent is not None:
            return self._thread(self.parent)
        if self.place is Place.GUILD:
            return {**self._text_channel(), "permission_overwrites": self._overwrites()}
        private = {
            "id": self.id,
            "type": 1 if self.place is Place.DM else 3,
            "flags": 0,
            "last_message_id": None,
            "recipients": [person.payload() for person in self.recipients],
        }
        if self.place is Place.DM:
            return private
        return {**private, "name": self.name, "icon": None, "owner_id": self.recipients[0].id}

    def partial(self, person: User) -> Json:
        """The channel as an interaction tells it: with what `person` may do there."""
        if self.place is Place.GUILD:
            shown = self._text_channel() if self.parent is None else self._thread(self.parent)
            return {**shown, "permissions": str(int(person.permissions))}
        return self.payload()

    def _thread(self, parent: "Channel") -> Json:
        return {
            "id": self.id,
            "type": 11,
            "guild_id": self.guild_id,
            "name": self.name,
            "parent_id": parent.id,
            "owner_id": APPLICATION_ID,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "applied_tags": self.applied,
            "flags": 0,
            "bitrate": 64_000,
            "user_limit": 0,
            "rtc_region": None,
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 60,
                "archive_timestamp": timestamp(0),
                "create_timestamp": timestamp(0),
            },
        }

    def _text_channel(self) -> Json:
        forum = {} if self.tags is None else {"available_tags": self.tags, "default_reaction_emoji": None}
        return {
            **forum,
            "id": self.id,
            "type": 0 if self.tags is None else 15,
            "guild_id": self.guild_id,
            "name": self.name,
            "position": 0,
            "nsfw": self.nsfw,
            "parent_id": None,
            "topic": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "flags": 0,
        }

    def _overwrites(self) -> list[Json]:
        if not self.denied:
            return []
        return [{"id": APPLICATION_ID, "type": 1, "allow": "0", "deny": str(int(self.denied))}]


def application(owner: User, *, message_content: bool) -> Json:
    """The application's own page; `message_content` tells whether that intent is switched on there."""
    flags = 1 << 19 if message_content else 0
    return {
        "id": APPLICATION_ID,
        "name": BOT.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": BOT.payload(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "owner": owner.payload(),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "integration_types_config": {"0": {}, "1": {}},
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
    }


def guild(owner: User, channel: Channel) -> Json:
    """The server as the gateway's GUILD_CREATE tells it."""
    everyone = {
        "id": GUILD_ID,
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0,
        "permissions": str(int(EVERYTHING)),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    empty = "emojis features threads presences voice_states stage_instances guild_scheduled_events stickers"
    zero = "verification_level default_message_notifications explicit_content_filter mfa_level nsfw_level"
    unset = "icon banner description application_id afk_channel_id system_channel_id rules_channel_id"
    return {
        **{key: [] for key in empty.split()},
        **dict.fromkeys(zero.split(), 0),
        **dict.fromkeys(unset.split()),
        "id": GUILD_ID,
        "name": "Studio",
        "owner_id": owner.id,
        "roles": [everyone],
        "channels": [channel.payload()],
        "members": [BOT.member()],
        "member_count": 2,
        "joined_at": timestamp(0),
        "large": False,
        "unavailable": False,
        "afk_timeout": 60,
        "system_channel_flags": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "vanity_url_code": None,
        "soundboard_sounds": [],
    }
