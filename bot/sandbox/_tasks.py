"""Tasks: made once, moving on with the clock."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bot.sandbox._faults import MODERATION
from bot.sandbox._models import Json, Offer, Style
from bot.sandbox._refusals import conflict

State = Literal["pending", "processing", "completed", "failed"]

_PENDING_SHARE = 0.2  # of a task's time


@dataclass(slots=True)
class Task:
    """One task.

    Attributes:
        id: "tsk_…" when made on a flat route, a UUID on a namespaced one.
        style: the style of the route that made it.
        offer: the row of the model table that it was made from.
        prompt: the prompt as sent.
        parameters: what else was sent, without `model`.
        idempotency_key: the Idempotency-Key, if one was sent.
        created: when, in UTC.
        state: "pending", "processing", "completed" or "failed".
        image_urls: where the pictures are, once completed.
        error: why it failed.
        fails: whether it will end `failed`.
    """

    id: str
    style: Style
    offer: Offer
    prompt: str
    parameters: Mapping[str, object]
    idempotency_key: str | None
    created: datetime
    fails: bool = False
    state: State = "pending"
    image_urls: list[str] = field(default_factory=list[str])
    error: str | None = None

    @property
    def model(self) -> str:
        """The model id as sent."""
        return self.offer.model

    @property
    def cents(self) -> float:
        """What it cost, in US cents; nothing unless it completed."""
        if self.state != "completed":
            return 0.0
        price = self.offer.price
        return float(price.of(self.parameters)) * (1 if price.per_task else len(self.image_urls))

    def fail(self) -> None:
        """End it as a moderator would."""
        self.state, self.error = "failed", MODERATION

    def answer(self, style: Style, *, replayed: bool = False) -> Json:
        """The task as a create or a status route of one style shows it."""
        body: Json = {"id": self.id} if style == "namespaced" else {"task_id": self.id}
        body["status"] = self.state
        if style == "flat":
            body["model"] = self.model
        if replayed:
            body["task_replayed"] = True
        if self.state == "completed":
            body["images"] = [{"url": url} for url in self.image_urls]
            body["usage"] = {"cost": round(self.cents / 100, 6), "generated_images": len(self.image_urls)}
        elif self.state == "failed":
            body["error"] = self.error
        return body


class TaskBook:
    """All tasks, by id and by Idempotency-Key."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.tasks: dict[str, Task] = {}
        self._clock = clock
        self._by_key: dict[str, Task] = {}

    def find_replay(self, key: str | None, offer: Offer, prompt: str, parameters: Mapping[str, object]) -> Task | None:
        """The task that an Idempotency-Key already made.

        Raises:
            Refusal: 409, the key made a task from another input.
        """
        task = self._by_key.get(key) if key is not None else None
        if task is not None and (task.offer, task.prompt, task.parameters) != (offer, prompt, parameters):
            raise conflict("The Idempotency-Key was used with a different request")
        return task

    def create(
        self, style: Style, offer: Offer, prompt: str, parameters: Mapping[str, object], key: str | None
    ) -> Task:
        """A new pending task."""
        task_id = f"tsk_{secrets.token_hex(12)}" if style == "flat" else str(uuid.uuid4())
        created = datetime.fromtimestamp(self._clock(), UTC)
        task = Task(task_id, style, offer, prompt, parameters, key, created)
        self.tasks[task.id] = task
        if key is not None:
            self._by_key[key] = task
        return task

    def spent(self, seconds: float) -> float:
        """What the completed tasks cost together, in US cents, if each takes `seconds`."""
        for task in self.tasks.values():
            self.advance(task, seconds)
        return sum(task.cents for task in self.tasks.values())

    def advance(self, task: Task, seconds: float) -> None:
        """Bring a task to the state that it has reached if it takes `seconds`; states never go back."""
        if task.state in {"completed", "failed"}:
            return
        age = self._clock() - task.created.timestamp()
        if age < seconds:
            if age >= seconds * _PENDING_SHARE:
                task.state = "processing"
        elif task.fails:
            task.fail()
        else:
            task.state = "completed"
