"""The oracle: what it finds, and what it lets pass."""

import re
from typing import Any

import pytest

from tests.discord_api import DOCUMENT_VARIABLE, DiscordAPI

CALLBACK = "/interactions/1/token/callback"
ORIGINAL = "/webhooks/1/token/messages/@original"
COMMANDS = "/applications/1/commands"


def button(label: str) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": label, "custom_id": "a"}]}]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", CALLBACK, {"type": 5}),
        ("POST", f"/api/v10{CALLBACK}?with_response=1", {"type": 4, "data": {"content": "hello", "tts": False}}),
        ("PATCH", ORIGINAL, {"attachments": [{"id": 0, "filename": "a.png"}], "tts": False}),
        ("PATCH", ORIGINAL, button("x" * 80)),
        ("PUT", COMMANDS, [{"name": "imagine", "description": "d", "nsfw": False}]),
        ("POST", "/users/@me/channels", {"recipient_id": 1}),
        ("POST", "/channels/1/messages", {"content": "x", "allowed_mentions": {"users": [1], "parse": []}}),
        ("POST", "/channels/1/messages", {"content": "x", "message_reference": {"message_id": 1}}),
        ("POST", "/channels/1/threads", {"name": "n", "type": 11, "message": {"content": "x", "tts": False}}),
        ("PATCH", "/channels/1", {"available_tags": [{"id": 1, "name": "a", "moderated": False}]}),
        ("GET", "/users/@me", None),
    ],
)
def test_what_discord_takes(documented: DiscordAPI, method: str, path: str, body: Any) -> None:
    assert documented.request_errors(method, path, body) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "fault"),
    [
        ("POST", CALLBACK, {"type": 99}, "not valid under any"),
        ("POST", CALLBACK, {"type": 4, "data": {"contnet": "typo"}}, "data: .*'contnet' was unexpected"),
        ("POST", CALLBACK, {"type": 4, "data": {"content": "x" * 2001}}, "data/content: .*2000 characters"),
        ("PATCH", ORIGINAL, {"attachments": [{"id": "x"}]}, "attachments/0/id: "),
        ("PATCH", ORIGINAL, button("x" * 81), "components/0/components/0/label: .*80 characters"),
        ("PUT", COMMANDS, [{"name": "imagine", "description": "d" * 101}], "0/description: .*100 characters"),
        ("GET", "/users/@me", {}, "takes no body"),
        ("POST", "/users/@me", None, "no such operation"),
    ],
)
def test_what_discord_refuses(documented: DiscordAPI, method: str, path: str, body: Any, fault: str) -> None:
    (error,) = documented.request_errors(method, path, body)
    assert re.search(fault, error)


def test_answers(documented: DiscordAPI) -> None:
    gateway = {"url": "wss://gateway.discord.gg", "shards": 1}
    (missing,) = documented.response_errors("GET", "/gateway/bot", 200, gateway)
    assert "session_start_limit" in missing
    assert documented.response_errors("DELETE", ORIGINAL, 204, None) == []
    assert documented.response_errors("DELETE", ORIGINAL, 204, {}) != []
    assert documented.response_errors("DELETE", ORIGINAL, 200, None) != []
    assert documented.response_errors("GET", "/nowhere", 200, None) != []


def test_the_document_is_read_once_and_only_when_named(documented: DiscordAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DiscordAPI.load() is documented
    monkeypatch.delenv(DOCUMENT_VARIABLE)
    assert DiscordAPI.load() is None
