"""Asking once more for what was asked for before."""

from bot.engine import Draft, sources_again
from bot.store import Details
from bot.ui.base import Interaction, draft_from


def draft_again(interaction: Interaction, details: Details, *, origin: str) -> Draft:
    """Return a request once more, as one of who acts; without the seed, for that would give the same picture."""
    request = details.request
    return draft_from(
        interaction,
        origin=origin,
        action=request.action,
        prompt=request.prompt,
        model=request.model,
        options={name: value for name, value in request.options.items() if name != "seed"},
        sources=sources_again(details),
        private=request.private,
        parent_id=request.id,
    )
