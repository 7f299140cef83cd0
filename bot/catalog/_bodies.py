"""What RunAPI's create call is sent."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from bot.catalog._models import Model, Operation, Options, Style


class SourceUrls(NamedTuple):
    """Addresses from which RunAPI can take the pictures to edit, and the mask that says where."""

    images: tuple[str, ...] = ()
    mask: str | None = None


def request_body(
    model: Model,
    operation: Operation,
    style: Style,
    *,
    prompt: str,
    options: Options,
    source_urls: Sequence[str] = (),
    mask_url: str | None = None,
    callback_url: str | None = None,
) -> dict[str, object]:
    """Return the JSON object that RunAPI's create call takes.

    Args:
        style: which of RunAPI's two route styles the body is for; ids and options differ between them.
        options: checked options, by their names on `/imagine` and `/edit`.
        source_urls: public addresses of the pictures to edit.
        mask_url: public address of the mask.
        callback_url: public address that RunAPI calls when the task is over; None asks for no call.
    """
    body: dict[str, object] = {"model": operation.ids.get(style, model.id), "prompt": prompt}
    for name, value in operation.sent(style, options).items():
        body[operation.options[name].field or name] = value
    body.update(operation.constants)
    if source_urls:
        body[operation.source_field] = source_urls[0] if operation.sources_single else list(source_urls)
    if mask_url is not None and operation.mask_field is not None:
        body[operation.mask_field] = mask_url
    if callback_url is not None:
        body["callback_url"] = callback_url
    return body


def urls_in(body: Mapping[str, object], operation: Operation) -> SourceUrls:
    """Return the addresses that a body from `request_body` names."""
    named = body.get(operation.source_field, [])
    images = (named,) if isinstance(named, str) else tuple(cast("list[str]", named))
    mask = body.get(operation.mask_field) if operation.mask_field else None
    return SourceUrls(images, None if mask is None else str(mask))
