"""RunAPI's HTTP interface: one request a call, no retries, no redirects.

What to do after an error is the caller's choice, by the error's branch: a `Refusal` is a definite
answer, a `Trouble` may be asked again with the same bytes and the same Idempotency-Key.
"""

from bot.runapi._callbacks import (
    CALLBACK_WINDOW,
    Callback,
    CallbackRefused,
    MalformedCallback,
    StaleCallback,
    UnsignedCallback,
    read_callback,
)
from bot.runapi._client import RunAPI, new_client
from bot.runapi._models import Account, AccountOwner, Balance, Created, State, TaskStatus, Upload
from bot.runapi._prices import PriceQuote, PriceSchedule, PriceSchedules
from bot.runapi._routes import Routes, RouteSetting, RouteStyle, create_path
from bot.runapi.errors import (
    AnswerLost,
    Conflict,
    Forbidden,
    InsufficientCredits,
    InvalidRequest,
    Maintenance,
    NotFound,
    NotReached,
    RateLimited,
    Redirected,
    Refusal,
    RunAPIError,
    ServerError,
    TooLarge,
    Trouble,
    Unauthorized,
    UnknownResult,
)

__all__ = [
    "CALLBACK_WINDOW",
    "Account",
    "AccountOwner",
    "AnswerLost",
    "Balance",
    "Callback",
    "CallbackRefused",
    "Conflict",
    "Created",
    "Forbidden",
    "InsufficientCredits",
    "InvalidRequest",
    "Maintenance",
    "MalformedCallback",
    "NotFound",
    "NotReached",
    "PriceQuote",
    "PriceSchedule",
    "PriceSchedules",
    "RateLimited",
    "Redirected",
    "Refusal",
    "RouteSetting",
    "RouteStyle",
    "Routes",
    "RunAPI",
    "RunAPIError",
    "ServerError",
    "StaleCallback",
    "State",
    "TaskStatus",
    "TooLarge",
    "Trouble",
    "Unauthorized",
    "UnknownResult",
    "UnsignedCallback",
    "Upload",
    "create_path",
    "new_client",
    "read_callback",
]
