"""What a reply says of the request that it came from."""

from dataclasses import replace
from typing import Any

import pytest

from bot.store import Delivery, Request
from bot.ui.lineage import jump_link, lineage
from bot.ui.messages import reply_to
from tests.ui.replies import CATALOG, NOW, REQUEST, details

OPEN = {"application_id": 1, "token": "t", "expires_at": 0.0, "ephemeral": False}
HIDDEN = {**OPEN, "ephemeral": True}
PARENT = replace(REQUEST, id=2, short_id="par123", user_id=55, message_id=99, reply=OPEN, delivery=Delivery.DELIVERED)
LINK = "https://discord.com/channels/7/8/99"
DIRECT: dict[str, Any] = {"guild_id": None, "channel_id": 77}


def said(parent: Request = PARENT, **changed: Any) -> str | None:
    changed = {"origin": "edit", "action": "edit_image", "reply": OPEN, **changed}
    return lineage(replace(details(**changed), parent=parent))


@pytest.mark.parametrize(
    ("origin", "action", "expected"),
    [
        ("edit", "edit_image", "edit"),
        ("reply", "edit_image", "edit"),
        ("reroll", "edit_image", "reroll"),
        ("reroll", "text_to_image", "reroll"),
        ("again", "text_to_image", "reroll"),
        ("remix", "text_to_image", "remix"),
        ("remix", "edit_image", "remix"),
    ],
)
def test_it_says_what_it_is_and_of_whose(origin: str, action: str, expected: str) -> None:
    assert said(origin=origin, action=action) == f"-# {expected} of [#par123]({LINK}) by <@55>"


def test_it_stands_under_the_status() -> None:
    shown = replace(details(origin="reroll", reply=OPEN), parent=PARENT)
    status, came_from, prompt = reply_to(shown, CATALOG).content.split("\n")
    assert "**pending**" in status
    assert came_from == f"-# reroll of [#par123]({LINK}) by <@55>"
    assert prompt == "> a red fox"


def test_what_came_from_nothing_says_nothing() -> None:
    assert lineage(details(reply=OPEN)) is None


def test_a_deleted_parent_has_no_link() -> None:
    assert said(replace(PARENT, deleted_at=NOW)) == "-# edit of #par123 by <@55>"
    assert said(replace(PARENT, delivery=Delivery.UNDELIVERABLE)) == "-# edit of #par123 by <@55>"
    assert said(replace(PARENT, message_id=None)) == "-# edit of #par123 by <@55>"


@pytest.mark.parametrize("changed", [{"private": True}, {"reply": HIDDEN}, {"guild_id": 6}, {"bot_present": False}])
def test_of_a_parent_that_not_everybody_could_see_only_its_id_is_said(changed: dict[str, Any]) -> None:
    assert said(replace(PARENT, **changed)) == "-# edit of #par123"


def test_a_parent_in_direct_messages_is_nobody_elses_business() -> None:
    parent = replace(PARENT, **DIRECT)
    assert said(parent) is None
    assert said(parent, user_id=55) is None
    assert said(parent, guild_id=None, channel_id=78) is None
    assert said(parent, user_id=55, private=True) == "-# edit of #par123"
    assert said(parent, user_id=55, guild_id=None, channel_id=78) == "-# edit of #par123"
    assert said(parent, **DIRECT) == "-# edit of [#par123](https://discord.com/channels/@me/77/99) by <@55>"


def test_a_reply_for_one_person_or_without_a_place_has_no_link() -> None:
    assert jump_link(PARENT) == LINK
    for changed in ({"channel_id": None}, {"private": True}, {"reply": HIDDEN}, {"delivery": Delivery.UNCERTAIN}):
        assert jump_link(replace(PARENT, **changed)) is None
