"""The settings of a server: the panel in which its managers change them, and the file in which they keep them."""

from bot.ui.settings._blocking import BLOCK_FORM
from bot.ui.settings._controls import Control
from bot.ui.settings._files import FILE_NAME, exported, offer_import
from bot.ui.settings._forms import SETTINGS_FORM
from bot.ui.settings._pages import FORMS, PAGES, PANELS, page
from bot.ui.settings._role_limits import ROLE_FORM
from bot.ui.settings._scene import scene
from bot.ui.settings._values import LOGGED

__all__ = [
    "BLOCK_FORM",
    "FILE_NAME",
    "FORMS",
    "LOGGED",
    "PAGES",
    "PANELS",
    "ROLE_FORM",
    "SETTINGS_FORM",
    "Control",
    "exported",
    "offer_import",
    "page",
    "scene",
]
