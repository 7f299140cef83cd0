"""What the operator allows, who pays."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperatorLimits:
    """The operator's limits, which hold in all servers and in direct messages together; their days are UTC's.

    Attributes:
        daily: pictures that a user may make on a day where no server says otherwise.
        ceiling: pictures that a user may make on a day whatever servers say; never less than `daily`. None is as
            many as those say.
    """

    daily: int
    ceiling: int | None

    @classmethod
    def of(cls, daily: int, ceiling: int | str | None = None) -> "OperatorLimits":
        """Return the limits as an operator sets them: a ceiling left out is `daily`, and `unlimited` is none."""
        if isinstance(ceiling, str):
            return cls(daily, None)
        return cls(daily, daily if ceiling is None else max(daily, ceiling))
