"""Where a reply is, as it is kept."""

from dataclasses import replace
from typing import Any

from bot.reply_address import ChannelMessage, InteractionReply, is_public, left_out, reply_address
from tests.ui.replies import REQUEST

INTERACTION: dict[str, Any] = {"application_id": 1, "token": "t", "expires_at": 2.5, "ephemeral": True}
"""As rows have it since before there were others."""


def test_both_kinds_are_read_as_they_were_kept() -> None:
    assert reply_address(replace(REQUEST, reply=INTERACTION)) == InteractionReply(1, "t", 2.5, ephemeral=True)
    for address in (InteractionReply(1, "t", 2.5, ephemeral=False), ChannelMessage(3), ChannelMessage(3, ("a", "b"))):
        assert reply_address(replace(REQUEST, reply=address.to_json())) == address


def test_what_answers_a_message_is_public() -> None:
    answer = replace(REQUEST, reply=ChannelMessage(3).to_json())
    assert is_public(answer)
    assert not is_public(replace(answer, bot_present=False))
    assert not is_public(replace(REQUEST, reply=INTERACTION))


def test_what_was_left_out_is_known_of_messages_only() -> None:
    assert left_out(replace(REQUEST, reply=ChannelMessage(3, ("a",)).to_json())) == ("a",)
    assert left_out(replace(REQUEST, reply=INTERACTION)) == ()
