"""Message and modal components: from what a bot sends to what Discord answers and what a person fills in."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from tests.wire.errors import form_error
from tests.wire.people import Json

__all__ = ["find", "render", "submitted", "walk"]

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, RADIO_GROUP, CHECKBOX = 18, 21, 23

_SELECTS = (STRING_SELECT, *range(5, 9))
_ANSWER_DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in _SELECTS},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
}


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, those inside others included."""
    for component in components:
        yield component
        inner = [*component.get("components", ())]
        inner += [component[key] for key in ("accessory", "component") if key in component]
        yield from walk(inner)


def find(components: list[Json], custom_id: str) -> Json:
    """The component with this custom_id. Raises `LookupError`, naming those that are there."""
    ids = {entry["custom_id"]: entry for entry in walk(components) if "custom_id" in entry}
    if custom_id not in ids:
        raise LookupError(f"no component {custom_id!r}; there are {sorted(ids)}")
    return ids[custom_id]


def render(components: list[Json], media: Callable[[str], Json]) -> list[Json]:
    """The components as Discord answers them: numbered, complete, with media that can be fetched.

    `media` makes the object of a media address, which may be ``attachment://name``.
    """
    seen: set[str] = set()
    for component in walk(components):
        if (custom_id := component.get("custom_id")) in seen:
            raise form_error("components", "COMPONENT_CUSTOM_ID_DUPLICATED", f"{custom_id} is there twice")
        if custom_id is not None:
            seen.add(custom_id)
    numbers = itertools.count(1)
    return [_render(component, numbers, media) for component in components]


def _render(component: Json, numbers: Iterator[int], media: Callable[[str], Json]) -> Json:
    # discord.py says of every select whether it is required, which only a modal's is.
    told = {key: value for key, value in component.items() if value is not None and key != "required"}
    shown = {**_ANSWER_DEFAULTS.get(component["type"], {}), **told}
    shown["id"] = told.get("id") or next(numbers)
    if "components" in shown:
        shown["components"] = [_render(inner, numbers, media) for inner in shown["components"]]
    if "accessory" in shown:
        shown["accessory"] = _render(shown["accessory"], numbers, media)
    for key in ("media", "file"):
        if key in shown:
            shown[key] = media(shown[key]["url"])
    if component["type"] == GALLERY:
        blank = {"description": None, "spoiler": False}
        shown["items"] = [{**blank, **item, "media": media(item["media"]["url"])} for item in shown["items"]]
    return shown


def submitted(modal: Json, values: dict[str, Any]) -> list[Json]:
    """A modal's components filled in: `values` by custom_id, the rest as the modal was pre-filled.

    Raises `LookupError` for a value that has no field in the modal.
    """
    for custom_id in values:
        find(modal["components"], custom_id)
    numbers = itertools.count(1)
    return [_submitted(component, numbers, values) for component in modal["components"]]


def _submitted(component: Json, numbers: Iterator[int], values: dict[str, Any]) -> Json:
    sent: Json = {"type": component["type"], "id": next(numbers)}
    if component["type"] == LABEL:
        return {**sent, "component": _submitted(component["component"], numbers, values)}
    if component["type"] == ACTION_ROW:
        return {**sent, "components": [_submitted(c, numbers, values) for c in component["components"]]}
    if "custom_id" not in component:
        return sent
    sent["custom_id"] = custom_id = component["custom_id"]
    if component["type"] in (TEXT_INPUT, RADIO_GROUP, CHECKBOX):
        return {**sent, "value": values.get(custom_id, _preset_value(component))}
    preset = [option["value"] for option in component.get("options", ()) if option.get("default")]
    return {**sent, "values": values.get(custom_id, preset)}


def _preset_value(component: Json) -> Any:
    if component["type"] == TEXT_INPUT:
        return component.get("value") or ""
    if component["type"] == CHECKBOX:
        return bool(component.get("default"))
    return next((option["value"] for option in component["options"] if option.get("default")), None)
