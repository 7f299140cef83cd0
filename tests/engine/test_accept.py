"""Taking a request: all of it, or nothing."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalog import Catalog, CatalogError
from bot.engine import Accepted, Draft, OperatorLimits, OverLimit, SourceDraft, Who, limits
from bot.engine.accept import accept
from bot.engine.guild_settings import GuildSettings
from bot.errors import EaselError
from bot.store import RequestState, Store, TaskState

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CATALOG = Catalog.load()
DRAFT = Draft(
    user_id=101,
    guild_id=7,
    channel_id=8,
    bot_present=True,
    origin="imagine",
    action="text_to_image",
    prompt="  a red fox ",
    locale="de",
    filesize_limit=10 * 1024 * 1024,
    reply={"token": "abc"},
    options={"aspect_ratio": "16:9", "seed": None},
)
EDIT = replace(
    DRAFT,
    origin="edit",
    action="edit_image",
    options={},
    sources=(SourceDraft("fox.png", url="https://cdn.discordapp.com/fox.png"), SourceDraft("b.png", file="ab/b.png")),
)


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


async def take(store: Store, draft: Draft, *, limit: int = 2) -> Accepted:
    return await store.write(lambda session: accept(session, draft, CATALOG, NOW, OperatorLimits.of(limit)))


async def left(store: Store, *, limit: int = 2) -> int | None:
    return await store.read(
        lambda session: (
            limits.standing(session, Who(DRAFT.user_id), GuildSettings(), NOW, OperatorLimits.of(limit)).left
        )
    )


async def test_a_request_is_written_with_one_task_and_its_allowance(store: Store) -> None:
    accepted = await take(store, DRAFT)
    request, tasks = accepted.details.request, accepted.details.tasks
    assert (request.prompt, request.model, request.locale) == ("a red fox", "imagen-4", "de")
    assert request.options == {"aspect_ratio": "16:9"}
    assert request.state is RequestState.ACCEPTED
    assert request.created_at == NOW
    assert [(task.number, task.state) for task in tasks] == [(1, TaskState.QUEUED)]
    assert accepted.left == await left(store) == 1
    assert await store.read(lambda session: session.requests.get(request.id)) == request
    assert await store.read(lambda session: session.details(request)) == replace(accepted.details, left=None)


async def test_pictures_that_the_model_does_not_make_at_once_are_tasks_of_one_request(store: Store) -> None:
    accepted = await take(store, replace(DRAFT, options={"count": 3, "seed": 7}), limit=4)
    request, tasks = accepted.details.request, accepted.details.tasks
    assert (request.pictures_asked, request.options) == (3, {"count": 3, "seed": 7})
    assert [(task.number, task.state) for task in tasks] == [(number, TaskState.QUEUED) for number in (1, 2, 3)]
    assert accepted.left == await left(store, limit=4) == 1
    assert await store.read(lambda session: session.details(request)) == replace(accepted.details, left=None)


async def test_pictures_that_the_model_makes_at_once_are_one_task(store: Store) -> None:
    accepted = await take(store, replace(DRAFT, model="gpt-4o-image", options={"count": 4}), limit=4)
    assert [task.number for task in accepted.details.tasks] == [1]
    assert accepted.left == 0


async def test_its_allowance_goes_back_when_nothing_came_of_it(store: Store) -> None:
    accepted = await take(store, DRAFT)
    await store.write(lambda session: session.allowances.settle(accepted.details.request.id, 0))
    assert await left(store) == 2


async def test_an_edit_keeps_its_sources_in_order(store: Store) -> None:
    sources = (await take(store, EDIT)).details.sources
    assert [(source.number, source.file_name, source.file) for source in sources] == [
        (1, "fox.png", None),
        (2, "b.png", "ab/b.png"),
    ]


async def test_a_reroll_names_where_it_came_from(store: Store) -> None:
    first = (await take(store, DRAFT)).details.request
    again = (await take(store, replace(DRAFT, origin="reroll", parent_id=first.id))).details.request
    assert again.parent_id == first.id
    assert again.short_id != first.short_id


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (replace(DRAFT, prompt=" "), "catalog-prompt-empty"),
        (replace(DRAFT, model="dall-e"), "catalog-unknown-model"),
        (replace(DRAFT, options={"aspect_ratio": "7:5"}), "catalog-bad-value"),
        (replace(DRAFT, options={"count": 5}), "catalog-out-of-range"),
        (replace(EDIT, model="imagen-4"), "catalog-cannot-edit-image"),
        (replace(EDIT, sources=EDIT.sources * 9), "catalog-too-many-sources"),
    ],
)
async def test_what_does_not_fit_is_refused_before_the_allowance_is_asked(
    store: Store, draft: Draft, sentence: str
) -> None:
    for limit in (0, 2):
        with pytest.raises(CatalogError) as caught:
            await take(store, draft, limit=limit)
        assert caught.value.sentence == sentence
    await nothing_happened(store)


@pytest.mark.parametrize("draft", [DRAFT, EDIT])
async def test_what_is_over_the_limit_is_refused_and_leaves_nothing(store: Store, draft: Draft) -> None:
    with pytest.raises(OverLimit):
        await take(store, draft, limit=0)
    await nothing_happened(store)


async def test_a_request_that_cannot_be_written_takes_nothing(store: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY") as caught:
        await take(store, replace(DRAFT, parent_id=999))
    assert not isinstance(caught.value, EaselError)
    await nothing_happened(store)


async def nothing_happened(store: Store) -> None:
    assert await left(store) == 2
    assert await store.read(lambda session: session.requests.unfinished_ids()) == []
