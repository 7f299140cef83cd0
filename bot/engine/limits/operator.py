"""What the operator allows, who pays."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OperatorLimits:
    """The operator's limits, which hold in all servers and in direct messages together; their days are UTC's.

    Attributes:
        daily: pictures that a user may make on a day where no server says otherwise.
        ceiling: pictures that a user may make on a day whatever servers say; never less than `daily`. None is as
            many as those say.
        budget_a_day, budget_a_month: dollars that all of it together may cost; None is no limit.
        balance_floor: dollars below which RunAPI's balance is not to fall by new requests; None is no floor.
    """

    daily: int
    ceiling: int | None
    budget_a_day: Decimal | None = None
    budget_a_month: Decimal | None = None
    balance_floor: Decimal | None = None

    @classmethod
    def of(
        cls,
        daily: int,
        ceiling: int | str | None = None,
        *,
        budget_a_day: Decimal | None = None,
        budget_a_month: Decimal | None = None,
        balance_floor: Decimal | None = None,
    ) -> "OperatorLimits":
        """Return the limits as an operator sets them: a ceiling left out is `daily`, and `unlimited` is none."""
        least = daily if ceiling is None else None if isinstance(ceiling, str) else max(daily, ceiling)
        return cls(daily, least, budget_a_day, budget_a_month, balance_floor)
