"""What each model takes, as data: one row for each id that a create accepts on an action.

The values are those of RunAPI's guide pages and of its published field contract. A further model is a further row; a
model that the two route styles know by different ids or fields has one row for each.
"""

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


@dataclass(frozen=True, slots=True)
class Param:
    """One field of a create's body.

    Attributes:
        kind: its JSON type; "url" is an http(s) address, "urls" a list of them.
        values: all that is allowed, where that is a closed list.
        minimum, maximum: bounds of an integer, of a string's length or of a list's.
    """

    kind: Kind = "string"
    required: bool = False
    values: tuple[object, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """While every field in `when` has one of the values given there, `field` is not one of `never` (None: unset)."""

    when: Mapping[str, tuple[object, ...]]
    field: str
    never: tuple[object, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Price:
    """US cents for a picture, by the value of one parameter where it differs."""

    cents: Decimal
    key: str | None = None
    overrides: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])

    def of(self, parameters: Mapping[str, object]) -> Decimal:
        """The price of one picture with these parameters."""
        return self.overrides.get(str(parameters.get(self.key or "")), self.cents)


@dataclass(frozen=True, slots=True)
class Offer:
    """One model id under one action."""

    model: str
    service: str
    action: str
    params: Mapping[str, Param]
    price: Price
    rules: tuple[Rule, ...] = ()
    styles: frozenset[Style] = BOTH
    transparency: bool = False


_PROMPT = Param(required=True, minimum=1)
_CALLBACK = Param("url")


def _imagen(model: str, cents: int, *more_ratios: str) -> Offer:
    params = {
        "prompt": _PROMPT,
        "aspect_ratio": Param(values=(*more_ratios, "1:1", "16:9", "9:16", "3:4", "4:3")),
        "negative_prompt": Param(),
        "seed": Param("integer"),
        "callback_url": _CALLBACK,
    }
    return Offer(model, "imagen_4", "text_to_image", params, Price(Decimal(cents)))


# fmt: off
_GPT_RATIOS = (
    "auto", "1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5",
    "16:9", "9:16", "2:1", "1:2", "3:1", "1:3", "21:9", "9:21",
)
# fmt: on
_GPT_TEXT: Mapping[str, Param] = {
    "prompt": _PROMPT,
    "aspect_ratio": Param(values=_GPT_RATIOS),
    "output_resolution": Param(values=("1k", "2k", "4k")),
    "callback_url": _CALLBACK,
}
_GPT_EDIT: Mapping[str, Param] = {**_GPT_TEXT, "source_image_urls": Param("urls", required=True, minimum=1, maximum=16)}
_GPT_RULES = (
    Rule({"output_resolution": ("4k",)}, "aspect_ratio", ("1:1",), "1:1 is not available in 4k"),
    Rule({"output_resolution": ("2k", "4k")}, "aspect_ratio", (None, "auto"), "auto is only available in 1k"),
)
_GPT_TEXT_PRICE = Price(Decimal(6), "output_resolution", {"1k": Decimal(6), "2k": Decimal(10), "4k": Decimal(16)})


def _gpt_image(model: str, action: str, styles: frozenset[Style]) -> Offer:
    edits = action == "edit_image"
    params, price = (_GPT_EDIT, Price(Decimal(16))) if edits else (_GPT_TEXT, _GPT_TEXT_PRICE)
    return Offer(model, "gpt_image_2", action, params, price, _GPT_RULES, styles, transparency=True)


OFFERS: tuple[Offer, ...] = (
    _imagen("imagen-4", 8),
    _imagen("imagen-4-fast", 4, "auto"),
    _imagen("imagen-4-ultra", 12),
    _gpt_image("gpt-image-2", "text_to_image", BOTH),
    _gpt_image("gpt-image-2", "edit_image", BOTH),
    _gpt_image("gpt-image-2-text-to-image", "text_to_image", FLAT),
    _gpt_image("gpt-image-2-image-to-image", "edit_image", FLAT),
)


def offers_for(style: Style, service: str | None, action: str) -> list[Offer]:
    """The offers behind one create route; the flat routes name no service."""
    return [
        offer
        for offer in OFFERS
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
