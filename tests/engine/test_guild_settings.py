"""A server's settings as a value."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.engine.guild_settings import ArtChannel, GuildSettings
from bot.store import Store
from tests.store.rows import NOW

FULL = GuildSettings(
    channels=frozenset({1, 2**62}),
    roles_denied=frozenset({7}),
    models=frozenset({"imagen-4"}),
    default_models={"text_to_image": "imagen-4"},
    largest_resolution="2k",
    log_channel=9,
    nsfw="off",
    time_zone="Europe/Berlin",
    pictures_a_day=0,
    pictures_by_role={7: "unlimited", 8: 40},
    cooldown=30,
    budget_a_day=Decimal("1.5"),
    art_channels={1: ArtChannel(threads=True, forum=2), 3: ArtChannel(how_to=False)},
)


async def test_they_come_back_from_the_database_as_they_were(tmp_path: Path) -> None:
    async with Store.open(tmp_path / "easel.db") as store:
        await store.write(lambda session: session.guilds.change(5, FULL.stored(), NOW))
        assert await store.read(lambda session: GuildSettings.of(session, 5)) == FULL
        assert await store.read(lambda session: GuildSettings.of(session, 6)) == GuildSettings()
        assert await store.read(lambda session: GuildSettings.of(session, None)) == GuildSettings()


def test_only_what_is_not_the_default_is_kept_and_ids_are_texts() -> None:
    assert GuildSettings().stored() == {}
    kept = json.loads(json.dumps(GuildSettings(log_channel=9, pictures_by_role={8: 4}).stored()))
    assert kept == {"log_channel": "9", "pictures_by_role": {"8": 4}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"channels": ["here"]},
        {"channels": [-1]},
        {"pictures_a_day": -1},
        {"pictures_a_day": True},
        {"pictures_a_day": "many"},
        {"most_pictures": 11},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc/passwd"},
        {"budget_a_day": "NaN"},
        {"budget_a_month": -1},
        {"nsfw": "yes"},
        {"largest_resolution": "8k"},
        {"art_channels": {"1": {"threads": "always"}}},
        {"art_channels": {"1": {"wall": True}}},
        {"art_channels": {"here": {"threads": True}}},
        {"art_channels": {str(each): {"threads": True} for each in range(1, 27)}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GuildSettings.model_validate(wrong)
