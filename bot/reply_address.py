"""Where a request's reply is, as it is kept from one start to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import discord

from bot.store import Request

TOKEN_LIFE = timedelta(minutes=15)
"""How long an interaction's token can edit its reply (Discord's documentation)."""


@dataclass(frozen=True, slots=True)
class InteractionReply:
    """A reply that an interaction's token can edit until `expires_at` (seconds since 1970)."""

    application_id: int
    token: str
    expires_at: float
    ephemeral: bool

    @classmethod
    def of(cls, interaction: discord.Interaction[Any], *, ephemeral: bool) -> "InteractionReply":
        """Return the address of the reply to an interaction that has just come.

        Its life is counted by the host's clock from then on, for Discord's clock may be another.
        """
        expires_at = (datetime.now(UTC) + TOKEN_LIFE).timestamp()
        return cls(interaction.application_id, interaction.token, expires_at, ephemeral)

    def to_json(self) -> dict[str, Any]:
        """Return the address as the engine keeps it."""
        return {
            "application_id": self.application_id,
            "token": self.token,
            "expires_at": self.expires_at,
            "ephemeral": self.ephemeral,
        }

    @property
    def alive(self) -> bool:
        """Whether the token can still edit."""
        return datetime.now(UTC).timestamp() < self.expires_at


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A reply that is a message of the bot's own, in the request's channel, to a message of its owner.

    Attributes:
        replies_to: the id of that message.
        left_out: the names of the pictures in it that are not edited, for the model takes no more; the reply says so.
    """

    replies_to: int
    left_out: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the address as the engine keeps it."""
        return {"replies_to": self.replies_to, "left_out": self.left_out}


ReplyAddress: TypeAlias = InteractionReply | ChannelMessage
"""Where a reply is, by how the request was made: by an interaction, or by a message."""


def reply_address(request: Request) -> ReplyAddress:
    """Return where a request's reply is."""
    kept = request.reply
    if "replies_to" in kept:
        return ChannelMessage(kept["replies_to"], tuple(kept["left_out"]))
    return InteractionReply(**kept)


def left_out(request: Request) -> Sequence[str]:
    """Return the names of the pictures that a request could not take with it."""
    names: Sequence[str] = request.reply.get("left_out", ())
    return names


def is_public(request: Request) -> bool:
    """Return whether the bot itself may write where a request's reply is: it is there, and others see the reply."""
    address = reply_address(request)
    return request.bot_present and (isinstance(address, ChannelMessage) or not address.ephemeral)
