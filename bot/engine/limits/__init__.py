"""How much may be made: by whom, where and when."""

from bot.engine.limits.budgets import (
    Funds,
    OverBudget,
    PriceUnknown,
    Purse,
    QuotesOf,
    charged,
    funds,
    purses,
    spend,
)
from bot.engine.limits.counters import OverLimit, Standing, Who, standing, take
from bot.engine.limits.days import day, month
from bot.engine.limits.managing import MAX_GRANT, Limits
from bot.engine.limits.operator import OperatorLimits
from bot.engine.limits.pace import Pace, TooManyAtOnce, TooSoon, check_cooldown, check_slow_mode, check_tasks

__all__ = [
    "MAX_GRANT",
    "Funds",
    "Limits",
    "OperatorLimits",
    "OverBudget",
    "OverLimit",
    "Pace",
    "PriceUnknown",
    "Purse",
    "QuotesOf",
    "Standing",
    "TooManyAtOnce",
    "TooSoon",
    "Who",
    "charged",
    "check_cooldown",
    "check_slow_mode",
    "check_tasks",
    "day",
    "funds",
    "month",
    "purses",
    "spend",
    "standing",
    "take",
]
