"""What models cost, as RunAPI says: asked for now and then, remembered, and never in the way of a request."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from bot.catalog import COUNT, Action, Catalog, Model, Operation, Options, request_body, task_options, tasks_for
from bot.engine.ports import Clock
from bot.engine.price_lists import PriceList, price_list
from bot.engine.upstream import Upstream
from bot.runapi import PriceSchedule, PriceSchedules, RunAPI, RunAPIError
from bot.store import Details

log = logging.getLogger(__name__)

KEPT = timedelta(hours=1)
"""How long a price is taken as it was told."""

RECALLED = timedelta(days=1)
"""How long the last price is taken for what something costs where that has to be told at once."""

FAILURE_KEPT = timedelta(minutes=1)
"""How long nothing is asked after a failure."""

PATIENCE = 1.0
"""Seconds that somebody waits for RunAPI, at most twice in one answer; Discord gives three for it."""

REMEMBERED = 2000
"""Answers of a kind that are kept, and questions that are known by what people ask for."""

CURRENCY = "USD"
"""The only one that is shown."""

NO_MATTER = frozenset({"negative_prompt", "seed"})
"""Options on which no price depends; any other may be what RunAPI charges by."""

PROMPT, SOURCE = "a picture", "https://example.com/picture.png"
"""Stand in a quote for a user's own: RunAPI may want a whole create, and what they say changes no price."""

K = TypeVar("K")
V = TypeVar("V")


class Quoted(NamedTuple):
    """What a quote is asked for; `params` is the JSON of a create's body without its model."""

    service: str
    action: str
    model: str
    params: str


class Prices:
    """The prices of a catalog's models."""

    def __init__(self, runapi: RunAPI, catalog: Catalog, clock: Clock, upstream: Upstream) -> None:
        self._runapi = runapi
        self._upstream = upstream
        self._catalog = catalog
        self._quotes = _Memory[Quoted, Decimal](clock, self._ask_quote)
        self._schedules = _Memory[str, PriceSchedules](clock, self._ask_schedules)
        self._questions: dict[Hashable, tuple[Quoted, ...]] = {}

    async def close(self) -> None:
        """Ask no more."""
        await self._quotes.close()
        await self._schedules.close()

    async def price(
        self, action: Action, model: Model, options: Options, *, patience: float = PATIENCE
    ) -> Decimal | None:
        """Return what one request would cost in US dollars, or None where that cannot be told soon.

        Args:
            options: checked options, by their names on `/imagine` and `/edit`.
            patience: seconds to wait for RunAPI.
        """
        questions = self._asked(action, model, options)
        quotes = await asyncio.gather(*(self._quotes.get(each, patience) for each in questions))
        told = [quote for quote in quotes if quote is not None]
        return sum(told, Decimal(0)) if questions and len(told) == len(questions) else None

    def known(self, action: Action, model: Model, options: Options) -> Sequence[Decimal] | None:
        """Return what each task of a request would cost by what RunAPI said last, None where that is not all known.

        It waits for nothing, and any thread may ask.
        """
        questions = self._asked(action, model, options)
        told = [quote for each in questions if (quote := self._quotes.recall(each)) is not None]
        return told if questions and len(told) == len(questions) else None

    def at_most(self, action: Action, model: Model, options: Options) -> Sequence[Decimal] | None:
        """Return as `known` does, but where that is not known the most that RunAPI's price list has for the model."""
        known = self.known(action, model, options)
        operation = model.operation(action)
        if known is not None or operation is None:
            return known
        answer = self._schedules.recall(operation.service)
        prices = None if answer is None else _price_list(answer.schedules, model, action, operation)
        return None if prices is None else [prices.highest] * len(self._asked(action, model, options))

    def priced(self, details: Details) -> Details:
        """Return a request as it is shown: one whose price was not known when it was asked for with what is by now."""
        request = details.request
        model = self._catalog.find(request.model)
        if details.quote is not None or model is None:
            return details
        quotes = self.known(request.action, model, request.options)
        if quotes is None or any(task.number > len(quotes) for task in details.tasks):
            return details
        return replace(details, tasks=tuple(replace(task, quote=quotes[task.number - 1]) for task in details.tasks))

    def renew(self, action: Action, model: Model, options: Options) -> None:
        """Ask for what a request costs, if that was not asked for an hour; nobody waits for it."""
        for each in self._asked(action, model, options):
            self._quotes.renew(each)

    async def learn(self, action: Action, model: Model, options: Options, *, patience: float = PATIENCE) -> None:
        """Wait for what `known` and `at_most` are to tell of a request, but no longer than `patience` seconds."""
        operation = model.operation(action)
        if operation is not None:
            price = self.price(action, model, options, patience=patience)
            await asyncio.gather(price, self._schedules.get(operation.service, patience))

    def _asked(self, action: Action, model: Model, options: Options) -> Sequence[Quoted]:
        """Return what quotes are asked for, one for each task; nothing where the model cannot do that."""
        asked = (action, model.id, *(each for each in options.items() if each[0] not in NO_MATTER))
        questions = self._questions.get(asked)
        if questions is None:
            operation = model.operation(action)
            if operation is None:
                return ()
            count = tasks_for(int(options.get(COUNT, 1)), operation)
            tasks = (task_options(options, operation, task=number, tasks=count) for number in range(1, count + 1))
            questions = tuple(_question(action, model, operation, each) for each in tasks)
            if len(self._questions) >= REMEMBERED:
                self._questions.clear()
            self._questions[asked] = questions
        return questions

    async def lists(self, *, patience: float = PATIENCE) -> Mapping[tuple[str, Action], PriceList]:
        """Return the price lists of all models by id and action, without those that cannot be told soon."""
        operations = list(_operations(self._catalog))
        services = sorted({operation.service for _, _, operation in operations})
        answers = await asyncio.gather(*(self._schedules.get(service, patience) for service in services))
        schedules = [schedule for answer in answers if answer is not None for schedule in answer.schedules]
        found: dict[tuple[str, Action], PriceList] = {
            (model.id, action): prices
            for model, action, operation in operations
            if (prices := _price_list(schedules, model, action, operation)) is not None
        }
        untold = [each for each in operations if _lacks_usual(found.get((each[0].id, each[1])))]
        quotes = await asyncio.gather(
            *(self.price(action, model, {}, patience=patience) for model, action, _ in untold)
        )
        for (model, action, _), usual in zip(untold, quotes, strict=True):
            if usual is not None:
                found[model.id, action] = found[model.id, action].with_usual(usual)
        return found

    async def _ask_quote(self, asked: Quoted, _: Decimal | None) -> Decimal | None:
        params: dict[str, Any] = json.loads(asked.params)
        async with self._upstream.call():
            quote = await self._runapi.price_quote(asked.service, asked.action, asked.model, params)
        told = quote.cents is not None and quote.available and quote.currency == CURRENCY
        return quote.cents / 100 if told and quote.cents is not None else None

    async def _ask_schedules(self, service: str, known: PriceSchedules | None) -> PriceSchedules:
        async with self._upstream.call():
            return await self._runapi.price_schedules(service=service, known=known)


