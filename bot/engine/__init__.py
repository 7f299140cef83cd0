"""The engine: the rules by which requests are taken, followed, settled and delivered. It knows no Discord."""

from bot.engine.accept import Accepted, Draft
from bot.engine.engine import (
    Engine,
    NotCancellable,
    NotNotifiable,
    OutOfCredit,
    Stopping,
    UsageReport,
    sources_again,
)
from bot.engine.limits import OverLimit
from bot.engine.origins import EditsNotAllowed, SourceDraft, StaysAmongAdults
from bot.engine.pacing import backoff
from bot.engine.ports import (
    Answer,
    Clock,
    Courier,
    Delivered,
    Intend,
    Notice,
    Parcel,
    SystemClock,
    TooMuch,
    TryLater,
    Uncertain,
    Undeliverable,
    WhyLink,
)
from bot.engine.price_lists import PriceList
from bot.engine.recall import HistoryPage, Recalled
from bot.engine.sources import mask_differs
from bot.engine.task import Patience
from bot.engine.upstream import UpstreamState

__all__ = [
    "Accepted",
    "Answer",
    "Clock",
    "Courier",
    "Delivered",
    "Draft",
    "EditsNotAllowed",
    "Engine",
    "HistoryPage",
    "Intend",
    "NotCancellable",
    "NotNotifiable",
    "Notice",
    "OutOfCredit",
    "OverLimit",
    "Parcel",
    "Patience",
    "PriceList",
    "Recalled",
    "SourceDraft",
    "StaysAmongAdults",
    "Stopping",
    "SystemClock",
    "TooMuch",
    "TryLater",
    "Uncertain",
    "Undeliverable",
    "UpstreamState",
    "UsageReport",
    "WhyLink",
    "backoff",
    "mask_differs",
    "sources_again",
]
