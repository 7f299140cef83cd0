"""All models, and which of them people can use."""

import tomllib
from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import model_validator

from bot.catalog._models import Action, CatalogError, Model, Operation, Part

SHIPPED = Path(__file__).parent.with_name("catalog.toml")

ALL = "all"
"""What stands for every model of the file."""


class UnknownModels(ValueError):
    """Models were to be turned on that the catalog does not have; the text is one sentence."""


class Catalog(Part):
    """All models, in the order in which people see them."""

    models: tuple[Model, ...]
    default_text_to_image: str
    default_edit_image: str

    @classmethod
    def load(cls, path: Path | None = None, *, offered: Sequence[str] = ()) -> Self:
        """Read a catalog file; by default the one that Easel ships.

        Args:
            offered: ids of the models that people can use, in that order; `all` is every model of the file, and
                nothing those that RunAPI's guide pages show.

        Raises:
            pydantic.ValidationError: the file does not have a catalog's shape.
            UnknownModels: a model that is to be offered is not in it.
        """
        whole = cls.model_validate(tomllib.loads((path or SHIPPED).read_text(encoding="utf-8")))
        return whole._offering([name.strip().lower() for name in offered])

    def _offering(self, names: Sequence[str]) -> Self:
        if names == [ALL]:
            return self
        unknown = [name for name in names if name not in self._by_id]
        if unknown:
            raise UnknownModels(f"MODELS names what is no model of bot/catalog.toml: {', '.join(unknown)}.")
        named = {self._by_id[name].id: self._by_id[name] for name in names}
        models = tuple(named.values()) if names else tuple(model for model in self.models if model.guide)
        # Not validated: a default may be among what is not offered.
        return self.model_construct(
            models=models,
            default_text_to_image=self.default_text_to_image,
            default_edit_image=self.default_edit_image,
        )

    def narrowed(self, models: Container[str], defaults: Mapping[Action, str]) -> Self:
        """Return the catalog with only those of its models, by id.

        Args:
            defaults: ids of the models that are taken when none is named, where they are others than this catalog's;
                one that is not among `models`, or cannot do that, is as if it were not named.
        """
        kept = tuple(model for model in self.models if model.id in models)
        able = {
            action: name
            for action, name in defaults.items()
            if any(model.id == name and model.operation(action) is not None for model in kept)
        }
        return self.model_construct(
            models=kept,
            default_text_to_image=able.get("text_to_image", self.default_text_to_image),
            default_edit_image=able.get("edit_image", self.default_edit_image),
        )

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

    @cached_property
    def _able(self) -> dict[Action, tuple[Model, ...]]:
        actions: tuple[Action, ...] = ("text_to_image", "edit_image")
        return {
            action: tuple(model for model in self.models if model.operation(action) is not None) for action in actions
        }

    def find(self, model_id: str) -> Model | None:
        """Return the model with this id or alias, whatever its case, or None."""
        return self._by_id.get(model_id.strip().lower())

    def default(self, action: Action) -> Model:
        """Return the model that is taken when none is named: the file's, or the first that can where that is off.

        Raises:
            CatalogError: no model can do `action`.
        """
        able = self.able_to(action)
        if not able:
            raise CatalogError(f"catalog-none-can-{action.replace('_', '-')}")
        name = self.default_text_to_image if action == "text_to_image" else self.default_edit_image
        return next((model for model in able if model.id == name), able[0])

    def able_to(self, action: Action) -> tuple[Model, ...]:
        """Return the models that can do `action`."""
        return self._able[action]

    def choose(self, action: Action, model_id: str | None) -> tuple[Model, Operation]:
        """Return the model to use and what it takes.

        Raises:
            CatalogError: there is no such model, or it cannot do `action`.
        """
        default = self.default(action)
        model = default if model_id is None else self.find(model_id)
        operation = None if model is None else model.operation(action)
        if model is not None and operation is not None:
            return model, operation
        able = ", ".join(each.id for each in self.able_to(action))
        if model is None:
            raise CatalogError("catalog-unknown-model", model=(model_id or "")[:50], models=able)
        raise CatalogError(f"catalog-cannot-{action.replace('_', '-')}", model=model.name, models=able)
