"""Rows as values: frozen dataclasses whose fields are the tables' columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, cast

from bot.shares import numbers
from bot.store.round_records import Participation

Action = Literal["text_to_image", "edit_image"]
Style = Literal["flat", "namespaced"]


class RequestState(StrEnum):
    """How far a request is."""

    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Delivery(StrEnum):
    """Whether the user has been told how a request ended."""

    OPEN = "open"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    UNDELIVERABLE = "undeliverable"


class Forgotten(StrEnum):
    """Why the content of a request is not kept any more."""

    WISH = "wish"
    AGE = "age"


class TaskState(StrEnum):
    """How far a task is."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to the task."""
        return self not in UNFINISHED


class NoticeState(StrEnum):
    """Whether a person wants to be notified of their request's end, and was."""

    OFFERED = "offered"
    WANTED = "wanted"
    SENT = "sent"
    UNSENT = "unsent"


UNFINISHED = frozenset({TaskState.QUEUED, TaskState.SUBMITTING, TaskState.PENDING, TaskState.PROCESSING})


NOBODY = 0
"""The user id of what was somebody's who is forgotten: Discord gives it to nobody."""


DIRECTLY = "-d-"
"""Is in the nonce of a delivery by direct message, and in no other."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked: one reply, one reservation, one short id.

    Attributes:
        forgotten: why nothing of its content is kept, None while it is. Of what is forgotten remain the model, the
            server, states, times and cost; `user_id` becomes `NOBODY` when no limit counts it any more.
        roles: the ids of the roles that its user had in the server, None outside of one.
        pictures_made: how many came of it, once that is settled; of `unpriced` of them no cost is known.
        cost: what it cost in dollars, as far as that is known.
    """

    id: int
    short_id: str
    user_id: int
    guild_id: int | None
    channel_id: int | None
    message_id: int | None
    bot_present: bool
    origin: str
    action: Action
    model: str
    prompt: str
    options: Mapping[str, str | int]
    pictures_asked: int
    parent_id: int | None
    parent_number: int | None
    private: bool
    locale: str
    filesize_limit: int
    state: RequestState
    reply: Mapping[str, Any]
    delivery: Delivery
    delivery_nonce: str | None
    delivery_began_at: datetime | None
    created_at: datetime
    acknowledged_at: datetime | None
    finished_at: datetime | None
    delivered_at: datetime | None
    deleted_at: datetime | None
    spoiler: bool
    age_restricted: bool
    forgotten: Forgotten | None
    roles: Sequence[int] | None
    pictures_made: int
    unpriced: int
    cost: Decimal

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", RequestState(self.state))
        object.__setattr__(self, "delivery", Delivery(self.delivery))
        if self.forgotten is not None:
            object.__setattr__(self, "forgotten", Forgotten(self.forgotten))

    @property
    def sent_directly(self) -> bool:
        """Whether its end was brought, or is about to be, by a direct message in place of its reply."""
        return self.delivery_nonce is not None and DIRECTLY in self.delivery_nonce


@dataclass(frozen=True, slots=True)
class Source:
    """A picture that a request edits; `file` names its bytes in the picture store, once they are there.

    Attributes:
        author_id: the user who posted it, None where that is the request's own, or is not known.
    """

    request_id: int
    number: int
    role: Literal["image", "mask"]
    picture_id: int | None
    url: str | None
    file_name: str
    file: str | None
    author_id: int | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task did not give a picture, or not in time: a sentence of the Fluent catalog and its variables."""

    sentence: str
    args: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Task:
    """One RunAPI create.

    Attributes:
        quote: dollars that it was to cost when it was asked for, None where that was not known.
        cost: dollars that it did cost, as RunAPI said when it was done.
    """

    id: int
    request_id: int
    number: int
    attempt: int
    state: TaskState
    style: Style | None
    path: str | None
    body: bytes | None
    idempotency_key: str | None
    runapi_id: str | None
    status_path: str | None
    failure: Failure | None
    quote: Decimal | None
    cost: Decimal | None
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", TaskState(self.state))
        failure = cast("Failure | dict[str, Any] | None", self.failure)
        if isinstance(failure, dict):
            object.__setattr__(self, "failure", Failure(**failure))


@dataclass(frozen=True, slots=True)
class Picture:
    """One result of a task; `file` and `thumbnail` name its bytes in the picture store while kept."""

    id: int
    request_id: int
    task_id: int
    number: int
    url: str
    expires_at: datetime
    file: str | None
    thumbnail: str | None
    content_type: str | None
    size: int | None
    width: int | None
    height: int | None
    delivered_as: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody changed in a server: `before` and `after` are JSON values, None where there was or is nothing."""

    id: int
    guild_id: int
    actor_id: int
    at: datetime
    action: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Block:
    """A user who may not use Easel in a server, until a moment or until that is taken back (None)."""

    guild_id: int
    user_id: int
    reason: str
    until: datetime | None
    actor_id: int
    created_at: datetime


