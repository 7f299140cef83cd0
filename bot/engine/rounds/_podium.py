"""The podium: one picture of the pictures that won."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.errors import EaselError
from bot.images import Encoder, Fitted, PictureStore, Tile
from bot.store import Details, Entry, Picture

log = logging.getLogger(__name__)

ON_THE_PODIUM = 3
"""Pictures on a podium; where more share the places, the first that entered."""

PODIUM_SECONDS = 30.0
"""How long a podium may take, which others' pictures may hold up."""


@asynccontextmanager
async def podium(
    placed: Sequence[tuple[Entry, Details]], pictures: PictureStore, encoder: Encoder, *, among_adults: bool
) -> AsyncGenerator[Fitted | None]:
    """Yield a picture of the winners, which is there within the block; None where none can be made now.

    What is gone leaves an empty place, and spoilers are hidden.

    Args:
        placed: with the requests that made them, the first place first.
        among_adults: whether it is for an age-restricted channel; elsewhere pictures from one are left out.
    """
    async with pictures.temporary() as directory:
        tiles = [_tile(*each, pictures, among_adults=among_adults) for each in placed[:ON_THE_PODIUM]]
        try:
            async with asyncio.timeout(PODIUM_SECONDS):
                made = await encoder.podium(tiles, directory / "podium") if tiles else None
        except (EaselError, OSError, TimeoutError) as error:
            log.warning("a round gets no podium: %r", error)
            made = None
        yield made


async def shown_file(picture: Picture, pictures: PictureStore, limit: int) -> Path | None:
    """Return the file that shows a picture best in `limit` bytes: the original, else its thumbnail; None without."""
    for name in (picture.file, picture.thumbnail):
        path = None if name is None else pictures.path(name)
        if path is not None and await asyncio.to_thread(_fits, path, limit):
            return path
    return None


def _fits(path: Path, limit: int) -> bool:
    return path.exists() and path.stat().st_size <= limit


def _tile(entry: Entry, details: Details, pictures: PictureStore, *, among_adults: bool) -> Tile:
    request = details.request
    kept: list[Path] = []
    if among_adults or not request.age_restricted:
        meant = (picture for picture in details.pictures if picture.id == entry.picture_id)
        kept = [pictures.path(picture.thumbnail) for picture in meant if picture.thumbnail is not None]
    return Tile(entry.place or 0, kept, hidden=request.spoiler)
