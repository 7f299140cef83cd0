"""From the body of a create to a task that is being painted."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import cast

from bot.sandbox._faults import Fault, Faults, Injection, refusal_of, tagged
from bot.sandbox._files import RESULT_SECONDS, FileStore, NotAPictureError
from bot.sandbox._models import Json, Offer, Style, check, choose, offers_for
from bot.sandbox._refusals import invalid, not_found
from bot.sandbox._tasks import Task, TaskBook
from bot.sandbox.painting import Order, paint

_TRANSPARENT = ("transparent background", "transparent ground", "remove the background")


class Creation:
    """Makes tasks."""

    def __init__(self, faults: Faults, book: TaskBook, files: FileStore, painters: Executor) -> None:
        self._faults = faults
        self._book = book
        self._files = files
        self._painters = painters
        self._locks: dict[str, asyncio.Lock] = {}
        self._slowed: set[str] = set()

    async def create(
        self, style: Style, service: str | None, action: str, body: Json, key: str | None
    ) -> tuple[Task, bool, bool]:
        """The task of a create, whether it is an earlier one again, and whether the answer is to hang.

        Raises:
            Refusal: as RunAPI would refuse it, or as a fault asks.
        """
        offers = offers_for(style, service, action)
        if not offers:
            raise not_found("Route")
        offer = choose(offers, body)
        parameters = {name: value for name, value in body.items() if name != "model"}
        check(offer, parameters)
        prompt = str(parameters.pop("prompt", ""))
        fault = self._faults.take("create") or self._tagged(prompt, key)
        _refuse(fault)
        async with self._locks.setdefault(key, asyncio.Lock()) if key is not None else asyncio.Lock():
            task = self._book.find_replay(key, offer, prompt, parameters)
            replayed = task is not None
            if task is None:
                sources = await self._sources(parameters)
                task = self._book.create(style, offer, prompt, parameters, key)
                task.fails = fault is not None and fault.fault is Fault.TASK_FAILED
                if not task.fails:
                    task.image_urls = self._commission(task, sources)
        return task, replayed, fault is not None and fault.fault is Fault.HANG

    def _tagged(self, prompt: str, key: str | None) -> Injection | None:
        injection = tagged(prompt)
        if injection is not None and injection.fault is Fault.RATE_LIMITED and key is not None:
            if key in self._slowed:
                return None
            self._slowed.add(key)
        return injection

    async def _sources(self, parameters: Mapping[str, object]) -> tuple[bytes, ...]:
        urls = cast("list[str]", parameters.get("source_image_urls", []))
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
            raise invalid({"source_image_urls": problems})
        return tuple(sources)

    def _commission(self, task: Task, sources: tuple[bytes, ...]) -> list[str]:
        """Have a task's pictures painted in the background; answers with their addresses."""
        count = cast("int", task.parameters.get("output_count", 1))
        urls: list[str] = []
        for number in range(count):
            order = _order(task.offer, task.prompt, task.parameters, sources, number)

            async def make(order: Order = order) -> bytes:
                return await asyncio.get_running_loop().run_in_executor(self._painters, paint, order)

            urls.append(self._files.promise(make, name="result.png", mime="image/png", seconds=RESULT_SECONDS))
        return urls


def _refuse(injection: Injection | None) -> None:
    refusal = refusal_of(injection) if injection is not None else None
    if refusal is not None:
        raise refusal


def _order(
    offer: Offer, prompt: str, parameters: Mapping[str, object], sources: tuple[bytes, ...], number: int
) -> Order:
    chance = "" if "seed" in parameters else secrets.token_hex(8)
    kept = {name: value for name, value in parameters.items() if name not in {"source_image_urls", "callback_url"}}
    seed = json.dumps([offer.model, kept, number, chance], sort_keys=True)
    return Order(
        prompt=prompt,
        aspect_ratio=cast("str | None", parameters.get("aspect_ratio")),
        resolution=str(parameters.get("output_resolution", "1k")),
        seed=seed,
        sources=sources,
        transparent=offer.transparency and any(words in prompt.lower() for words in _TRANSPARENT),
    )
