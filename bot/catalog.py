"""The model catalog: which values a model takes, and what RunAPI is asked for.

Data lives in `catalog.toml`; adding a model is an entry there and nothing else.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.errors import EaselError

Action = Literal["text_to_image", "edit_image"]
Style = Literal["flat", "namespaced"]
Value = str | int
Options = Mapping[str, Value]

MAX_PROMPT = 4000
"""Characters of a prompt, everywhere: a Discord option allows 6000, a modal's text input 4000."""

_CUSTOM_EMOJI_OR_MENTION = re.compile(r"<(?:a?:\w+:|[@#][!&]?)\d+>")


class CatalogError(EaselError):
    """What was asked for is not what the model takes."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(Part):
    """One option of an operation, by its name on `/imagine` and `/edit`."""

    field: str | None = None
    values: tuple[Value, ...] = ()
    default: Value | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: Annotated[int, Field(gt=0)] | None = None


class Rule(Part):
    """Options that exclude each other: when each of `when` is chosen, none of `never` may be."""

    when: dict[str, Value]
    never: dict[str, tuple[Value, ...]]


class Operation(Part):
    """What a model takes for one action."""

    service: str
    ids: dict[Style, str] = {}
    max_sources: int = 0
    max_prompt: int = MAX_PROMPT
    options: dict[str, Option] = {}
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _rules_name_options(self) -> Self:
        for rule in self.rules:
            unknown = (rule.when.keys() | rule.never.keys()) - self.options.keys()
            if unknown:
                raise ValueError(f"a rule names options that the operation does not have: {sorted(unknown)}")
        return self

    def allowed(self, name: str, others: Options) -> tuple[Value, ...]:
        """Return the values of option `name` that fit beside the `others` chosen already.

        An option that is not chosen yet is no obstacle: it can still be.
        """
        option = self.options.get(name)
        if option is None:
            return ()
        return tuple(
            value
            for value in option.values
            if not any(name in rule.when or name == second for rule, second in self._broken({**others, name: value}))
        )

    def conflict(self, chosen: Options) -> tuple[str, str] | None:
        """Return the names of two options that exclude each other, left-out ones as RunAPI's default."""
        defaults = {name: option.default for name, option in self.options.items() if option.default is not None}
        return next(((next(iter(rule.when)), second) for rule, second in self._broken({**defaults, **chosen})), None)

    def _broken(self, chosen: Options) -> Iterator[tuple[Rule, str]]:
        """Yield each rule that is broken, and the name of the option that may not be as it is."""
        for rule in self.rules:
            if all(chosen.get(name) == value for name, value in rule.when.items()):
                yield from ((rule, name) for name, values in rule.never.items() if chosen.get(name) in values)


class Model(Part):
    """One model of RunAPI."""

    id: str
    name: str
    summary: str
    aliases: tuple[str, ...] = ()
    text_to_image: Operation | None = None
    edit_image: Operation | None = None

    def operation(self, action: Action) -> Operation | None:
        """Return what the model takes for `action`, or None where it cannot do that."""
        return self.text_to_image if action == "text_to_image" else self.edit_image


class Catalog(Part):
    """All models, in the order in which people see them."""

    models: tuple[Model, ...]
    default_text_to_image: str
    default_edit_image: str

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a catalog file; by default the one that Easel ships.

        Raises:
            pydantic.ValidationError: the file does not have a catalog's shape.
        """
        source = path or Path(__file__).with_name("catalog.toml")
        return cls.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))

    @model_validator(mode="after")
    def _defaults_exist(self) -> Self:
        defaults: dict[Action, str] = {
            "text_to_image": self.default_text_to_image,
            "edit_image": self.default_edit_image,
        }
        for action, name in defaults.items():
            default = self._by_id.get(name)
            if default is None or default.operation(action) is None:
                raise ValueError(f"the default model {name} cannot do {action}")
        if len(self._by_id) != sum(1 + len(model.aliases) for model in self.models):
            raise ValueError("two models share an id or an alias")
        return self

    @cached_property
    def _by_id(self) -> dict[str, Model]:
        return {name: model for model in self.models for name in (model.id, *model.aliases)}

    def find(self, model_id: str) -> Model | None:
        """Return the model with this id or alias, whatever its case, or None."""
        return self._by_id.get(model_id.strip().lower())

    def default(self, action: Action) -> Model:
        """Return the model that is taken when none is named."""
        return self._by_id[self.default_text_to_image if action == "text_to_image" else self.default_edit_image]

    def able_to(self, action: Action) -> tuple[Model, ...]:
        """Return the models that can do `action`."""
        return tuple(model for model in self.models if model.operation(action) is not None)

    def choose(self, action: Action, model_id: str | None) -> tuple[Model, Operation]:
        """Return the model to use and what it takes.

        Raises:
            CatalogError: there is no such model, or it cannot do `action`.
        """
        model = self.default(action) if model_id is None else self.find(model_id)
        able = ", ".join(each.id for each in self.able_to(action))
        if model is None:
            raise CatalogError("catalog-unknown-model", model=(model_id or "")[:50], models=able)
        operation = model.operation(action)
        if operation is None:
            raise CatalogError(f"catalog-cannot-{action.replace('_', '-')}", model=model.name, models=able)
        return model, operation


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
    conflict = operation.conflict(chosen)
    if conflict is not None:
        first, second = conflict
        fitting = [
            each for each in operation.options[second].values if not operation.conflict({**chosen, second: each})
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
    return chosen


def _check_option(name: str, value: Value, model: Model, operation: Operation) -> Value:
    option = operation.options.get(name)
    if option is None:
        takes = _listed(tuple(operation.options))
        raise CatalogError("catalog-not-taken", model=model.name, option=name, options=takes)
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
    if isinstance(value, int):
        low, high = option.minimum, option.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise CatalogError("catalog-out-of-range", option=name, low=str(low), high=str(high))
    elif option.max_length is not None and len(value) > option.max_length:
        raise CatalogError("catalog-text-too-long", option=name, length=len(value), limit=option.max_length)
    return value


def check_sources(count: int, model: Model, operation: Operation) -> None:
    """Check how many pictures are to be edited.

    Raises:
        CatalogError: the model does not take so many.
    """
    if count > operation.max_sources:
        raise CatalogError("catalog-too-many-sources", model=model.name, count=count, limit=operation.max_sources)


def request_body(
    model: Model,
    operation: Operation,
    style: Style,
    *,
    prompt: str,
    options: Options,
    source_urls: Sequence[str] = (),
) -> dict[str, object]:
    """Return the JSON object that RunAPI's create call takes.

    Args:
        style: which of RunAPI's two route styles the body is for; ids differ between them.
        options: checked options, by their names on `/imagine` and `/edit`.
        source_urls: public addresses of the pictures to edit.
    """
    body: dict[str, object] = {"model": operation.ids.get(style, model.id), "prompt": prompt}
    for name, value in options.items():
        body[operation.options[name].field or name] = value
    if source_urls:
        body["source_image_urls"] = list(source_urls)
    return body


def _sendable(typed: str) -> str:
    """Return text without blanks around it, and without halves of characters, which UTF-8 cannot carry."""
    return typed.encode("utf-8", "replace").decode("utf-8").strip()


def _listed(values: Sequence[Value]) -> str:
    return ", ".join(str(value) for value in values)
