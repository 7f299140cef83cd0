"""Whether a prompt, options and pictures are what a model takes."""

import re
from collections.abc import Mapping, Sequence

from bot.catalog._models import COUNT, MAX_PROMPT, CatalogError, Model, Operation, Option, Value
from bot.catalog._several import check_count, task_options, tasks_for
from bot.catalog._sizes import parse_size

_DIGITS = re.compile(r"-?[0-9]{1,18}")
_CUSTOM_EMOJI_OR_MENTION = re.compile(r"<(?:a?:\w+:|[@#][!&]?)\d+>")


def check_prompt(prompt: str, model: Model, operation: Operation) -> str:
    """Return the prompt as it will be sent.

    Raises:
        CatalogError: it is empty, has no word in it, or is longer than the model takes.
    """
    text = _sendable(prompt)
    if not text:
        raise CatalogError("catalog-prompt-empty")
    if not any(character.isalnum() for character in _CUSTOM_EMOJI_OR_MENTION.sub("", text)):
        raise CatalogError("catalog-prompt-no-words")
    limit = min(operation.max_prompt, MAX_PROMPT)
    if len(text) > limit:
        raise CatalogError("catalog-prompt-too-long", model=model.name, length=len(text), limit=limit)
    return text


def check_options(given: Mapping[str, Value | None], model: Model, operation: Operation) -> dict[str, Value]:
    """Return the options that were chosen (a blank one was not), checked against what the model takes.

    Raises:
        CatalogError: an option or a combination does not fit; its sentence says what would.
    """
    cleaned = {name: _sendable(value) if isinstance(value, str) else value for name, value in given.items()}
    chosen = {
        name: _check_option(name, value, model, operation)
        for name, value in cleaned.items()
        if value is not None and value != ""
    }
    tasks = tasks_for(int(chosen.get(COUNT, 1)), operation)
    for task in range(1, tasks + 1):
        _check_combination(task_options(chosen, operation, task=task, tasks=tasks), model, operation)
    return chosen


def _check_combination(chosen: Mapping[str, Value], model: Model, operation: Operation) -> None:
    conflict = operation.conflict(chosen)
    if conflict is not None:
        first, second = conflict
        fitting = [
            each for each in operation.options[second].suggested if not operation.conflict({**chosen, second: each})
        ]
        raise CatalogError(
            "catalog-bad-combination",
            model=model.name,
            option=second,
            value=str(chosen.get(second, operation.options[second].default)),
            other=first,
            other_value=str(chosen.get(first, operation.options[first].default)),
            allowed=_listed(fitting),
        )


def _check_option(name: str, value: Value, model: Model, operation: Operation) -> Value:
    if name == COUNT:
        return check_count(value, operation)
    option = operation.options.get(name)
    if option is None:
        raise _not_taken(name, model, operation)
    if option.values:
        match = next((each for each in option.values if str(each).lower() == str(value).lower()), None)
        if match is None:
            raise CatalogError(
                "catalog-bad-value",
                model=model.name,
                option=name,
                value=str(value)[:50],
                allowed=_listed(option.values),
            )
        return match
    if option.sizes:
        return _check_size(name, str(value), option)
    if option.numeric:
        return _check_number(name, value, option)
    if isinstance(value, str) and option.max_length is not None and len(value) > option.max_length:
        raise CatalogError("catalog-text-too-long", option=name, length=len(value), limit=option.max_length)
    return value


def _not_taken(name: str, model: Model, operation: Operation) -> CatalogError:
    if not operation.options:
        return CatalogError("catalog-takes-none", model=model.name, option=name)
    return CatalogError("catalog-not-taken", model=model.name, option=name, options=_listed(tuple(operation.options)))


def _check_number(name: str, value: Value, option: Option) -> int:
    """Return a number, which may have been typed."""
    number = int(value) if isinstance(value, int) or _DIGITS.fullmatch(value) else None
    low, high = option.minimum, option.maximum
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        raise CatalogError("catalog-out-of-range", option=name, low=str(low), high=str(high))
    return number


def _check_size(name: str, typed: str, option: Option) -> str:
    sides = parse_size(typed)
    low, high = option.minimum or 1, option.maximum or 99999
    if sides is None or not all(low <= side <= high for side in sides):
        raise CatalogError("catalog-bad-size", option=name, value=typed[:50], low=str(low), high=str(high))
    return f"{sides[0]}x{sides[1]}"


def check_sources(count: int, model: Model, operation: Operation, *, mask: bool = False) -> None:
    """Check how many pictures are to be edited, and whether a mask goes with them.

    Raises:
        CatalogError: the model does not take so many, or takes no mask, or needs one.
    """
    if count > operation.max_sources:
        raise CatalogError("catalog-too-many-sources", model=model.name, count=count, limit=operation.max_sources)
    if mask and operation.mask_field is None:
        raise CatalogError("catalog-no-mask", model=model.name)
    if operation.mask_required and not mask:
        raise CatalogError("catalog-mask-needed", model=model.name)


def _sendable(typed: str) -> str:
    """Return text without blanks around it, and without halves of characters, which UTF-8 cannot carry."""
    return typed.encode("utf-8", "replace").decode("utf-8").strip()


def _listed(values: Sequence[Value]) -> str:
    return ", ".join(str(value) for value in values)
