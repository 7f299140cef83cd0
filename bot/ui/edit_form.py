"""The form in which somebody says how pictures are to be edited: Discord's modal.

It carries a draft's id, and what else there is to know is in that draft: so a form that was opened before a restart, or
on a message that is gone, still works.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import discord

from bot.catalog import MAX_PROMPT, Catalog, Model, Operation
from bot.i18n import text
from bot.ui.base import Interaction
from bot.ui.edit_draft import EDIT, EditDraft
from bot.ui.typed import shortened

MAX_OPTIONS = 25
"""Options of a select (Discord's documentation)."""

MAX_OPTION = 100
"""Characters of an option's label, value and description (Discord's documentation)."""

AS_IT_IS: Final = "*"
"""The value that leaves an option to the model."""

OPTIONS: Final = ("aspect_ratio", "resolution")
"""Options that the form asks for; with pictures, prompt and model that is all that a modal holds."""


def form(draft_id: str, draft: EditDraft, catalog: Catalog, locale: str) -> discord.ui.Modal:
    """Return the form with what is chosen and typed already."""
    models = _models(catalog)
    modal = discord.ui.Modal(title=text("form-title", locale=locale), custom_id=f"easel:edit-form:{draft_id}")
    if len(draft.pictures) > 1:
        modal.add_item(_picture_choice(draft, models, locale))
    prompt = discord.ui.TextInput[Any](
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        placeholder=text("form-prompt-example", locale=locale),
        default=draft.prompt or None,
        max_length=MAX_PROMPT,
    )
    modal.add_item(discord.ui.Label(text=text("form-prompt", locale=locale), component=prompt))
    modal.add_item(_model_choice(draft, models, catalog, locale))
    labels = text("form-aspect-ratio", locale=locale), text("form-resolution", locale=locale)
    for name, label in zip(OPTIONS, labels, strict=True):
        choice = _option_choice(name, draft, models, locale)
        if choice is not None:
            modal.add_item(discord.ui.Label(text=label, component=choice))
    return modal


_Models = Sequence[tuple[Model, Operation]]


def _models(catalog: Catalog) -> _Models:
    """Return the models that can edit without a mask, which the form cannot ask for; the default is among them."""
    found = [(model, operation) for model in catalog.able_to(EDIT) if (operation := model.operation(EDIT)) is not None]
    usable = [(model, operation) for model, operation in found if not operation.mask_required] or found
    usable.sort(key=lambda each: each[0].id != catalog.default(EDIT).id)
    return usable[:MAX_OPTIONS]


def _picture_choice(draft: EditDraft, models: _Models, locale: str) -> discord.ui.Label[Any]:
    most = min(max(operation.max_sources for _, operation in models), len(draft.pictures))
    select = discord.ui.Select[Any](custom_id="pictures", min_values=1, max_values=most, required=True)
    for index, picture in enumerate(draft.pictures):
        size = None if picture.size is None else text("form-size", locale=locale, **_sides(picture.size))
        label = shortened(f"{index + 1}. {picture.name}", MAX_OPTION)
        select.add_option(label=label, value=str(index), description=size, default=index in draft.chosen[:most])
    return discord.ui.Label(text=text("form-pictures", locale=locale), component=select)


def _sides(size: tuple[int, int]) -> dict[str, str]:
    return {"width": str(size[0]), "height": str(size[1])}


def _model_choice(draft: EditDraft, models: _Models, catalog: Catalog, locale: str) -> discord.ui.Label[Any]:
    chosen = None if draft.model is None else catalog.find(draft.model)
    usual = models[0][0] if chosen is None else chosen
    select = discord.ui.Select[Any](custom_id="model", required=True)
    for model, _ in models:
        select.add_option(
            label=shortened(model.name, MAX_OPTION),
            value=model.id,
            description=shortened(model.summary, MAX_OPTION),
            default=model.id == usual.id,
        )
    return discord.ui.Label(text=text("form-model", locale=locale), component=select)


def _option_choice(name: str, draft: EditDraft, models: _Models, locale: str) -> discord.ui.Select[Any] | None:
    """Return the choice of an option's value, among those of all models; None where no model has any."""
    takers: dict[str, list[str]] = {}
    for model, operation in models:
        for value in operation.options[name].suggested if name in operation.options else ():
            takers.setdefault(str(value), []).append(model.name)
    if not takers:
        return None
    chosen = (draft.options or {}).get(name, AS_IT_IS)
    select = discord.ui.Select[Any](custom_id=name, required=True)
    usual = text("form-as-it-is", locale=locale)
    select.add_option(label=usual, value=AS_IT_IS, default=chosen not in takers)
    for value, names in list(takers.items())[: MAX_OPTIONS - 1]:
        only = None if len(names) == len(models) else shortened(", ".join(names), MAX_OPTION)
        select.add_option(label=value, value=value, description=only, default=value == chosen)
    return select


def filled_in(interaction: Interaction, draft: EditDraft) -> EditDraft:
    """Return a draft with what the form that an interaction sends says."""
    answers = dict(_answers(interaction))
    return draft.filled_in(
        chosen=[int(each) for each in answers.get("pictures", ()) if each.isdecimal()],
        prompt=prompt_in(interaction),
        model=next(iter(answers.get("model", ())), None),
        options={name: value for name in OPTIONS for value in answers.get(name, ()) if value != AS_IT_IS},
    )


def prompt_in(interaction: Interaction) -> str:
    """Return the prompt in the form that an interaction sends."""
    return "".join(dict(_answers(interaction)).get("prompt", ()))


def _answers(interaction: Interaction) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what was filled in, by the parts' ids, as Discord sends it: each part within its label."""
    data = cast("Mapping[str, Any]", interaction.data or {})
    for label in cast("Sequence[Mapping[str, Any]]", data.get("components", ())):
        part = cast("Mapping[str, Any]", label.get("component", {}))
        if "custom_id" in part:
            yield part["custom_id"], part["values"] if "values" in part else [part.get("value", "")]
