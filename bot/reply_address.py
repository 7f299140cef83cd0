"""Where the reply to an interaction is, as it is kept from one start to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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


def reply_address(request: Request) -> InteractionReply:
    """Return where a request's reply is."""
    return InteractionReply(**request.reply)


def is_public(request: Request) -> bool:
    """Return whether the bot itself may write where a request's reply is: it is there, and others see the reply."""
    return request.bot_present and not reply_address(request).ephemeral
