"""Several pictures at once: in one task where the model can, else as several tasks of one request."""

from bot.catalog._models import COUNT, CatalogError, Operation, Options, Value
from bot.shares import shares

MOST_PICTURES = 4
"""Pictures of a request; more only where a model makes more in one task."""

SEED = "seed"
"""The option by which a model makes the same picture once more."""


def at_once(operation: Operation) -> tuple[int, ...]:
    """Return how many pictures one task can be asked for, in order."""
    option = operation.options.get(COUNT)
    if option is None:
        return (1,)
    ranged = range(option.minimum or 1, (option.maximum or 1) + 1)
    named = [value for value in option.values if isinstance(value, int)]
    return tuple(sorted({1, *(named or ranged)}))


def most_pictures(operation: Operation) -> int:
    """Return how many pictures a request can be for."""
    return max(MOST_PICTURES, *at_once(operation))


def tasks_for(pictures: int, operation: Operation) -> int:
    """Return how many tasks make so many pictures: as few as can be, shared out evenly."""
    able = set(at_once(operation))
    return next(tasks for tasks in range(1, pictures + 1) if able.issuperset(shares(pictures, tasks)))


def check_count(value: Value, operation: Operation) -> int:
    """Return a number of pictures that was asked for.

    Raises:
        CatalogError: a request cannot be for so many.
    """
    most = most_pictures(operation)
    if not (isinstance(value, int) or value.isdecimal()) or not 1 <= int(value) <= most:
        raise CatalogError("catalog-out-of-range", option=COUNT, low="1", high=str(most))
    return int(value)


def counts(operation: Operation, others: Options) -> tuple[int, ...]:
    """Return the numbers of pictures to suggest beside the `others` chosen already."""
    option = operation.options.get(COUNT)
    named = option is not None and option.suggested
    fitting = {1, *operation.allowed(COUNT, others)} if named else set(at_once(operation))
    possible = range(1, most_pictures(operation) + 1)
    return tuple(each for each in possible if fitting.issuperset(shares(each, tasks_for(each, operation))))


def task_options(options: Options, operation: Operation, *, task: int, tasks: int) -> dict[str, Value]:
    """Return the options of one of a request's tasks.

    Its `count` is its share. Of a seed that was given each further task has the next, so that the pictures differ.

    Args:
        options: checked options of the whole request.
        task: the task's number, from 1.
        tasks: how many the request has.
    """
    mine = dict(options)
    if COUNT in mine:
        share = shares(int(mine[COUNT]), tasks)[task - 1]
        if COUNT in operation.options and share in at_once(operation):
            mine[COUNT] = share
        else:
            del mine[COUNT]
    if SEED in mine and SEED in operation.options:
        mine[SEED] = _next_seed(int(mine[SEED]), operation, task - 1)
    return mine


def _next_seed(seed: int, operation: Operation, steps: int) -> int:
    """Return the seed so many steps on; after the greatest comes the least."""
    option = operation.options[SEED]
    least = option.minimum or 0
    if option.maximum is None:
        return seed + steps
    return least + (seed - least + steps) % (option.maximum - least + 1)
