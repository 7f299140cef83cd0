"""Once more."""

from bot.store import Details
from bot.ui.again import draft_again
from bot.ui.base import Interaction, home
from bot.ui.request_button import RequestButton


class Reroll(RequestButton, template=r"easel:reroll:(?P<id>[0-9a-z]+)"):
    """Makes the same once more, as a request of whoever presses it."""

    action = "reroll"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Begin a new request."""
        await home(interaction).begin(interaction, draft_again(interaction, details, origin="reroll"))
