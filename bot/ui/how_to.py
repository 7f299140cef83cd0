"""The how-to of an art channel: how Easel is used there, with which models, and what holds."""

from collections.abc import Iterator, Mapping, Sequence

from bot.catalog import RATIO, Action, Catalog, Model
from bot.engine import ArtChannel, GuildSettings, OperatorLimits, resolutions
from bot.i18n import text
from bot.ui.typed import literal, shortened

MAX_MODELS = 900
"""Characters for the models, which leaves room for the rest in a message of 2000 (Discord's API document)."""

LISTED_RATIOS = 20
"""Ratios that are listed."""

RESOLUTION = "resolution"

MAKE: Action = "text_to_image"
EDIT: Action = "edit_image"
ACTIONS = (MAKE, EDIT)


def how_to(
    channel: ArtChannel, settings: GuildSettings, catalog: Catalog, operator: OperatorLimits, locale: str
) -> str:
    """Return the how-to, in at most 2000 characters.

    Args:
        settings: of the channel's server.
        catalog: the models that the server allows, with its own defaults.
    """
    return "\n".join(
        [
            f"## {title(locale)}",
            *(f"- {line}" for line in _ways(catalog, locale)),
            *(f"- {line}" for line in _results(channel, settings, locale)),
            f"### {text('how-to-models', locale=locale)}",
            _models(catalog, settings, locale),
            "",
            *_values(catalog, settings, locale),
            " ".join(_limits(settings, operator, locale)),
            f"-# {text('how-to-footer', locale=locale)}",
        ]
    )


def title(locale: str) -> str:
    """Return with what a how-to begins, and nothing else of the bot's does."""
    return text("how-to-title", locale=locale)


def _ways(catalog: Catalog, locale: str) -> Iterator[str]:
    if catalog.able_to(MAKE):
        yield text("how-to-make", locale=locale)
    if catalog.able_to(EDIT):
        yield text("how-to-edit", locale=locale)
        yield text("how-to-reply", locale=locale)
    yield text("how-to-again", locale=locale)


def _results(channel: ArtChannel, settings: GuildSettings, locale: str) -> Iterator[str]:
    if settings.private:
        yield text("how-to-private", locale=locale)
    if channel.threads:
        yield text("how-to-threads", locale=locale)
    if channel.forum is not None:
        yield text("how-to-forum", locale=locale, forum=f"<#{channel.forum}>")


def _models(catalog: Catalog, settings: GuildSettings, locale: str) -> str:
    """Return the models, each with what it does there; where there are too many, only their names."""
    lines = [_model(model, catalog, settings, locale) for model in catalog.models]
    listed = "\n".join(lines) or text("how-to-no-models", locale=locale)
    return listed if len(listed) <= MAX_MODELS else shortened(" · ".join(_names(catalog)), MAX_MODELS)


def _names(catalog: Catalog) -> Sequence[str]:
    return [model.name for model in catalog.models]


def _model(model: Model, catalog: Catalog, settings: GuildSettings, locale: str) -> str:
    uses = [_use(action, model, catalog, locale) for action in ACTIONS if model.operation(action) is not None]
    largest = _resolutions(model, settings)
    return " · ".join([f"- **{model.name}** `{model.id}`: {', '.join(uses)}", *([largest] if largest else [])])


def _use(action: Action, model: Model, catalog: Catalog, locale: str) -> str:
    use = text("how-to-makes" if action == MAKE else "how-to-edits", locale=locale)
    default = catalog.default(action).id == model.id
    return f"{use} ({text('models-default', locale=locale)})" if default else use


def _resolutions(model: Model, settings: GuildSettings) -> str:
    operations = [each for action in ACTIONS if (each := model.operation(action)) is not None]
    values = {str(value): None for each in operations for value in resolutions(each, settings.largest_resolution)}
    return ", ".join(values)


def _values(catalog: Catalog, settings: GuildSettings, locale: str) -> Iterator[str]:
    ratios = _ratios(catalog)
    if ratios:
        more = ["…"] if len(ratios) > LISTED_RATIOS else []
        yield text("how-to-ratios", locale=locale, ratios=", ".join([*ratios[:LISTED_RATIOS], *more]))
    if settings.default_aspect_ratio is not None:
        yield text("how-to-ratio", locale=locale, ratio=literal(settings.default_aspect_ratio))


def _ratios(catalog: Catalog) -> Sequence[str]:
    """Return the ratios that at least one model takes, those that most take first."""
    taken: dict[str, int] = {}
    for model in catalog.models:
        options: Mapping[str, None] = {}
        for action in ACTIONS:
            operation = model.operation(action)
            if operation is not None and RATIO in operation.options:
                options = {**options, **dict.fromkeys(map(str, operation.options[RATIO].values))}
        for ratio in options:
            taken[ratio] = taken.get(ratio, 0) + 1
    return sorted(taken, key=lambda ratio: -taken[ratio])


def _limits(settings: GuildSettings, operator: OperatorLimits, locale: str) -> Iterator[str]:
    daily = operator.daily if settings.pictures_a_day is None else settings.pictures_a_day
    yield text("how-to-daily", locale=locale, limit=daily)
    if settings.most_pictures is not None:
        yield text("how-to-count", locale=locale, limit=settings.most_pictures)
    if settings.largest_resolution is not None:
        yield text("how-to-resolution", locale=locale, limit=settings.largest_resolution)
    if settings.cooldown:
        yield text("how-to-cooldown", locale=locale, seconds=settings.cooldown)
    if settings.tasks_at_once is not None:
        yield text("how-to-at-once", locale=locale, limit=settings.tasks_at_once)
