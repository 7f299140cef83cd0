"""A RunAPI to try things on: a real HTTP server on loopback that follows RunAPI's contract, and paints.

    async with Sandbox() as sandbox:
        ...  # RUNAPI_BASE_URL is sandbox.url, RUNAPI_API_KEY is sandbox.api_key

Where it goes further than RunAPI's documents do, it says so here: unknown parameters are refused with 422 (the
documents do not say), a flat status is `GET {create path}/{id}` and shows `task_id`, a task can be asked after in
either style, and a `callback_url` is called where it is, loopback too (RunAPI calls public addresses only), up to
four times within a minute.
"""

from bot.sandbox._callbacks import Sent
from bot.sandbox._calls import Call
from bot.sandbox._faults import Fault, Faults
from bot.sandbox._files import NotAPictureError
from bot.sandbox._models import Offer, Param, Price
from bot.sandbox._offers import OFFERS
from bot.sandbox._server import Sandbox
from bot.sandbox._tasks import State, Task

__all__ = [
    "OFFERS",
    "Call",
    "Fault",
    "Faults",
    "NotAPictureError",
    "Offer",
    "Param",
    "Price",
    "Sandbox",
    "Sent",
    "State",
    "Task",
]
