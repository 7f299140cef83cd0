"""What a server's settings make of what is asked for there: it is refused, or filled in with what they decide."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.catalog import COUNT, RATIO, Catalog, Model, Operation, Value, parse_size
from bot.engine.guild_settings import GuildSettings, Resolution
from bot.errors import EaselError

if TYPE_CHECKING:
    from bot.engine.accept import Draft

NAMED = 10
"""Channels or roles that a refusal names."""

SIDES: Mapping[Resolution, int] = {"1k": 1024, "2k": 2048, "4k": 4096}
"""Pixels of a square's side at each resolution; a size in pixels may have as many pixels in all."""

RESOLUTION, SIZE = "resolution", "size"


class AgainstSettings(EaselError):
    """The settings of the server do not allow what was asked for."""


class Unwelcome(AgainstSettings):
    """The settings of the server let this person ask for nothing, or nothing there."""


def check_welcome(draft: "Draft", settings: GuildSettings) -> None:
    """Check that the settings of a server let somebody ask for pictures, where they do.

    Raises:
        Unwelcome: they do not.
    """
    _check_place(draft, settings)
    _check_roles(draft, settings)


def applied(draft: "Draft", settings: GuildSettings, catalog: Catalog) -> "Draft":
    """Return a draft with what the settings of its server decide where it says nothing itself.

    Who may manage the server is bound like everybody else: so they see what others see.

    Raises:
        AgainstSettings: they do not allow it.
        CatalogError: there is no such model, or it cannot do that.
    """
    model = _model(draft, settings, catalog)
    operation = model.operation(draft.action)
    options = dict(draft.options)
    if operation is not None:
        options = _with_ratio(options, draft, operation, settings)
        options = _within_resolution(options, model, operation, settings)
    _check_count(options.get(COUNT), settings)
    hidden = draft.age_restricted and settings.nsfw == "spoiler"
    return replace(
        draft,
        model=model.id,
        options=options,
        private=settings.private if draft.private is None else draft.private,
        spoiler=draft.spoiler or hidden,
    )


def catalog_for(settings: GuildSettings, catalog: Catalog) -> Catalog:
    """Return the models that a server allows, with its own defaults."""
    if not settings.models and not settings.default_models:
        return catalog
    models = settings.models or frozenset(model.id for model in catalog.models)
    return catalog.narrowed(models, settings.default_models)


def resolutions(operation: Operation, largest: Resolution | None) -> tuple[Value, ...]:
    """Return the values of an operation's `resolution` that are no larger than a server allows.

    Of a model that calls them by names of its own RunAPI does not say how large they are: only its first is allowed,
    unless the largest is 4k.
    """
    option = operation.options.get(RESOLUTION)
    values = option.suggested if option else ()
    if largest is None:
        return values
    sides: Mapping[Value, int] = {name: side for name, side in SIDES.items() if name in values}
    if not sides:
        return values if largest == "4k" else values[:1]
    return tuple(value for value in values if value in sides and sides[value] <= SIDES[largest])


def _check_place(draft: "Draft", settings: GuildSettings) -> None:
    if draft.age_restricted and settings.nsfw == "off":
        raise Unwelcome("policy-not-among-adults")
    here = draft.place_ids | ({draft.channel_id} if draft.channel_id is not None else set[int]())
    denied = here & settings.channels_denied
    allowed = settings.channels - settings.channels_denied
    if denied and allowed:
        raise Unwelcome("policy-place-denied-others", channel=_channels(denied), channels=_channels(allowed))
    if denied:
        raise Unwelcome("policy-place-denied", channel=_channels(denied))
    if settings.channels and not here & settings.channels:
        raise Unwelcome("policy-place-elsewhere", channels=_channels(settings.channels))


def _check_roles(draft: "Draft", settings: GuildSettings) -> None:
    denied = draft.role_ids & settings.roles_denied
    if denied:
        raise Unwelcome("policy-role-denied", roles=_roles(denied))
    if settings.roles and not draft.role_ids & settings.roles:
        raise Unwelcome("policy-role-needed", roles=_roles(settings.roles))


def _channels(ids: Collection[int]) -> str:
    return _listed([f"<#{each}>" for each in sorted(ids)])


def _roles(ids: Collection[int]) -> str:
    return _listed([f"<@&{each}>" for each in sorted(ids)])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:NAMED] + (["…"] if len(names) > NAMED else []))


def _model(draft: "Draft", settings: GuildSettings, catalog: Catalog) -> Model:
    allowed = catalog_for(settings, catalog)
    able = allowed.able_to(draft.action)
    if not able and catalog.able_to(draft.action):
        raise AgainstSettings("policy-none-makes" if draft.action == "text_to_image" else "policy-none-edits")
    named = None if draft.model is None else catalog.find(draft.model)
    if named is not None and allowed.find(named.id) is None:
        raise AgainstSettings("policy-model", model=named.name, models=", ".join(model.id for model in able))
    model, _ = allowed.choose(draft.action, draft.model)
    return model


def _with_ratio(
    options: dict[str, Value | None], draft: "Draft", operation: Operation, settings: GuildSettings
) -> dict[str, Value | None]:
    """Return the options with the server's ratio, where a picture is made anew and that goes with what was chosen."""
    wanted = settings.default_aspect_ratio
    chosen = {name: value for name, value in options.items() if value is not None and value != ""}
    anew = draft.action == "text_to_image" and draft.parent_id is None
    if wanted is None or not anew or RATIO in chosen or SIZE in chosen:
        return options
    others = {name: value for name, value in chosen.items() if name in operation.options}
    return {**options, RATIO: wanted} if wanted in operation.allowed(RATIO, others) else options


def _within_resolution(
    options: dict[str, Value | None], model: Model, operation: Operation, settings: GuildSettings
) -> dict[str, Value | None]:
    """Return the options with a resolution that the server allows.

    Raises:
        AgainstSettings: a larger one was asked for, or the model makes only larger ones.
    """
    largest = settings.largest_resolution
    if largest is None:
        return options
    size = parse_size(str(options.get(SIZE) or ""))
    if size is not None and size[0] * size[1] > SIDES[largest] ** 2:
        raise AgainstSettings("policy-size", limit=largest, pixels=f"{SIDES[largest]}x{SIDES[largest]}")
    option = operation.options.get(RESOLUTION)
    if option is None:
        return options
    fitting = resolutions(operation, largest)
    if not fitting:
        raise AgainstSettings("policy-resolution-none", model=model.name, limit=largest)
    asked = str(options.get(RESOLUTION) or "").strip().lower()
    known = {str(value).lower(): value for value in option.suggested}
    if asked:
        if asked in known and known[asked] not in fitting:
            allowed = ", ".join(map(str, fitting))
            raise AgainstSettings("policy-resolution", limit=largest, value=asked, allowed=allowed)
        return options
    # Where RunAPI does not say which one it takes by itself, the smallest is asked for.
    return options if option.default in fitting else {**options, RESOLUTION: fitting[0]}


def _check_count(count: Value | None, settings: GuildSettings) -> None:
    most = settings.most_pictures
    if most is None or count is None or not str(count).isdecimal() or int(count) <= most:
        return
    raise AgainstSettings("policy-count", limit=most)
