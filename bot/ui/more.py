"""More: a result's whole request, copyable, and its pictures as they were made, while they are kept."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import discord

from bot.discord_errors import Trouble, trouble
from bot.i18n import text
from bot.store import Details, Picture
from bot.ui.base import Interaction, home
from bot.ui.options import MAX_FILES
from bot.ui.reporting import ReportResult, reportable
from bot.ui.wording import alt_text, dollars, result_name

MAX_CONTENT = 2000
"""Characters of a message (Discord's API document)."""

MAX_LINK = 300
"""Characters of a picture's address, up to which it is shown."""

FENCE = "```"
"""What a code block begins and ends with, so that nothing in it can be shown that has it."""


@dataclass(frozen=True, slots=True)
class Original:
    """A picture as it was made.

    Attributes:
        file: where its bytes are, None where they are not kept or not to be attached.
        too_large: whether it is kept, but cannot be attached.
    """

    picture: Picture
    file: Path | None
    too_large: bool = False

    @property
    def linked(self) -> bool:
        """Whether RunAPI still has it at its address."""
        return datetime.now(UTC) < self.picture.expires_at


async def show_more(interaction: Interaction, details: Details) -> None:
    """Answer privately with a request in full and its originals; those that Discord does not take go as links."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        await _send(interaction, details, _originals(interaction, details))
    except FileNotFoundError:
        # Swept since it was looked for.
        await _send(interaction, details, _originals(interaction, details))
    except discord.HTTPException as error:
        if trouble(error) not in (Trouble.TOO_LARGE, Trouble.UNFIT):
            raise
        await _send(interaction, details, _originals(interaction, details, room=0))


def _originals(interaction: Interaction, details: Details, room: int | None = None) -> Sequence[Original]:
    """Return a request's pictures, with the files of those that fit into one message.

    Args:
        room: bytes that they may have together; by default what Discord takes there.
    """
    engine = home(interaction).engine
    room = interaction.filesize_limit if room is None else room
    found: list[Original] = []
    for picture in details.pictures:
        file = engine.recall.original(picture)
        size = 0 if file is None else file.stat().st_size
        fits = size <= room and len([each for each in found if each.file]) < MAX_FILES - 1
        room -= size if fits else 0
        found.append(Original(picture, file if fits else None, too_large=not fits))
    return found


async def _send(interaction: Interaction, details: Details, originals: Sequence[Original]) -> None:
    locale = str(interaction.locale)
    content = "\n".join(_lines(details, originals, locale))
    files = [*_files(interaction, details, originals)]
    asked = details.request.prompt + _options(details)
    if len(content) > MAX_CONTENT or FENCE in asked or _has_long_link(originals):
        content = "\n".join(_lines(details, originals, locale, in_file=True))
        whole = "\n\n".join([details.request.prompt, _options(details), *_addresses(originals)])
        name = f"easel-{details.request.short_id}-request.txt"
        files.append(discord.File(io.BytesIO(whole.encode()), filename=name))
    view = discord.ui.View(timeout=None)
    if reportable(interaction, details):
        view.add_item(ReportResult(details.request.short_id, text("button-report", locale=locale)))
    await interaction.followup.send(content, files=files, view=view, ephemeral=True, suppress_embeds=True)


def _lines(details: Details, originals: Sequence[Original], locale: str, *, in_file: bool = False) -> Iterator[str]:
    request = details.request
    yield f"**{text('more-title', locale=locale, id=request.short_id, author=f'<@{request.user_id}>')}**"
    if in_file:
        yield text("more-in-file", locale=locale)
    else:
        yield f"{FENCE}\n{request.prompt}\n{FENCE}\n{FENCE}\n{_options(details)}\n{FENCE}"
    yield " · ".join(_facts(details, locale))
    yield from _notes(details, originals, locale)


def _options(details: Details) -> str:
    """Return what was asked for besides the prompt, a line each; a text is in one line."""
    request = details.request
    asked = {"id": request.short_id, "model": request.model, **request.options}
    return "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in asked.items())


def _facts(details: Details, locale: str) -> Iterator[str]:
    request = details.request
    yield text("more-asked", locale=locale, when=discord.utils.format_dt(request.created_at))
    if request.finished_at is not None:
        yield text("more-finished", locale=locale, when=discord.utils.format_dt(request.finished_at))
    edited = sum(source.role == "image" for source in details.sources)
    if edited:
        yield text("more-edits", locale=locale, count=edited)
    if details.cost is not None:
        yield text("fact-cost", locale=locale, cost=dollars(details.cost))


def _notes(details: Details, originals: Sequence[Original], locale: str) -> Iterator[str]:
    if details.request.deleted_at is not None:
        yield text("more-deleted", locale=locale)
        return
    attached = sum(original.file is not None for original in originals)
    if attached:
        yield text("more-attached", locale=locale, count=attached)
    for original in originals:
        if original.file is None:
            yield _where(original, details, locale)


def _where(original: Original, details: Details, locale: str) -> str:
    """Return where a picture is to be had that is not attached."""
    picture = original.picture
    if not original.linked:
        sentence = "more-too-large" if original.too_large else "more-gone"
        return text(sentence, locale=locale, number=picture.number)
    until = discord.utils.format_dt(picture.expires_at, "R")
    if len(picture.url) > MAX_LINK:
        return text("more-long-link", locale=locale, number=picture.number, until=until)
    said = text("more-link", locale=locale, number=picture.number, url=picture.url, until=until)
    return f"||{said}||" if details.request.spoiler else said


def _has_long_link(originals: Sequence[Original]) -> bool:
    return any(each.file is None and each.linked and len(each.picture.url) > MAX_LINK for each in originals)


def _addresses(originals: Sequence[Original]) -> list[str]:
    return [f"{each.picture.number}: {each.picture.url}" for each in originals if each.file is None and each.linked]


def _files(interaction: Interaction, details: Details, originals: Sequence[Original]) -> Iterator[discord.File]:
    request = details.request
    described = alt_text(details, home(interaction).engine.catalog)
    for original in originals:
        if original.file is not None:
            yield discord.File(
                original.file,
                filename=f"{result_name(request, original.picture.number)}{original.file.suffix}",
                description=described,
                spoiler=request.spoiler,
            )
