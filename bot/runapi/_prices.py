"""What RunAPI says that a call costs, in US cents; fractions of a cent occur."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter, ValidationError

from bot.runapi._wire import Fields, Tolerant, Wire

_MOST_CENTS = 100_000_000
_ETAG = re.compile(r"[!-~ ]{1,256}")


@dataclass(frozen=True, slots=True)
class PriceSchedule:
    """What one action of a model costs.

    Attributes:
        service, action: RunAPI's names, such as `imagen_4` and `text_to_image`.
        model: the namespaced id; None where the price is that of every model of the service.
        currency: such as `USD`.
        available: whether RunAPI says that the price holds.
        unit_cents: the price where `cents_by_values` has none; None when not said, or when it depends on
            something that cannot be read.
        parameters: RunAPI's names of the parameters on which the price depends, in order.
        cents_by_values: the price by the values of these parameters, as text, in the same order.
    """

    service: str
    action: str
    model: str | None
    currency: str
    available: bool
    unit_cents: Decimal | None
    parameters: tuple[str, ...]
    cents_by_values: Mapping[tuple[str, ...], Decimal]


@dataclass(frozen=True, slots=True)
class PriceSchedules:
    """Some schedules, and the ETag under which RunAPI is asked whether they still hold."""

    schedules: tuple[PriceSchedule, ...]
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class PriceQuote:
    """What RunAPI would set aside for one call; `cents` is None when not said."""

    cents: Decimal | None
    currency: str
    available: bool


Cents = Annotated[Decimal, Field(ge=0, le=_MOST_CENTS)]
_CENTS: TypeAdapter[Decimal] = TypeAdapter(Cents)


class _PricedWire(Wire):
    currency: str = "USD"
    pricing_status: Tolerant[str] = None

    @property
    def available(self) -> bool:
        # The official SDKs know "available" and "pending"; a word that they do not know is no reason to hide a price.
        return self.pricing_status != "pending"


class _ScheduleWire(_PricedWire):
    service: str
    action: str
    model: Tolerant[str] = None
    unit_price_cents: Tolerant[Cents] = None
    billing_config: Any = None


class SchedulesWire(Wire):
    """The answer of `GET /api/v1/price_schedules`; a schedule that is malformed counts as absent."""

    price_schedules: list[Tolerant[_ScheduleWire]]


class _QuotePartWire(_PricedWire):
    reservation_amount_cents: Tolerant[Cents] = None


class QuoteWire(Wire):
    """The answer of `POST /api/v1/price_quotes`."""

    price_quote: _QuotePartWire


def schedules_of(body: SchedulesWire, etag: str | None) -> PriceSchedules:
    """Return what the body comes to; an ETag that cannot stand in a header is none."""
    kept = etag if etag is not None and _ETAG.fullmatch(etag) else None
    return PriceSchedules(tuple(_schedule(row) for row in body.price_schedules if row is not None), kept)


def quote_of(body: QuoteWire) -> PriceQuote:
    """Return what the body comes to."""
    quote = body.price_quote
    return PriceQuote(quote.reservation_amount_cents, quote.currency, quote.available)


def _schedule(row: _ScheduleWire) -> PriceSchedule:
    parameters, prices = _dependence(row.billing_config)
    legible = bool(parameters) or not row.billing_config
    return PriceSchedule(
        service=row.service,
        action=row.action,
        model=row.model,
        currency=row.currency,
        available=row.available,
        unit_cents=row.unit_price_cents if legible else None,
        parameters=parameters,
        cents_by_values=prices,
    )


def _dependence(config: object) -> tuple[tuple[str, ...], Mapping[tuple[str, ...], Decimal]]:
    """Read `{key, overrides}`, a price by one parameter, or `{keys, matrix}`, by several."""
    if not isinstance(config, dict):
        return (), {}
    said = cast(Fields, config)
    if isinstance(said.get("key"), str):
        names, table = (said["key"],), said.get("overrides")
    elif isinstance(said.get("keys"), list):
        names, table = tuple(cast("list[object]", said["keys"])), said.get("matrix")
    else:
        return (), {}
    if not names or not all(isinstance(name, str) for name in names):
        return (), {}
    parameters = cast("tuple[str, ...]", names)
    return parameters, dict(_leaves(table, len(parameters)))


def _leaves(table: object, depth: int) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """Yield the prices in tables of tables, with the values that lead to each; what is no price is passed over."""
    if depth == 0:
        try:
            yield (), _CENTS.validate_python(table)
        except ValidationError:
            return
    elif isinstance(table, dict):
        for value, inner in cast(Fields, table).items():
            for values, cents in _leaves(inner, depth - 1):
                yield (value, *values), cents
