"""What somebody asked for, newest first."""

from datetime import timedelta
from typing import Any

import pytest

from bot.store import Delivery, RequestState, Search, Session, Store, understood
from bot.store.short_ids import SHORT_ID_ALPHABET
from tests.store.rows import ADA, BOB, NOW, add_request


def add_at(session: Session, minutes: int, **changed: Any) -> str:
    return add_request(session, created_at=NOW + timedelta(minutes=minutes), **changed).short_id


async def prompts(store: Store, search: Search, **where: Any) -> list[str]:
    wanted: dict[str, Any] = {"up_to": None, "offset": 0, "limit": 9, **where}
    page = await store.read(lambda session: session.history.page(ADA, search, **wanted))
    return [request.prompt for request in page]


@pytest.fixture
async def filled(store: Store) -> Store:
    """A store with three requests of Ada's, one of Bob's, and two that do not count."""

    def fill(session: Session) -> None:
        for minute, prompt in enumerate(("a red fox", "100% fox_trot", "a blue whale")):
            model = "gpt-image-2" if "whale" in prompt else "imagen-4"
            add_at(session, minute, prompt=prompt, model=model, channel_id=8 + minute)
        add_at(session, 9, prompt="Bob's", user_id=BOB)
        lapsed, deleted = (add_request(session, created_at=NOW + timedelta(hours=1), prompt=each) for each in "ld")
        over = {"finished_at": NOW, "delivery": Delivery.UNDELIVERABLE}
        session.requests.move(lapsed.id, RequestState.ACCEPTED, to=RequestState.LAPSED, **over)
        session.requests.change(deleted.id, deleted_at=NOW)

    await store.write(fill)
    return store


async def test_a_page_has_ones_own_requests_newest_first_without_what_lapsed_or_was_deleted(filled: Store) -> None:
    assert await prompts(filled, Search()) == ["a blue whale", "100% fox_trot", "a red fox"]
    assert await prompts(filled, Search(), offset=1, limit=1) == ["100% fox_trot"]
    assert await filled.read(lambda session: session.history.count(ADA, Search(), up_to=None)) == 3


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Search(model="gpt-image-2"), ["a blue whale"]),
        (Search(text="FOX"), ["100% fox_trot", "a red fox"]),
        (Search(text="0%"), ["100% fox_trot"]),
        (Search(text="%"), ["100% fox_trot"]),
        (Search(text="d_f"), []),
        (Search(text="x_t"), ["100% fox_trot"]),
        (Search(text="/"), []),
        (Search(model="imagen-4", text="whale"), []),
    ],
)
async def test_a_search_takes_what_is_typed_as_it_is(filled: Store, search: Search, expected: list[str]) -> None:
    assert await prompts(filled, search) == expected
    count = await filled.read(lambda session: session.history.count(ADA, search, up_to=None))
    assert count == len(expected)


async def test_pages_stay_as_they_are_while_others_are_made(filled: Store) -> None:
    [newest] = await filled.read(lambda session: session.history.page(ADA, Search(), up_to=None, offset=0, limit=1))
    await filled.write(lambda session: add_at(session, 99, prompt="new"))
    assert (await prompts(filled, Search()))[0] == "new"
    assert (await prompts(filled, Search(), up_to=newest.id))[0] == "a blue whale"


async def test_the_newest_of_a_channel(filled: Store) -> None:
    for channel, expected in ((8, "a red fox"), (9, "100% fox_trot")):
        request = await filled.read(lambda session, channel=channel: session.history.newest_in(ADA, channel))
        assert request is not None
        assert request.prompt == expected
    assert await filled.read(lambda session: session.history.newest_in(ADA, 77)) is None


async def test_what_is_suggested_begins_with_the_short_id_or_contains_the_words(filled: Store) -> None:
    def suggested(session: Session, typed: str) -> list[str]:
        return [request.prompt for request in session.history.suggested(ADA, typed, 2)]

    assert await filled.read(lambda session: suggested(session, "")) == ["a blue whale", "100% fox_trot"]
    assert await filled.read(lambda session: suggested(session, " Whale ")) == ["a blue whale"]
    assert await filled.read(lambda session: suggested(session, "#")) == []
    [newest] = await filled.read(lambda session: session.history.suggested(ADA, "whale", 1))
    assert await filled.read(lambda session: suggested(session, f"#{newest.short_id[:5].upper()}")) == ["a blue whale"]


async def test_the_models_that_somebody_asked(filled: Store) -> None:
    assert await filled.read(lambda session: session.history.models(ADA)) == ["gpt-image-2", "imagen-4"]


@pytest.mark.parametrize("typed", ["k0v1x1", "#K0V1X1", " kov-ixl ", "`K O V I X L`", "#kov1xi"])
def test_a_short_id_is_understood_however_it_is_typed(typed: str) -> None:
    assert understood(typed) == "k0v1x1"


def test_every_short_id_is_understood_as_itself() -> None:
    assert understood(SHORT_ID_ALPHABET) == SHORT_ID_ALPHABET
    assert understood(" #!?") == ""
