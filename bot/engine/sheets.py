"""Contact sheets: small pictures with numbers, put together to one."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from bot.errors import EaselError
from bot.images import Encoder, Fitted, PictureStore, Tile

log = logging.getLogger(__name__)

SHEET_SECONDS = 10.0
"""How long somebody waits for a contact sheet, which others' pictures may hold up; then they get the list alone."""


@asynccontextmanager
async def contact_sheet(
    tiles: Sequence[Tile], pictures: PictureStore, encoder: Encoder
) -> AsyncGenerator[Fitted | None]:
    """Yield a contact sheet, which is there within the block; None without tiles, and where none can be made now."""
    async with pictures.temporary() as directory:
        try:
            async with asyncio.timeout(SHEET_SECONDS):
                made = await encoder.sheet(tiles, directory / "sheet") if tiles else None
        except (EaselError, OSError, TimeoutError) as error:
            log.warning("somebody gets no contact sheet: %r", error)
            made = None
        yield made
