"""Whether a request can be made again as it was."""

from bot.catalog import Operation
from bot.errors import EaselError
from bot.store import Details, Request, RequestState
from bot.ui.base import Interaction, home


def check_kept(interaction: Interaction, details: Details) -> None:
    """Check that the pictures can still be had that a request edited.

    Raises:
        EaselError: they surely cannot.
    """
    if home(interaction).engine.recall.lost_sources(details):
        raise EaselError("sources-gone")


def offered(interaction: Interaction, request: Request) -> Operation:
    """Return what a request's model takes.

    Raises:
        EaselError: it is not offered any more; the sentence names others.
        CatalogError: no model can do that any more.
    """
    catalog = home(interaction).engine.catalog
    model = catalog.find(request.model)
    operation = model and model.operation(request.action)
    if operation is not None:
        return operation
    catalog.choose(request.action, None)
    others = ", ".join(each.id for each in catalog.able_to(request.action))
    remix = "yes" if request.state is RequestState.COMPLETED else "no"
    raise EaselError("model-left", model=request.model, models=others, remix=remix)
