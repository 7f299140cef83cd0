"""Galleries and artists as somebody looks at them: pages with contact sheets."""

from bot.ui.exhibition._artist import show_artist
from bot.ui.exhibition._gallery import GALLERY_PARTS, begin
from bot.ui.exhibition._places import visible
from bot.ui.exhibition._search import Wish

__all__ = ["GALLERY_PARTS", "Wish", "begin", "show_artist", "visible"]
