"""The buttons that show a result's request, to see or to change it."""

from bot.store import Details
from bot.ui.base import Interaction
from bot.ui.more import show_more
from bot.ui.remix import open_panel
from bot.ui.request_button import RequestButton


class Remix(RequestButton, template=r"easel:remix:(?P<id>[0-9a-z]+)"):
    """Opens a private panel in which the request can be changed and made again."""

    action = "remix"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Open it."""
        await open_panel(interaction, details)


class More(RequestButton, template=r"easel:more:(?P<id>[0-9a-z]+)"):
    """Shows the whole request, and the pictures as they were made."""

    action = "more"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Answer privately."""
        await show_more(interaction, details)
