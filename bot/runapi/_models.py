"""What RunAPI's answers come to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """How far a task is."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Created:
    """A task that RunAPI took.

    Attributes:
        task_id: RunAPI's id, opaque: 1 to 128 of the characters A-Z a-z 0-9 _ -.
        state: how far it is already; `pending` when RunAPI does not say.
        status_path: what to pass to `RunAPI.status`.
        replayed: whether the Idempotency-Key named a task that existed before this call.
    """

    task_id: str
    state: State
    status_path: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """How a task stands.

    Attributes:
        state: how far it is.
        images: http(s) addresses of the results, which RunAPI keeps for 7 days. May be empty even
            when the task is completed; then there is nothing to show.
        error: why it failed, in RunAPI's own words made safe to show (one line, at most 300
            characters).
        cost: US dollars; None while it runs and where RunAPI does not say.
        progress: how far it is in RunAPI's own words or number, such as `0.4` or `40`.
        retry_after: seconds to wait before the next call, never negative; None when not said.
    """

    state: State
    images: tuple[str, ...] = ()
    error: str | None = None
    cost: Decimal | None = None
    progress: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that RunAPI holds for a short time, to be named as a source of a task.

    Attributes:
        url: its http(s) address.
        expires_at: when the address ends (with a time zone), about an hour after the upload; None
            when not said.
        file_name, size_bytes, mime_type: as RunAPI recorded them; None when not said.
    """

    url: str
    expires_at: datetime | None = None
    file_name: str | None = None
    size_bytes: int | None = None
    mime_type: str | None = None


@dataclass(frozen=True, slots=True)
class AccountOwner:
    """The team or company that an API key belongs to."""

    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """Whose API key this is; what RunAPI does not say is None."""

    id: str | None
    name: str | None
    email: str | None
    owner: AccountOwner | None


@dataclass(frozen=True, slots=True)
class Balance:
    """RunAPI's books, in US cents; a part that RunAPI does not say is None."""

    balance_cents: int
    paid_balance_cents: int | None = None
    bonus_balance_cents: int | None = None
    spent_cents_today: int | None = None
    spent_cents_total: int | None = None
