"""What a model can do and what it costs, in lines for a panel."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bot.catalog import COUNT, Action, Catalog, Model, Operation, Option, Value, at_once, counts, most_pictures
from bot.engine import PriceList
from bot.i18n import text
from bot.ui.wording import dollars

PriceLists = Mapping[tuple[str, Action], PriceList]

ACTIONS: tuple[Action, ...] = ("text_to_image", "edit_image")

LISTED_PRICES = 4
"""Prices that stand in one line; where there are more, only the lowest does."""

EDIT_IMAGES = 4
"""Pictures that `/edit` takes, whatever a model would."""

LISTED_VALUES = ("aspect_ratio", "size", "resolution", "quality")
"""Options whose values are listed where a model is summed up."""


def summary(model: Model, catalog: Catalog, prices: PriceLists, locale: str) -> list[str]:
    """Return a model in a few lines: what it does, what that costs, which values it takes."""
    lines = [f"### {model.name} · `{model.id}`", model.summary]
    for action in ACTIONS:
        operation = model.operation(action)
        if operation is None:
            continue
        cost = short_price(prices.get((model.id, action)), locale)
        if action == "text_to_image":
            line = text("models-make", locale=locale, price=cost)
        else:
            line = text("models-edit", locale=locale, price=cost, pictures=min(operation.max_sources, EDIT_IMAGES))
        if catalog.default(action).id == model.id:
            line += f" · {text('models-default', locale=locale)}"
        lines.append(line)
    lines.append(" · ".join(_abilities(model, locale)))
    return [line for line in lines if line]


def _abilities(model: Model, locale: str) -> Iterator[str]:
    """Yield what the values of its options and its pictures come to; making goes before editing."""
    operations = [operation for action in ACTIONS if (operation := model.operation(action)) is not None]
    options = {name: option for operation in reversed(operations) for name, option in operation.options.items()}
    for name in LISTED_VALUES:
        if name in options and options[name].values:
            yield ", ".join(str(value) for value in options[name].values)
        elif name in options and options[name].sizes:
            yield text("models-sizes", locale=locale)
    most = _most(options[COUNT]) if COUNT in options else 1
    if most > 1:
        yield text("models-at-once", locale=locale, count=most)
    if any(operation.mask_field for operation in operations):
        yield text("models-mask", locale=locale)


def _most(option: Option) -> int:
    return max([option.maximum or 1, *(value for value in option.values if isinstance(value, int))])


def section(model: Model, action: Action, operation: Operation, prices: PriceLists, locale: str) -> list[str]:
    """Return all that a model takes for one action: every option with its values, its default and their prices."""
    priced = prices.get((model.id, action))
    cost = full_price(priced, locale)
    if action == "text_to_image":
        lines = [text("models-section-make", locale=locale, price=cost)]
    else:
        lines = [text("models-section-edit", locale=locale, price=cost)]
    lines.append(_line("prompt", text("models-prompt", locale=locale, limit=operation.max_prompt)))
    if operation.max_sources and action == "edit_image":
        lines.append(
            _line("image", text("models-image", locale=locale, pictures=min(operation.max_sources, EDIT_IMAGES)))
        )
    if operation.mask_field and action == "edit_image":
        needed = "models-mask-required" if operation.mask_required else "models-mask-optional"
        lines.append(_line("mask", text(needed, locale=locale)))
    for name, option in operation.options.items():
        by_value = priced.by_value if priced and priced.options == (name,) else None
        lines.append(_line(name, _values(option, by_value or {}, locale)))
        if name == COUNT and (more := _more_counts(operation)):
            lines[-1] += text("models-more-counts", locale=locale, counts=", ".join(map(str, more)))
    if COUNT not in operation.options and action == "text_to_image":
        lines.append(_line(COUNT, text("models-count", locale=locale, most=most_pictures(operation))))
    return [*lines, *_rules(operation, locale)]


def _more_counts(operation: Operation) -> Sequence[int]:
    """Return the numbers of pictures that take several tasks."""
    return [each for each in counts(operation, {}) if each not in at_once(operation)]


def _line(name: str, said: str) -> str:
    return f"- `{name}` {said}"


def _values(option: Option, prices: Mapping[Value, Decimal], locale: str) -> str:
    if option.suggested:
        listed = ", ".join(_value(value, option, prices, locale) for value in option.suggested)
        return f"{listed} {text('models-or-another-size', locale=locale)}" if option.sizes else listed
    if option.minimum is not None and option.maximum is not None:
        return text("models-number", locale=locale, low=str(option.minimum), high=str(option.maximum))
    if option.max_length is not None:
        return text("models-text", locale=locale, limit=option.max_length)
    return text("models-free", locale=locale)


def _value(value: Value, option: Option, prices: Mapping[Value, Decimal], locale: str) -> str:
    shown = f"**{value}**" if value == option.default else str(value)
    if value not in prices:
        return shown
    return text("price-with-value", locale=locale, value=shown, price=dollars(prices[value]))


def _rules(operation: Operation, locale: str) -> Iterator[str]:
    for rule in operation.rules:
        for option, value in rule.when.items():
            for other, values in rule.never.items():
                never = ", ".join(str(each) for each in values)
                said = text("models-rule", locale=locale, option=option, value=str(value), other=other, values=never)
                yield f"-# {said}"


def short_price(prices: PriceList | None, locale: str) -> str:
    """Return a price in a few words: `$0.06 · 2k $0.10 · 4k $0.16`, `from $0.04`, `price unknown`."""
    if prices is None:
        return text("price-unknown", locale=locale)
    if prices.usual is None or (len(prices.options) > 1 and prices.lowest < prices.highest):
        return text("price-from", locale=locale, price=dollars(prices.lowest))
    others = {value: price for value, price in prices.by_value.items() if price != prices.usual}
    if len(others) >= LISTED_PRICES:
        return text("price-from", locale=locale, price=dollars(prices.lowest))
    return " · ".join([_exactly(prices.usual, locale), *_others(prices.options, others, locale)])


def _others(options: Sequence[str], prices: Mapping[Value, Decimal], locale: str) -> Iterator[str]:
    for value, price in prices.items():
        if COUNT in options:
            yield text("price-with-count", locale=locale, count=str(value), price=dollars(price))
        else:
            yield text("price-with-value", locale=locale, value=str(value), price=dollars(price))


def full_price(prices: PriceList | None, locale: str) -> str:
    """Return between what a price can be."""
    if prices is None:
        return text("price-unknown", locale=locale)
    if prices.lowest == prices.highest:
        return _exactly(prices.lowest, locale)
    lowest, highest = dollars(prices.lowest), dollars(prices.highest)
    return text("price-between", locale=locale, lowest=lowest, highest=highest)


def _exactly(price: Decimal, locale: str) -> str:
    return text("price-exactly", locale=locale, price=dollars(price))


def details(model: Model, prices: PriceLists, locale: str) -> Sequence[Sequence[str]]:
    """Return a model in full: what it is, then each action with all that it takes."""
    also = ", ".join(f"`{name}`" for name in model.aliases)
    names = f"`{model.id}`"
    if also:
        names = f"{names} · {text('models-also-called', locale=locale, names=also)}"
    parts: list[Sequence[str]] = [[model.summary, f"-# {names}"]]
    for action in ACTIONS:
        operation = model.operation(action)
        if operation is not None:
            parts.append(section(model, action, operation, prices, locale))
    return parts
