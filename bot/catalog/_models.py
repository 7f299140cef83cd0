"""The shape of the catalog's entries: models, their operations, and the options of those."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.catalog._sizes import nearest_ratio
from bot.errors import EaselError

Action = Literal["text_to_image", "edit_image"]
Style = Literal["flat", "namespaced"]
Value = str | int
Options = Mapping[str, Value]

MAX_PROMPT = 4000
"""Characters of a prompt, everywhere: a Discord option allows 6000, a modal's text input 4000."""

RATIO = "aspect_ratio"
"""The option for which a size in pixels can stand."""

COUNT = "count"
"""The option that says how many pictures there are to be; a model that has none makes one a task."""


class CatalogError(EaselError):
    """What was asked for is not what the model takes."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(Part):
    """One option of an operation, by its name on `/imagine` and `/edit`."""

    field: str | None = None
    values: tuple[Value, ...] = ()
    default: Value | None = None
    always: bool = False
    styles: tuple[Style, ...] = ("flat", "namespaced")
    sizes: dict[str, str] = {}
    minimum: int | None = None
    maximum: int | None = None
    max_length: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _has_what_is_always_sent(self) -> Self:
        if self.always and self.default is None:
            raise ValueError("an option that is always sent needs a default")
        return self

    @property
    def numeric(self) -> bool:
        """Whether it is a whole number within bounds."""
        return not self.suggested and (self.minimum is not None or self.maximum is not None)

    @property
    def suggested(self) -> tuple[Value, ...]:
        """What is suggested to people: all that is allowed, or of sizes one for each ratio."""
        return self.values or tuple(self.sizes.values())


class Rule(Part):
    """Options that exclude each other: when each of `when` is chosen, none of `never` may be."""

    when: dict[str, Value]
    never: dict[str, tuple[Value, ...]]


class Operation(Part):
    """What a model takes for one action."""

    service: str
    action: str | None = None
    ids: dict[Style, str] = {}
    max_sources: int = 0
    source_field: str = "source_image_urls"
    sources_single: bool = False
    mask_field: str | None = None
    mask_required: bool = False
    max_prompt: int = MAX_PROMPT
    constants: dict[str, str | int | bool] = {}
    options: dict[str, Option] = {}
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        for rule in self.rules:
            unknown = (rule.when.keys() | rule.never.keys()) - self.options.keys()
            if unknown:
                raise ValueError(f"a rule names options that the operation does not have: {sorted(unknown)}")
        ratios = set(self.options[RATIO].values) if RATIO in self.options else set[Value]()
        if self._size is not None and self.options[self._size].sizes.keys() != ratios:
            raise ValueError(f"{self._size} must name a size for each {RATIO} and for no other")
        if self.sources_single and self.max_sources != 1:
            raise ValueError("a field for a single source takes one source")
        return self

    @property
    def _size(self) -> str | None:
        """The name of the option that is a size in pixels."""
        return next((name for name, option in self.options.items() if option.sizes), None)

    def route_action(self, action: Action) -> str:
        """Return RunAPI's name for `action`, as its routes have it."""
        return self.action or action

    def allowed(self, name: str, others: Options) -> tuple[Value, ...]:
        """Return the values of option `name` to suggest beside the `others` chosen already.

        An option that is not chosen yet is no obstacle: it can still be.
        """
        option = self.options.get(name)
        if option is None:
            return ()
        return tuple(value for value in option.suggested if self._fits(name, {**others, name: value}))

    def _fits(self, name: str, chosen: Options) -> bool:
        return not any(name in rule.when or name == second for rule, second in self._broken(chosen)) and (
            name not in (self._size, RATIO) or self._size_agrees(chosen)
        )

    def conflict(self, chosen: Options) -> tuple[str, str] | None:
        """Return the names of two options that exclude each other, left-out ones as RunAPI's default."""
        defaults = {name: option.default for name, option in self.options.items() if option.default is not None}
        broken = next(self._broken({**defaults, **chosen}), None)
        if broken is not None:
            rule, second = broken
            return next(iter(rule.when)), second
        return None if self._size is None or self._size_agrees(chosen) else (RATIO, self._size)

    def _broken(self, chosen: Options) -> Iterator[tuple[Rule, str]]:
        """Yield each rule that is broken, and the name of the option that may not be as it is."""
        for rule in self.rules:
            if all(chosen.get(name) == value for name, value in rule.when.items()):
                yield from ((rule, name) for name, values in rule.never.items() if chosen.get(name) in values)

    def _size_agrees(self, chosen: Options) -> bool:
        """Whether a size and a ratio that were both chosen mean the same."""
        if self._size is None or self._size not in chosen or RATIO not in chosen:
            return True
        return nearest_ratio(str(chosen[self._size]), self.options[self._size].sizes) in (None, chosen[RATIO])

    def sent(self, style: Style, options: Options) -> dict[str, Value]:
        """Return what is sent in a route style for the options that were chosen, by their names.

        A size and a ratio stand for each other where the style takes only one of them. What is no option of the
        operation is left out: a number of pictures that takes several tasks, or what a newer catalog has no more.
        """
        always = {name: option.default for name, option in self.options.items() if option.always}
        wanted = {name: value for name, value in always.items() if value is not None}
        wanted |= dict(options) | self._translated(style, options)
        known = {name: value for name, value in wanted.items() if name in self.options}
        return {name: value for name, value in known.items() if style in self.options[name].styles}

    def _translated(self, style: Style, options: Options) -> dict[str, Value]:
        """Return the ratio for a size, or the size for a ratio, where the style takes only that."""
        size = self._size
        if size is None or (size in options) == (RATIO in options):
            return {}
        if size in options and style not in self.options[size].styles:
            ratio = nearest_ratio(str(options[size]), self.options[size].sizes)
            return {} if ratio is None else {RATIO: ratio}
        if RATIO in options and style not in self.options[RATIO].styles:
            return {size: self.options[size].sizes[str(options[RATIO])]}
        return {}

    def unsent(self, style: Style, options: Options) -> list[str]:
        """Return the names of chosen options of which nothing is sent in a route style."""
        sent = self.sent(style, options)
        pair = (self._size, RATIO) if self._size else ()
        return [
            name
            for name in options
            if name in self.options and name not in sent and not (name in pair and sent.keys() & set(pair))
        ]


class Model(Part):
    """One model of RunAPI; `guide` says whether RunAPI's guide pages show it."""

    id: str
    name: str
    summary: str
    guide: bool = True
    aliases: tuple[str, ...] = ()
    text_to_image: Operation | None = None
    edit_image: Operation | None = None

    def operation(self, action: Action) -> Operation | None:
        """Return what the model takes for `action`, or None where it cannot do that."""
        return self.text_to_image if action == "text_to_image" else self.edit_image