@dataclass(slots=True)
class _Entry(Generic[V]):
    """What is known of one question; `last` is the last answer, also when it is too old to be given, and its moment."""

    asking: asyncio.Task[None] | None = None
    value: V | None = None
    last: tuple[V, datetime] | None = None
    until: datetime | None = None


class _Memory(Generic[K, V]):
    """Answers by question: one call under way for each, kept for an hour, a failure for a minute.

    Args:
        ask: asks RunAPI; given the question and the last answer to it. None is no answer.
    """

    def __init__(self, clock: Clock, ask: Callable[[K, V | None], Awaitable[V | None]]) -> None:
        self._clock = clock
        self._ask = ask
        self._entries: dict[K, _Entry[V]] = {}

    async def get(self, question: K, patience: float) -> V | None:
        """Return the answer, or None when there is none within `patience` seconds; it may be there the next time."""
        entry = self.renew(question)
        if entry.asking is None:
            return entry.value
        done, _ = await asyncio.wait([entry.asking], timeout=patience)
        return entry.value if done else None

    def renew(self, question: K) -> _Entry[V]:
        """Ask, unless that is under way or the answer still holds; return what is known now."""
        entry = self._entries.pop(question, None) or _Entry[V]()
        self._entries[question] = entry  # behind all others, for those in front are forgotten first
        if len(self._entries) > REMEMBERED:
            del self._entries[next(iter(self._entries))]
        if entry.asking is None and (entry.until is None or self._clock.now() >= entry.until):
            entry.asking = asyncio.create_task(self._renew(question, entry), name=f"price of {question}")
        return entry

    def recall(self, question: K) -> V | None:
        """Return the last answer, unless it is older than `RECALLED`."""
        entry = self._entries.get(question)
        if entry is None or entry.last is None:
            return None
        value, told_at = entry.last
        return value if self._clock.now() - told_at < RECALLED else None

    async def _renew(self, question: K, entry: _Entry[V]) -> None:
        entry.value = None
        try:
            entry.value = await self._ask(question, None if entry.last is None else entry.last[0])
        except RunAPIError as error:
            log.info("RunAPI does not say what %s costs: %s", question, error)
        finally:
            now = self._clock.now()
            if entry.value is not None:
                entry.last = (entry.value, now)
            entry.until = now + (FAILURE_KEPT if entry.value is None else KEPT)
            entry.asking = None

    async def close(self) -> None:
        """Ask no more."""
        asking = [entry.asking for entry in self._entries.values() if entry.asking is not None]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


def _question(action: Action, model: Model, operation: Operation, options: Options) -> Quoted:
    """Return what the quote for one task is asked for."""
    params = request_body(
        model,
        operation,
        "namespaced",
        prompt=PROMPT,
        options={name: value for name, value in options.items() if name not in NO_MATTER},
        source_urls=[SOURCE] if action == "edit_image" else [],
        mask_url=SOURCE if operation.mask_required else None,
    )
    named = str(params.pop("model"))
    return Quoted(operation.service, operation.route_action(action), named, json.dumps(params, sort_keys=True))


def _operations(catalog: Catalog) -> Iterator[tuple[Model, Action, Operation]]:
    actions: tuple[Action, ...] = ("text_to_image", "edit_image")
    for model in catalog.models:
        for action in actions:
            operation = model.operation(action)
            if operation is not None:
                yield model, action, operation


def _lacks_usual(prices: PriceList | None) -> bool:
    return prices is not None and prices.usual is None


def _price_list(
    schedules: Sequence[PriceSchedule], model: Model, action: Action, operation: Operation
) -> PriceList | None:
    """Read the schedule of the model itself, else the one of its whole service."""
    named = operation.ids.get("namespaced", model.id)
    wanted = (operation.service, operation.route_action(action))
    fitting = {each.model: each for each in schedules if (each.service, each.action) == wanted}
    schedule = fitting.get(named) or fitting.get(None)
    if schedule is None or not schedule.available or schedule.currency != CURRENCY:
        return None
    return price_list(schedule, operation)
