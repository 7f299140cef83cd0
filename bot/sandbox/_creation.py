"""From the body of a create to a task that is being painted."""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import cast

from bot.sandbox._faults import Fault, Faults, Injection, passes, tagged
from bot.sandbox._files import RESULT_SECONDS, FileStore, NotAPictureError
from bot.sandbox._models import Json, Offer, Style, check, choose, offers_for
from bot.sandbox._refusals import invalid, not_found, out_of_credit
from bot.sandbox._tasks import Task, TaskBook
from bot.sandbox.painting import Order

_TRANSPARENT = ("transparent background", "transparent ground", "remove the background")


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a create.

    Attributes:
        task: the task; None where a fault kept it from being made.
        replayed: whether an earlier create with the same Idempotency-Key made it.
        injection: the fault that the answer is to have.
    """

    task: Task | None
    replayed: bool
    injection: Injection | None


class Creation:
    """Makes tasks."""

    def __init__(
        self,
        *,
        offers: Sequence[Offer],
        faults: Faults,
        book: TaskBook,
        files: FileStore,
        painters: Executor,
        painter: Callable[[Order], bytes],
        made: Callable[[Task], None],
        left: Callable[[], float],
    ) -> None:
        self._offers = offers
        self._faults = faults
        self._book = book
        self._files = files
        self._painters = painters
        self._painter = painter
        self._made = made
        self._left = left
        self._locks: dict[str, asyncio.Lock] = {}
        self._disturbed: set[str] = set()

    async def create(self, style: Style, service: str | None, action: str, body: Json, key: str | None) -> Made:
        """Make the task of a create, unless a fault is in the way.

        Raises:
            Refusal: as RunAPI would refuse it.
        """
        offers = offers_for(self._offers, style, service, action)
        if not offers:
            raise not_found("Route")
        offer = choose(offers, body)
        parameters = {name: value for name, value in body.items() if name != "model"}
        check(offer, parameters)
        prompt = str(parameters.pop("prompt", ""))
        injection = self._faults.take("create") or self._tagged(prompt, key)
        if injection is not None and not injection.makes_task:
            return Made(None, replayed=False, injection=injection)
        async with self._locks.setdefault(key, asyncio.Lock()) if key is not None else asyncio.Lock():
            task = self._book.find_replay(key, offer, prompt, parameters)
            replayed = task is not None
            if task is None:
                if self._left() < float(offer.price.of(parameters)):
                    raise out_of_credit()
                sources = [each for name in offer.source_fields for each in await self._fetched(name, parameters)]
                mask = await self._fetched("mask_url", parameters)
                task = self._book.create(style, offer, prompt, parameters, key)
                task.fails = injection is not None and injection.fault is Fault.TASK_FAILED
                if not task.fails:
                    task.image_urls = self._commission(task, tuple(sources), next(iter(mask), None))
                self._made(task)
        return Made(task, replayed, injection)

    def _tagged(self, prompt: str, key: str | None) -> Injection | None:
        injection = tagged(prompt)
        if injection is not None and passes(injection.fault) and key is not None:
            if key in self._disturbed:
                return None
            self._disturbed.add(key)
        return injection

    async def _fetched(self, name: str, parameters: Mapping[str, object]) -> Sequence[bytes]:
        """The pictures that a field names."""
        named = cast("str | list[str] | None", parameters.get(name)) or []
        urls = [named] if isinstance(named, str) else named
        fetched = await asyncio.gather(*(self._files.fetch(url) for url in urls), return_exceptions=True)
        sources: list[bytes] = []
        problems: list[str] = []
        for position, result in enumerate(fetched, start=1):
            if isinstance(result, bytes):
                sources.append(result)
            elif isinstance(result, NotAPictureError):
                problems.append(f"image {position} {result}")
            else:
                raise result
        if problems:
            raise invalid({name: problems})
        return sources

    def _commission(self, task: Task, sources: tuple[bytes, ...], mask: bytes | None) -> list[str]:
        """Have a task's pictures painted in the background; answers with their addresses."""
        count = cast("int", task.parameters.get("output_count", 1))
        urls: list[str] = []
        for number in range(count):
            order = replace(_order(task.offer, task.prompt, task.parameters, number), sources=sources, mask=mask)

            async def make(order: Order = order) -> bytes:
                return await asyncio.get_running_loop().run_in_executor(self._painters, self._painter, order)

            urls.append(self._files.promise(make, name="result.png", mime="image/png", seconds=RESULT_SECONDS))
        return urls


def _order(offer: Offer, prompt: str, parameters: Mapping[str, object], number: int) -> Order:
    chance = "" if "seed" in parameters else secrets.token_hex(8)
    addresses = {*offer.source_fields, "mask_url", "callback_url"}
    kept = {name: value for name, value in parameters.items() if name not in addresses}
    width, _, height = str(parameters.get("size", "")).partition("x")
    seed = json.dumps([offer.model, kept, number, chance], sort_keys=True)
    return Order(
        prompt=prompt,
        aspect_ratio=cast("str | None", parameters.get("aspect_ratio")),
        resolution=str(parameters.get("output_resolution", "1k")),
        seed=seed,
        size=(int(width), int(height)) if height else None,
        transparent=offer.transparency and any(words in prompt.lower() for words in _TRANSPARENT),
    )
