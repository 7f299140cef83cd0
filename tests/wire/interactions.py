"""Interactions: what a person does with the bot, and what the bot answered to it."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from tests.wire.changes import Changes
from tests.wire.messages import Message
from tests.wire.people import (
    APPLICATION_ID,
    Channel,
    Installed,
    Json,
    Permission,
    Place,
    User,
    snowflake,
)

__all__ = ["COMMAND", "COMPONENT", "MODAL", "SUGGEST", "Reply", "command_options", "payload"]

COMMAND, COMPONENT, SUGGEST, MODAL = 2, 3, 4, 5
_CONTEXTS = {Place.GUILD: 0, Place.DM: 1, Place.GROUP_DM: 2}
_SUBCOMMANDS = (1, 2)


@dataclass(eq=False)
class Reply:
    """One interaction, and all that came of it."""

    type: int
    user: User
    channel: Channel
    installed: Installed
    sent: float
    changes: Changes
    forced_ephemeral: bool = False
    message_type: int = 0
    source: Message | None = None
    """The message whose component was used."""
    parent: "Reply | None" = None
    """The interaction that opened the modal."""
    callback: Json | None = None
    """The first response, as the bot sent it."""
    answered_after: float | None = None
    """Seconds from the interaction to its first response, by Discord's clock."""
    original: Message | None = None
    """The message that ``@original`` names."""
    followups: list[Message] = field(default_factory=list[Message])
    id: str = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: f"token.{snowflake()}")

    @property
    def answered(self) -> Coroutine[Any, Any, Json]:
        """``await reply.answered``: the first response."""
        return self.changes.until(lambda: self.callback)

    @property
    def finished(self) -> Coroutine[Any, Any, Message]:
        """``await reply.finished``: the original message, once it no longer says that the bot is thinking."""
        return self.changes.until(lambda: None if self.original is None or self.original.loading else self.original)

    @property
    def choices(self) -> list[Json]:
        """What autocomplete offered."""
        assert self.callback is not None, "not answered yet"
        return self.callback["data"]["choices"]

    @property
    def modal(self) -> Json:
        """The modal that the bot opened."""
        assert self.callback is not None, "not answered yet"
        assert self.callback["type"] == 9, f"no modal, but {self.callback}"
        return self.callback["data"]

    def owners(self) -> Json:
        """``authorizing_integration_owners``: installed in this server ("0" in a direct message), with this person."""
        owners: Json = {}
        if self.installed != "user":
            owners["0"] = self.channel.guild_id or "0"
        if self.installed != "guild":
            owners["1"] = self.user.id
        return owners

    def metadata(self) -> Json:
        """``interaction_metadata`` of the messages that answer it."""
        told = {
            "id": self.id,
            "type": self.type,
            "user": self.user.payload(),
            "authorizing_integration_owners": self.owners(),
        }
        if self.type == COMPONENT and self.source is not None:
            told["interacted_message_id"] = self.source.id
        if self.parent is not None:
            told["triggering_interaction_metadata"] = self.parent.metadata()
        return told


def payload(reply: Reply, data: Json, *, file_limit: int) -> Json:
    """INTERACTION_CREATE; `file_limit` is the largest upload in bytes."""
    permissions = reply.user.permissions
    if reply.forced_ephemeral:
        permissions &= ~Permission.USE_EXTERNAL_APPS
    told = {
        "id": reply.id,
        "application_id": APPLICATION_ID,
        "type": reply.type,
        "token": reply.token,
        "version": 1,
        "data": data,
        "channel_id": reply.channel.id,
        "channel": reply.channel.partial(reply.user),
        "locale": "en-US",
        "app_permissions": str(int(reply.channel.bot_permissions)),
        "entitlements": list[str](),
        "authorizing_integration_owners": reply.owners(),
        "context": _CONTEXTS[reply.channel.place],
        "attachment_size_limit": file_limit,
    }
    if reply.source is not None:
        told["message"] = reply.source.payload()
    if reply.channel.guild_id is None:
        return {**told, "user": reply.user.payload()}
    place = {"id": reply.channel.guild_id, "locale": "en-US", "features": list[str]()}
    return {
        **told,
        "guild_id": reply.channel.guild_id,
        "guild": place,
        "guild_locale": "en-US",
        "member": reply.user.member(permissions),
    }


def command_options(command: Json, path: list[str], values: Json, focused: str | None = None) -> list[Json]:
    """The options as an interaction tells them: `path` leads through subcommands, `values` go by name.

    Raises `LookupError` for a name that the synced command does not have.
    """
    known = {option["name"]: option for option in command.get("options", ())}
    if path:
        inner = known[path[0]]
        assert inner["type"] in _SUBCOMMANDS, f"{path[0]} is no subcommand"
        told = command_options(inner, path[1:], values, focused)
        return [{"name": inner["name"], "type": inner["type"], "options": told}]
    return [
        {
            "name": name,
            "type": known[name]["type"],
            "value": value,
            **({"focused": True} if name == focused else {}),
        }
        for name, value in values.items()
    ]
