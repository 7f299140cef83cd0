"""Reading the bodies of RunAPI's answers, with the tolerance of its official clients.

An optional part that is malformed counts as absent; unknown fields are passed over.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from bot.runapi._headers import TASK_ID

Fields = Mapping[str, Any]
T = TypeVar("T")

_MOST_DOLLARS = 1_000_000  # for one task; whatever is above is no price


def read_object(body: bytes | None) -> Fields | None:
    """Return the JSON object in `body`, with decimals kept as they are written; None if it is none."""
    if not body:
        return None
    try:
        value: object = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return cast(Fields, value) if isinstance(value, dict) else None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _web_address(value: str) -> str:
    """Accept only an absolute http(s) address without user info."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not a web address")
    return value


def _absent_if_malformed(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _without_nulls(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: part for key, part in cast(Fields, value).items() if part is not None}


def _anywhere(*names: str) -> AliasChoices:
    """Look for `names` in the body, then in its `data`."""
    return AliasChoices(*names, *(AliasPath("data", name) for name in names))


TaskId = Annotated[str, Field(pattern=f"^{TASK_ID.pattern}$")]
WebAddress = Annotated[str, Field(pattern=r"^[^\s\p{C}]+$", max_length=4096), AfterValidator(_web_address)]
HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
HeaderValue = Annotated[str, Field(pattern=r"^[ -~]*$")]
Tolerant = Annotated[T | None, WrapValidator(_absent_if_malformed)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]
Money = Annotated[Decimal, Field(ge=0, le=_MOST_DOLLARS)]


class Wire(BaseModel):
    """A body, or a part of one."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, body: object) -> object:
        if not isinstance(body, dict):
            return body
        return {
            name: _without_nulls(part) if name == "data" else part
            for name, part in cast(Fields, _without_nulls(cast(object, body))).items()
        }


class UsageWire(Wire):
    """What a task cost, since runapi-core 0.9.0: US dollars."""

    cost: Tolerant[Money] = None


class SettlementWire(Wire):
    """The part of `BillingWire` that says what was charged, in US cents."""

    charged_amount_cents: Tolerant[Money] = None


class BillingWire(Wire):
    """What a task cost, before runapi-core 0.9.0."""

    settlement: Tolerant[SettlementWire] = None


class ImageWire(Wire):
    """One result."""

    url: Tolerant[WebAddress] = None


class TaskWire(Wire):
    """The body of a create or of a poll."""

    id: Tolerant[TaskId] = Field(None, validation_alias=_anywhere("id", "task_id"))
    status: Tolerant[str] = Field(None, validation_alias=_anywhere("status", "state"))
    replayed: Tolerant[bool] = Field(None, validation_alias=_anywhere("task_replayed"))
    images: Tolerant[list[Tolerant[ImageWire]]] = Field(None, validation_alias=_anywhere("images"))
    result_urls: Tolerant[list[Tolerant[WebAddress]]] = Field(None, validation_alias=_anywhere("result_urls"))
    progress: Tolerant[str] = Field(None, validation_alias=_anywhere("progress"))
    usage: Tolerant[UsageWire] = Field(None, validation_alias=_anywhere("usage"))
    billing: Tolerant[BillingWire] = Field(None, validation_alias=_anywhere("billing"))

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses of the results, under their present name or else their old one."""
        urls = [image.url for image in self.images or () if image and image.url]
        return tuple(urls) or tuple(url for url in self.result_urls or () if url)

    @property
    def cost(self) -> Decimal | None:
        """US dollars."""
        if self.usage and self.usage.cost is not None:
            return self.usage.cost
        settlement = self.billing.settlement if self.billing else None
        if settlement is None or settlement.charged_amount_cents is None:
            return None
        return settlement.charged_amount_cents / 100


class TicketWire(Wire):
    """Leave to put one file into RunAPI's storage."""

    signed_id: str
    upload_url: WebAddress
    headers: dict[HeaderName, HeaderValue] = {}


class UploadWire(Wire):
    """A file that RunAPI holds."""

    url: WebAddress
    expires_at: Tolerant[Moment] = None
    file_name: Tolerant[str] = None
    size_bytes: Tolerant[int] = None
    mime_type: Tolerant[str] = None


class OwnerWire(Wire):
    """The team or company of an account."""

    id: Tolerant[str] = None
    name: Tolerant[str] = None


class AccountWire(Wire):
    """Whose key it is."""

    id: Tolerant[str] = None
    name: Tolerant[str] = None
    email: Tolerant[str] = None
    account: Tolerant[OwnerWire] = None


class BalanceWire(Wire):
    """The books, in US cents."""

    balance_cents: int
    paid_balance_cents: Tolerant[int] = None
    bonus_balance_cents: Tolerant[int] = None
    spent_cents_today: Tolerant[int] = None
    spent_cents_total: Tolerant[int] = None
