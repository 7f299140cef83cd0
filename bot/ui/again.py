"""Asking once more for what was asked for before."""

import secrets
from collections.abc import Mapping

from bot.catalog import SEED, Operation, Value
from bot.engine import Draft, sources_again
from bot.errors import EaselError
from bot.store import Details, Forgotten, RequestState
from bot.ui.base import Interaction, draft_from
from bot.ui.remaking import check_kept, offered

_STYLES = ("flat", "namespaced")


def draft_again(interaction: Interaction, details: Details, *, origin: str) -> Draft:
    """Return a request once more, as one of who acts: with another seed, unless the old one gave no picture.

    Raises:
        EaselError: it is forgotten, its model is not offered any more, or what it edited is lost.
    """
    request = details.request
    if request.forgotten is not None:
        by_wish = request.forgotten is Forgotten.WISH
        raise EaselError("request-forgotten-wish" if by_wish else "request-forgotten-age")
    operation = offered(interaction, request)
    check_kept(interaction, details)
    made = request.state is RequestState.COMPLETED
    return draft_from(
        interaction,
        origin=origin,
        action=request.action,
        prompt=request.prompt,
        model=request.model,
        options=_with_another_seed(request.options, operation) if made else request.options,
        sources=sources_again(details),
        # What was public as its server had it then is made again as its server has it now.
        private=request.private or None,
        parent_id=request.id,
        spoiler=request.spoiler,
    )


def _with_another_seed(options: Mapping[str, Value], operation: Operation) -> Mapping[str, Value]:
    """Return options with a seed drawn, which the reply will show, where the model takes one whichever way it is asked.

    Elsewhere they are without the seed.
    """
    others = {name: value for name, value in options.items() if name != SEED}
    option = operation.options.get(SEED)
    if option is None or option.maximum is None or not set(_STYLES) <= set(option.styles):
        return others
    low = option.minimum or 0
    seed = low + secrets.randbelow(option.maximum - low)
    # One that was drawn from all but the old one.
    return {**others, SEED: option.maximum if seed == options.get(SEED) else seed}
