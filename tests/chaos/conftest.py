"""Fixtures of the chaos tests."""

import pytest

from tests.discord_api import DiscordAPI


@pytest.fixture(scope="session")
def discord_api() -> DiscordAPI | None:
    """Discord's API document, None where ``DISCORD_OPENAPI`` does not name it."""
    return DiscordAPI.load()
