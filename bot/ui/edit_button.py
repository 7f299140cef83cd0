"""The button that edits a result."""

from bot.engine import ForgottenPicture
from bot.errors import EaselError
from bot.store import Details
from bot.ui.base import Interaction
from bot.ui.edit_draft import EditDraft
from bot.ui.editing import open_form
from bot.ui.request_button import RequestButton


class Edit(RequestButton, template=r"easel:edit:(?P<id>[0-9a-z]+)"):
    """Opens the form for a request's pictures; anyone may, for a request of their own."""

    action = "edit"

    async def pressed(self, interaction: Interaction, details: Details) -> None:
        """Show the form."""
        await open_form(interaction, EditDraft.of_result(editable(details), "edit_button"))


def editable(details: Details) -> Details:
    """Return a request whose pictures can be edited.

    Raises:
        EaselError: it has none: it is under way, made none, was deleted or is forgotten.
    """
    if details.request.forgotten is not None:
        raise ForgottenPicture("picture-forgotten")
    if details.request.deleted_at is not None:
        raise EaselError("own-picture-deleted")
    if details.request.finished_at is None:
        raise EaselError("edit-unfinished")
    if not details.pictures:
        raise EaselError("edit-made-nothing")
    return details
