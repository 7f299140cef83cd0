"""From RunAPI's price schedules to what people can choose and what it costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product

from bot.catalog import Operation, Value
from bot.runapi import PriceSchedule


@dataclass(frozen=True, slots=True)
class PriceList:
    """What one action of a model costs, in US dollars.

    Attributes:
        lowest, highest: between what it can be.
        usual: with every option left out; None where RunAPI does not say which price that is.
        options: those on which the price depends, by their names on `/imagine` and `/edit`.
        by_value: the price by the option's values, in their order, where it depends on one option and nothing else.
    """

    lowest: Decimal
    highest: Decimal
    usual: Decimal | None = None
    options: tuple[str, ...] = ()
    by_value: Mapping[Value, Decimal] = field(default_factory=dict[Value, Decimal])

    def with_usual(self, usual: Decimal) -> "PriceList":
        """Return the list where the usual price is known from elsewhere."""
        if not self.options:
            return PriceList(usual, usual, usual)
        return replace(self, lowest=min(self.lowest, usual), highest=max(self.highest, usual), usual=usual)


def price_list(schedule: PriceSchedule, operation: Operation) -> PriceList | None:
    """Return what people can choose and its price, or None where the schedule names none."""
    reader = _Reader(schedule, operation)
    prices = list(reader.possible())
    if not prices:
        return None
    lowest, highest = min(prices), max(prices)
    usual = lowest if lowest == highest else reader.price(reader.usual)
    return PriceList(lowest, highest, usual, tuple(reader.deciding().values()), reader.by_value())


class _Reader:
    """One schedule, read with what one operation sends."""

    def __init__(self, schedule: PriceSchedule, operation: Operation) -> None:
        self._schedule = schedule
        self._options = {
            option.field or name: (name, option)
            for name, option in operation.options.items()
            if "namespaced" in option.styles and option.suggested
        }
        defaults = {parameter: option.default for parameter, (_, option) in self._options.items()}
        sent = {**defaults, **operation.constants}
        self.usual: Mapping[str, str] = {name: _written(value) for name, value in sent.items() if value is not None}

    def price(self, values: Mapping[str, str]) -> Decimal | None:
        """Return the price in dollars with these parameters; None where they do not tell it."""
        if not all(name in values for name in self._schedule.parameters):
            return None
        key = tuple(values[name] for name in self._schedule.parameters)
        cents = self._schedule.cents_by_values.get(key, self._schedule.unit_cents)
        return None if cents is None else cents / 100

    def possible(self) -> Iterator[Decimal]:
        """Yield the price of everything that can be sent."""
        parameters = self._schedule.parameters
        for values in product(*(self._values(position) for position in range(len(parameters)))):
            price = self.price(dict(zip(parameters, values, strict=True)))
            if price is not None:
                yield price

    def deciding(self) -> Mapping[str, str]:
        """Return the names of the options on which the price depends, by RunAPI's."""
        options = {name: self._options[name] for name in self._schedule.parameters if name in self._options}
        return {parameter: name for parameter, (name, option) in options.items() if len(option.suggested) > 1}

    def by_value(self) -> Mapping[Value, Decimal]:
        """Return the prices by the values of the one option that decides; nothing where there are more."""
        if len(self.deciding()) != 1:
            return {}
        [parameter] = self.deciding()
        prices = {
            value: self.price({**self.usual, parameter: _written(value)})
            for value in self._options[parameter][1].suggested
        }
        return {value: price for value, price in prices.items() if price is not None}

    def _values(self, position: int) -> Sequence[str]:
        """Return what a parameter can be: what people choose from, or what is always sent, or else what is priced."""
        parameter = self._schedule.parameters[position]
        if parameter in self._options:
            return [_written(value) for value in self._options[parameter][1].suggested]
        if parameter in self.usual:
            return [self.usual[parameter]]
        return list(dict.fromkeys(values[position] for values in self._schedule.cents_by_values))


def _written(value: Value | bool) -> str:
    """Return a value as RunAPI writes it where it stands for a price."""
    return str(value).lower() if isinstance(value, bool) else str(value)
