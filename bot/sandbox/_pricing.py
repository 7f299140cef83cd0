"""Price schedules and quotes, from the model table."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from bot.sandbox._models import Json, Offer, offers_for
from bot.sandbox._refusals import not_found


def schedules(menu: Sequence[Offer], filters: Mapping[str, str], as_of: str) -> Json:
    """The schedules of `GET /api/v1/price_schedules`, narrowed by `service`, `action` and `model`."""
    offers = [
        offer
        for offer in menu
        if "namespaced" in offer.styles and all(getattr(offer, name) == wanted for name, wanted in filters.items())
    ]
    return {"as_of": as_of, "price_schedules": [_schedule(offer) for offer in offers]}


def quote(menu: Sequence[Offer], service: str, action: str, *, model: str | None, params: object, as_of: str) -> Json:
    """The answer of `POST /api/v1/price_quotes`.

    Raises:
        Refusal: 404, there is no such model.
    """
    offers = [offer for offer in offers_for(menu, "namespaced", service, action) if model in {None, offer.model}]
    if not offers:
        raise not_found("Price")
    offer = offers[0]
    cents = offer.price.of(cast("Json", params) if isinstance(params, dict) else {})
    return {
        "price_quote": {
            "service": service,
            "action": action,
            "model": offer.model,
            "pricing_status": "priced",
            "currency": "USD",
            "reservation_amount_cents": math.ceil(cents),
            "estimate_basis": "exact",
            "as_of": as_of,
        }
    }


def _schedule(offer: Offer) -> Json:
    entry: Json = {
        "service": offer.service,
        "action": offer.action,
        "model": offer.model,
        "pricing_status": "priced",
        "catalog_status": "active",
        "currency": "USD",
        "billing_unit": "image",
        "billing_strategy": "by_parameter" if offer.price.key else "fixed",
        "unit_price_cents": _number(offer.price.cents),
    }
    if offer.price.key:
        overrides = {value: _number(cents) for value, cents in offer.price.overrides.items()}
        entry["billing_config"] = {"key": offer.price.key, "overrides": overrides}
    return entry


def _number(cents: Decimal) -> int | float:
    return int(cents) if cents == cents.to_integral_value() else float(cents)
