"""The shape of what a model takes, and whether a create fits it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, cast
from urllib.parse import urlsplit

from bot.sandbox._refusals import invalid

Style = Literal["flat", "namespaced"]
Kind = Literal["string", "integer", "boolean", "url", "urls"]
Json = dict[str, object]

BOTH: frozenset[Style] = frozenset({"flat", "namespaced"})
FLAT: frozenset[Style] = frozenset({"flat"})
NAMESPACED: frozenset[Style] = frozenset({"namespaced"})


@dataclass(frozen=True, slots=True)
class Param:
    """One field of a create's body.

    Attributes:
        kind: its JSON type; "url" is an http(s) address, "urls" a list of them.
        values: all that is allowed, where that is a closed list.
        minimum, maximum: bounds of an integer, of a string's length or of a list's.
        pattern: what the whole of a string matches.
    """

    kind: Kind = "string"
    required: bool = False
    values: tuple[object, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """While every field in `when` has one of the values given there, `field` is not one of `never` (None: unset)."""

    when: Mapping[str, tuple[object, ...]]
    field: str
    never: tuple[object, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Price:
    """US cents for a picture, or for a whole task, by the value of one parameter where it differs."""

    cents: Decimal
    key: str | None = None
    overrides: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    per_task: bool = False

    def of(self, parameters: Mapping[str, object]) -> Decimal:
        """The price of one picture (or task) with these parameters."""
        return self.overrides.get(str(parameters.get(self.key or "")), self.cents)


@dataclass(frozen=True, slots=True)
class Offer:
    """One model id under one action.

    The pictures to edit are at the addresses in the fields of kind "url" and "urls", but for `mask_url`, which says
    where to change them, and `callback_url`.
    """

    model: str
    service: str
    action: str
    params: Mapping[str, Param]
    price: Price
    rules: tuple[Rule, ...] = ()
    styles: frozenset[Style] = BOTH
    transparency: bool = False

    @property
    def source_fields(self) -> tuple[str, ...]:
        """The fields that name pictures to edit."""
        kinds = {name: param.kind for name, param in self.params.items() if name not in {"mask_url", "callback_url"}}
        return tuple(name for name, kind in kinds.items() if kind in {"url", "urls"})


def offers_for(offers: Iterable[Offer], style: Style, service: str | None, action: str) -> list[Offer]:
    """The offers behind one create route; the flat routes name no service."""
    return [
        offer
        for offer in offers
        if style in offer.styles and offer.action == action and service in {None, offer.service}
    ]


def choose(offers: Iterable[Offer], body: Mapping[str, object]) -> Offer:
    """The offer for the body's `model`.

    Raises:
        Refusal: 422, the model is missing or unknown on this route.
    """
    by_model = {offer.model: offer for offer in offers}
    model = body.get("model")
    if model is None:
        raise invalid({"model": ["can't be blank"]})
    if not isinstance(model, str) or model not in by_model:
        raise invalid({"model": [f"must be one of: {', '.join(by_model)}"]})
    return by_model[model]


def check(offer: Offer, parameters: Mapping[str, object]) -> None:
    """See that a create's parameters, without `model`, are what the offer takes.

    Raises:
        Refusal: 422 with what is wrong with each field.
    """
    errors: dict[str, list[str]] = {
        name: ["is not a known parameter"] for name in parameters if name not in offer.params
    }
    for name, param in offer.params.items():
        problem = _problem(param, parameters.get(name))
        if problem is not None:
            errors[name] = [problem]
    for rule in offer.rules:
        holds = all(parameters.get(name) in values for name, values in rule.when.items())
        if holds and parameters.get(rule.field) in rule.never:
            errors.setdefault(rule.field, []).append(rule.message)
    if errors:
        raise invalid(errors)


def _problem(param: Param, value: object) -> str | None:
    if value is None:
        return "can't be blank" if param.required else None
    match param.kind:
        case "string":
            return _string_problem(param, value)
        case "integer":
            return _integer_problem(param, value)
        case "boolean":
            return None if isinstance(value, bool) else "must be a boolean"
        case "url":
            return None if is_web_address(value) else "must be an http(s) URL"
        case "urls":
            return _urls_problem(param, value)


def _string_problem(param: Param, value: object) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    if param.values and value not in param.values:
        return f"must be one of: {', '.join(map(str, param.values))}"
    if param.pattern is not None and not re.fullmatch(param.pattern, value):
        return "is malformed"
    if param.required and not value.strip():
        return "can't be blank"
    return _bounds_problem(param, len(value), "characters")


def _integer_problem(param: Param, value: object) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "must be an integer"
    if param.values and value not in param.values:
        return f"must be one of: {', '.join(map(str, param.values))}"
    return _bounds_problem(param, value, "")


def _urls_problem(param: Param, value: object) -> str | None:
    if not isinstance(value, list):
        return "must be an array"
    addresses = cast("list[object]", value)
    if not all(is_web_address(address) for address in addresses):
        return "must hold http(s) URLs"
    return _bounds_problem(param, len(addresses), "items")


def _bounds_problem(param: Param, value: int, unit: str) -> str | None:
    if param.minimum is not None and value < param.minimum:
        return f"must be at least {param.minimum} {unit}".rstrip()
    if param.maximum is not None and value > param.maximum:
        return f"must be at most {param.maximum} {unit}".rstrip()
    return None


def is_web_address(value: object) -> bool:
    """Whether a JSON value is an absolute http or https URL."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