class Decision(StrEnum):
    """What a moderator decided about a reported result."""

    DELETED = "deleted"
    SPOILER = "spoiler"
    BLOCKED = "blocked"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody reported a result; may be empty."""

    user_id: int
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """A result that members of its server reported.

    Attributes:
        card: which of its cards is the newest, from 1; who reports it again after a decision gets it another.
        decision: what was decided, None while that is open; by whom and when say `actor_id` and `decided_at`.
        reasons: one for each who reported it, oldest first.
    """

    request_id: int
    guild_id: int
    card: int
    decision: Decision | None
    actor_id: int | None
    decided_at: datetime | None
    created_at: datetime
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        if self.decision is not None:
            object.__setattr__(self, "decision", Decision(self.decision))

    @property
    def post(self) -> str:
        """The key of the post that is its newest card."""
        return f"{self.request_id}.{self.card}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A word or phrase that is not wanted in prompts, and phrases around it that are all right."""

    guild_id: int
    phrase: str
    exceptions: tuple[str, ...]
    actor_id: int
    created_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "exceptions", tuple(self.exceptions))


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """What somebody has chosen for a request that they have not made yet; `content` is for who keeps it to read."""

    id: str
    user_id: int
    content: Mapping[str, Any]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that mentions the owner of a request when it is over; `began_at` is when it was first sent off."""

    request_id: int
    state: NoticeState
    began_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", NoticeState(self.state))


@dataclass(frozen=True, slots=True)
class Details:
    """A request with all that belongs to it; of several attempts at a task only the newest.

    Attributes:
        place: its place in the queue from 1, where it waits in it and that is known.
        notifiable: whether its owner is offered to be notified.
        parent: the request from which it came, as an edit and a reroll do.
        stars: how many its pictures have together; None where there are none to be given.
        left: pictures that its user can still make on its day, where that was just found out; None is not known, or
            without end.
        round: the round that takes entries in its channel, None where there is none, or it is no result for it.
    """

    request: Request
    sources: tuple[Source, ...]
    tasks: tuple[Task, ...]
    pictures: tuple[Picture, ...]
    place: int | None = None
    notifiable: bool = False
    parent: Request | None = None
    stars: int | None = None
    left: int | None = None
    round: Participation | None = None

    @property
    def quote(self) -> Decimal | None:
        """What its tasks were to cost in dollars when it was asked for, or None where that was not known of all."""
        quotes = [task.quote for task in self.tasks]
        return sum((quote for quote in quotes if quote is not None), Decimal(0)) if None not in quotes else None

    @property
    def cost(self) -> Decimal | None:
        """What its tasks cost in dollars, or None while one of them is not known."""
        costs = [task.cost for task in self.tasks if task.state is TaskState.COMPLETED]
        return sum((cost for cost in costs if cost is not None), Decimal(0)) if costs and None not in costs else None

    @property
    def spent(self) -> Decimal:
        """What its tasks cost in dollars, as far as that is known."""
        return sum((task.cost or Decimal(0) for task in self.tasks), Decimal(0))

    @property
    def unpriced(self) -> int:
        """How many of its pictures are of tasks of which no cost is known."""
        priced = {task.id for task in self.tasks if task.cost is not None}
        return sum(picture.task_id not in priced for picture in self.pictures)

    @property
    def late(self) -> tuple[Task, ...]:
        """Those of its tasks that were completed after they had been given up, of which their failure tells."""
        return tuple(task for task in self.tasks if task.state is TaskState.COMPLETED and task.failure is not None)

    @property
    def failure(self) -> Failure | None:
        """Why it gave no picture, from the first task that says so."""
        return next((task.failure for task in self.tasks if task.failure is not None), None)

    def asked_of(self, *tasks: Task) -> tuple[int, ...]:
        """Return the numbers of the pictures that some of its tasks are to make."""
        asked, together = self.request.pictures_asked, len(self.tasks)
        return tuple(number for task in tasks for number in numbers(asked, together, task.number))


@dataclass(frozen=True, slots=True)
class Usage:
    """What somebody used in a span of time; `cost` in dollars leaves out `unpriced` pictures."""

    requests: int = 0
    pictures: int = 0
    unpriced: int = 0
    cost: Decimal = Decimal(0)

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.requests + other.requests,
            self.pictures + other.pictures,
            self.unpriced + other.unpriced,
            self.cost + other.cost,
        )
