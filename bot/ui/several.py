"""What a reply says of several pictures: how many are done, their seeds, and of each that is missing why."""

from collections.abc import Sequence

from bot.catalog import SEED, Catalog, task_options
from bot.i18n import text
from bot.store import Details, Failure, RequestState, Task, TaskState
from bot.ui.typed import literal_args, shortened

MAX_REASON = 230
"""Characters of a reason where there may be others."""

MAX_REASONS = 4
"""Reasons that are said, so that all of them fit in a message: as many as there are tasks, unless a catalog is odd."""


def facts(details: Details, catalog: Catalog) -> list[str]:
    """Return what the status line says: the number of pictures, or how many of them are done, and the seeds."""
    request = details.request
    said = [_number(details)] if request.pictures_asked > 1 else []
    if SEED in request.options:
        seeds = ", ".join(_seeds(details, catalog))
        said.append(text("fact-seed", locale=request.locale, seed=seeds, count=len(details.tasks)))
    return said


def _number(details: Details) -> str:
    request, made = details.request, len(details.pictures)
    over = [task for task in details.tasks if task.state.over]
    if request.finished_at is None and over:
        lost = len(details.asked_of(*(task for task in over if task.state is not TaskState.COMPLETED)))
        return text("fact-done", locale=request.locale, done=made, asked=request.pictures_asked, failed=lost)
    if request.state is RequestState.COMPLETED and made < request.pictures_asked:
        return text("fact-made", locale=request.locale, made=made, asked=request.pictures_asked)
    return text("fact-pictures", locale=request.locale, count=request.pictures_asked)


def _seeds(details: Details, catalog: Catalog) -> list[str]:
    request = details.request
    model = catalog.find(request.model)
    operation = model and model.operation(request.action)
    if operation is None:
        return [str(request.options[SEED])]
    together = len(details.tasks)
    sent = [task_options(request.options, operation, task=task.number, tasks=together) for task in details.tasks]
    return [str(options[SEED]) for options in sent]


def lateness(details: Details) -> list[str]:
    """Return which pictures came after they had been given up."""
    if not details.late:
        return []
    if len(details.tasks) == 1:
        return [text("completed-late", locale=details.request.locale)]
    return [text("pictures-late", locale=details.request.locale, **_named(details, details.late))]


def reasons(details: Details) -> list[str]:
    """Return why there are pictures missing: a line for each reason, with the numbers of those if some are there."""
    locale = details.request.locale
    missing = [task for task in details.tasks if task.state is not TaskState.COMPLETED]
    groups: dict[str, list[Task]] = {}
    for task in missing:
        if task.failure is not None:
            groups.setdefault(_reason(task.failure, locale), []).append(task)
    if len(groups) == 1 and details.request.state is RequestState.FAILED:
        return list(groups)
    lines = [
        text("pictures-missing", locale=locale, reason=shortened(reason, MAX_REASON), **_named(details, tasks))
        for reason, tasks in groups.items()
    ][:MAX_REASONS]
    cancelled = [task for task in missing if task.state is TaskState.CANCELLED]
    if cancelled:
        sent = any(task.submitted_at for task in cancelled)
        sentence = "pictures-cancelled-running" if sent else "pictures-cancelled"
        lines.append(text(sentence, locale=locale, **_named(details, cancelled)))
    return lines


def _named(details: Details, tasks: Sequence[Task]) -> dict[str, str | int]:
    """Return a sentence's variables for the pictures that some tasks were to make."""
    numbers = details.asked_of(*tasks)
    return {"count": len(numbers), "numbers": ", ".join(map(str, numbers))}


def _reason(failure: Failure, locale: str) -> str:
    return text(failure.sentence, locale=locale, **literal_args(failure.args))
