"""Requests in every state, as values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast, get_args

from bot.catalog import Catalog
from bot.engine import Parcel, WhyLink
from bot.images import Fitted, How
from bot.store import Delivery, Details, Failure, Picture, Request, RequestState, Task, TaskState

CATALOG = Catalog.load()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = Request(
    id=1,
    short_id="abc123",
    user_id=101,
    guild_id=7,
    channel_id=8,
    message_id=9,
    bot_present=True,
    origin="imagine",
    action="text_to_image",
    model="imagen-4",
    prompt="a red fox",
    options={},
    pictures_asked=1,
    parent_id=None,
    parent_number=None,
    private=False,
    locale="en-US",
    filesize_limit=10 * 1024 * 1024,
    state=RequestState.ACKNOWLEDGED,
    reply={},
    delivery=Delivery.OPEN,
    delivery_nonce=None,
    delivery_began_at=None,
    created_at=NOW,
    acknowledged_at=NOW,
    finished_at=None,
    delivered_at=None,
    deleted_at=None,
    spoiler=False,
    age_restricted=False,
    forgotten=None,
    roles=None,
    pictures_made=0,
    unpriced=0,
    cost=Decimal(0),
)
TASK = Task(
    id=1,
    request_id=1,
    number=1,
    attempt=1,
    state=TaskState.QUEUED,
    style=None,
    path=None,
    body=None,
    idempotency_key=None,
    runapi_id=None,
    status_path=None,
    failure=None,
    quote=None,
    cost=None,
    created_at=NOW,
    submitted_at=None,
    started_at=None,
    finished_at=None,
)
PICTURE = Picture(
    id=1,
    request_id=1,
    task_id=1,
    number=1,
    url="https://file.runapi.ai/generated/abc.png",
    expires_at=NOW + timedelta(days=7),
    file=None,
    thumbnail=None,
    content_type=None,
    size=None,
    width=None,
    height=None,
    delivered_as=None,
    created_at=NOW,
)
SENT: dict[str, Any] = {"submitted_at": NOW}
DONE: dict[str, Any] = {**SENT, "state": TaskState.COMPLETED, "finished_at": NOW + timedelta(seconds=21)}


def details(state: RequestState = RequestState.ACKNOWLEDGED, *tasks: Task, **changed: Any) -> Details:
    over = state is not RequestState.ACKNOWLEDGED
    request = replace(REQUEST, state=state, finished_at=NOW if over else None, **changed)
    return Details(request, (), tasks or (TASK,), (PICTURE,))


def failed(failure: Failure | None, **changed: Any) -> Details:
    return details(RequestState.FAILED, replace(TASK, state=TaskState.FAILED, failure=failure), **changed)


def parcel(how: How | WhyLink, url: str = PICTURE.url) -> Parcel:
    """Return a picture that goes as it is said, or only as a link for that reason."""
    picture = replace(PICTURE, url=url)
    if how in get_args(WhyLink):
        return Parcel(picture, None, cast("WhyLink", how))
    return Parcel(picture, Fitted(Path("a.jpg"), cast("How", how), 1, 1, 1, "image/jpeg", ".jpg"))
