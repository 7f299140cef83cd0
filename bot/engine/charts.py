"""Charts, drawn while somebody waits for them."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.errors import EaselError
from bot.images import Chart, Encoder, Fitted, PictureStore

log = logging.getLogger(__name__)

CHART_SECONDS = 10.0
"""How long somebody waits for a chart, which others' pictures may hold up; then they get the numbers alone."""


class Charts:
    """Has charts drawn, in the process that encodes pictures."""

    def __init__(self, pictures: PictureStore, encoder: Encoder) -> None:
        self._pictures = pictures
        self._encoder = encoder

    @asynccontextmanager
    async def drawn(self, chart: Chart) -> AsyncGenerator[Fitted | None]:
        """Yield a chart as a file that is there within the block; None where none can be drawn now."""
        async with self._pictures.temporary() as directory:
            try:
                async with asyncio.timeout(CHART_SECONDS):
                    made = await self._encoder.chart(chart, directory / "chart.png")
            except (EaselError, OSError, TimeoutError) as error:
                log.warning("a chart is not drawn: %r", error)
                made = None
            yield made
