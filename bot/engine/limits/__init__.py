"""How much may be made: by whom, where and when."""

from bot.engine.limits.counters import OverLimit, Standing, Who, standing, take
from bot.engine.limits.days import day
from bot.engine.limits.managing import MAX_GRANT, Limits
from bot.engine.limits.operator import OperatorLimits
from bot.engine.limits.pace import TooManyAtOnce, TooSoon, check_cooldown, check_tasks

__all__ = [
    "MAX_GRANT",
    "Limits",
    "OperatorLimits",
    "OverLimit",
    "Standing",
    "TooManyAtOnce",
    "TooSoon",
    "Who",
    "check_cooldown",
    "check_tasks",
    "day",
    "standing",
    "take",
]
