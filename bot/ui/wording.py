"""Prompts, amounts and names of files as replies and panels say them."""

from bot.catalog import Catalog
from bot.i18n import text
from bot.money import dollars
from bot.store import Details, Request
from bot.ui.typed import literal, shortened

__all__ = ["MAX_ALT_TEXT", "alt_text", "dollars", "model_name", "quoted", "result_name"]

MAX_ALT_TEXT = 1024
"""Characters of an attachment's description (Discord's API document)."""

DESCRIBED_PROMPT = 900
"""Characters of a prompt that an attachment's description quotes; a Fluent message takes 1000 in one place."""

SHOWN_PROMPT = 180
"""Characters of a prompt that a reply quotes."""


def quoted(prompt: str, limit: int = SHOWN_PROMPT) -> str:
    """Return a prompt as one quoted line of at most `limit` characters, in which nothing is markup."""
    return "> " + literal(shortened(" ".join(prompt.split()), limit))


def model_name(request: Request, catalog: Catalog) -> str:
    """Return what people know a request's model by, also when it is not offered any more."""
    model = catalog.find(request.model)
    return request.model if model is None else model.name


def result_name(request: Request, number: int) -> str:
    """Return what a picture's file is called in the reply, without its suffix; `number` is the picture's, from 1."""
    return f"easel-{request.short_id}-{number}"


def alt_text(details: Details, catalog: Catalog) -> str:
    """Return the description of a request's pictures for people who cannot see them."""
    request = details.request
    sentence = "edited-from" if request.action == "edit_image" else "made-from"
    prompt = shortened(request.prompt, DESCRIBED_PROMPT)
    described = text(sentence, locale=request.locale, model=model_name(request, catalog), prompt=prompt)
    return shortened(described, MAX_ALT_TEXT)
