"""Remix: a private panel in which a result's request is changed and made again.

What is chosen is a draft in the database, and each part of the panel carries only that one's short id. `_choices` says
what is chosen and how it fits a model, `_panel`, `_selects` and `_modal` how it looks, `_acts` what is done with it.
"""

from bot.ui.remix._acts import REMIX_FORM, open_panel
from bot.ui.remix._items import RemixPart

__all__ = ["REMIX_FORM", "RemixPart", "open_panel"]
