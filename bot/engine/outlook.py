"""What a limit can cost before it is granted: by the dearest picture that may be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.catalog import Action, Catalog, Model, Operation
from bot.engine.guild_settings import GuildSettings, Unlimited
from bot.engine.policy import RESOLUTION, resolutions
from bot.engine.price_lists import PriceList

DAYS = 31
"""Of the longest month."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What pictures can cost at most where some models are allowed.

    Attributes:
        dearest: dollars of the dearest picture, None where RunAPI does not say what any of them costs.
        unpriced: allowed models of which it does not say that.
        ceiling: pictures that nobody can make more of on a day, whatever a server says; None is without end.
    """

    dearest: Decimal | None
    unpriced: int
    ceiling: int | None

    @classmethod
    def of(
        cls,
        settings: GuildSettings,
        catalog: Catalog,
        lists: Mapping[tuple[str, Action], PriceList],
        ceiling: int | None,
    ) -> "Outlook":
        """Return the outlook where `catalog` has what is allowed."""
        priced: dict[str, Decimal] = {}
        unpriced: set[str] = set()
        for model, action, operation in _operations(catalog):
            prices = lists.get((model.id, action))
            if prices is None:
                unpriced.add(model.id)
            else:
                dearest = _dearest(prices, operation, settings)
                priced[model.id] = max(dearest, priced.get(model.id, dearest))
        return cls(max(priced.values(), default=None), len(unpriced), ceiling)

    def pictures(self, limit: int | Unlimited) -> int | None:
        """Return how many pictures a limit comes to on a day; None is without end."""
        bounds = [each for each in (limit, self.ceiling) if isinstance(each, int)]
        return min(bounds, default=None)


def _operations(catalog: Catalog) -> list[tuple[Model, Action, Operation]]:
    actions: tuple[Action, ...] = ("text_to_image", "edit_image")
    return [
        (model, action, operation)
        for model in catalog.models
        for action in actions
        if (operation := model.operation(action)) is not None
    ]


def _dearest(prices: PriceList, operation: Operation, settings: GuildSettings) -> Decimal:
    """Return the highest price, of the resolutions that are allowed where it depends on them alone."""
    if settings.largest_resolution is None or prices.options != (RESOLUTION,):
        return prices.highest
    allowed = resolutions(operation, settings.largest_resolution)
    return max((price for value, price in prices.by_value.items() if value in allowed), default=prices.highest)
