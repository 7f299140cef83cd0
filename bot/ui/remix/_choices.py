"""What is chosen in a Remix panel, and how it fits the model."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from bot.catalog import (
    COUNT,
    Action,
    Catalog,
    CatalogError,
    Model,
    Operation,
    Option,
    Options,
    Value,
    check_options,
    check_prompt,
    check_sources,
    counts,
)
from bot.store import Details


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen so far; a draft holds it as JSON.

    Attributes:
        parent: short id of the request that is remixed.
        model: what was chosen, also where it is not offered any more.
        options: what was chosen, also what the model does not take: another may.
        sources: names of the pictures that are edited.
        mask: whether a mask goes with them.
        page: of the models, from 0.
        ran: short id of the request that was last begun from here.
        link: to that one's reply.
        token: of the interaction that the panel last answered, with which it can be edited.
        token_until: when that token ends, in seconds since 1970.
    """

    parent: str
    action: Action
    model: str
    prompt: str
    options: Options
    sources: Sequence[str] = ()
    mask: bool = False
    private: bool = False
    spoiler: bool = False
    page: int | None = None
    ran: str | None = None
    link: str | None = None
    token: str = ""
    token_until: float = 0.0

    @classmethod
    def of(cls, details: Details) -> Self:
        """Return the choices with which the panel of a request begins: what that was made with."""
        request = details.request
        return cls(
            parent=request.short_id,
            action=request.action,
            model=request.model,
            prompt=request.prompt,
            options=dict(request.options),
            sources=tuple(source.file_name for source in details.sources if source.role == "image"),
            mask=any(source.role == "mask" for source in details.sources),
            private=request.private,
            spoiler=request.spoiler,
        )

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Return the choices that a draft holds."""
        return cls(**content)

    def to_json(self) -> Mapping[str, Any]:
        """Return what a draft holds."""
        return asdict(self)

    def with_option(self, name: str, value: Value | None) -> Self:
        """Return the choices with another value of an option; None leaves it out."""
        others = {each: chosen for each, chosen in self.options.items() if each != name}
        return replace(self, options=others if value is None else {**others, name: value})


@dataclass(frozen=True, slots=True)
class Fit:
    """Choices as a model takes them.

    Attributes:
        options: those that the model takes.
        left_out: names of those that it does not take.
        instead: whether another model stands in for one that is not offered any more.
    """

    choices: Choices
    model: Model
    operation: Operation
    options: Options
    left_out: tuple[str, ...]
    instead: bool

    @classmethod
    def of(cls, choices: Choices, catalog: Catalog) -> Self:
        """Fit choices to their model, or to the default one where that is not offered any more.

        Raises:
            CatalogError: no model can do that any more.
        """
        model = catalog.find(choices.model)
        operation = model and model.operation(choices.action)
        instead = model is None or operation is None
        if model is None or operation is None:
            model, operation = catalog.choose(choices.action, None)
        taken = {name: value for name, value in choices.options.items() if _takes(operation, name, value)}
        left_out = tuple(name for name in choices.options if name not in taken)
        return cls(choices, model, operation, taken, left_out, instead)

    @property
    def problem(self) -> CatalogError | None:
        """What the model would not take, if there is any."""
        try:
            check_prompt(self.choices.prompt, self.model, self.operation)
            check_options(self.options, self.model, self.operation)
            check_sources(len(self.choices.sources), self.model, self.operation, mask=self.choices.mask)
        except CatalogError as error:
            return error
        return None

    @property
    def selectable(self) -> Mapping[str, tuple[Value, ...]]:
        """The options that have values to choose from, with those; a size that was typed is one of them."""
        found: dict[str, tuple[Value, ...]] = {}
        for name, option in self.operation.options.items():
            if option.suggested:
                typed = self.options.get(name)
                found[name] = (*option.suggested, *([typed] if typed and typed not in option.suggested else []))
        if self.choices.action == "text_to_image" or COUNT in found:
            found[COUNT] = counts(self.operation, {})
        return found

    def default(self, name: str) -> Value | None:
        """Return what an option is where it is left out, as far as that is known."""
        option = self.operation.options.get(name)
        return 1 if name == COUNT else option and option.default

    @property
    def typed(self) -> Mapping[str, Option]:
        """The options that are typed: a seed, or what should not be in the picture."""
        return {name: option for name, option in self.operation.options.items() if not option.suggested}


def _takes(operation: Operation, name: str, value: Value) -> bool:
    if name == COUNT:
        return value in counts(operation, {})
    option = operation.options.get(name)
    return option is not None and (
        not option.values or str(value).lower() in [str(each).lower() for each in option.values]
    )
