"""The engine: the rules by which requests are taken, followed, settled and delivered. It knows no Discord."""

from bot.engine.accept import Accepted, Draft
from bot.engine.agreement import RESULT
from bot.engine.art_channels import FORUM, HOW_TO
from bot.engine.blocks import MAX_REASON, Blocked, CannotBlock
from bot.engine.engine import (
    Engine,
    NotCancellable,
    NotNotifiable,
    OutOfCredit,
    Stopping,
    UsageReport,
    sources_again,
)
from bot.engine.exhibition import GALLERY_PAGE, GalleryPage, OnView, Profile, When
from bot.engine.exports import Export, ExportTooLarge, ExportUnderWay
from bot.engine.folding import folded
from bot.engine.forgetting import Erased
from bot.engine.gallery import Exhibit, Gallery
from bot.engine.guild_settings import AUDITED, MAX_ART_CHANNELS, ArtChannel, GuildSettings, InvalidSettings, Resolution
from bot.engine.limits import (
    MAX_GRANT,
    Funds,
    Limits,
    OperatorLimits,
    OverBudget,
    OverLimit,
    Pace,
    PriceUnknown,
    Standing,
    Who,
)
from bot.engine.moderation import AlreadyDecided, NotReportable
from bot.engine.origins import EditsNotAllowed, ForgottenPicture, SourceDraft, StaysAmongAdults
from bot.engine.outlook import DAYS as MONTH_DAYS
from bot.engine.outlook import Outlook
from bot.engine.pacing import backoff
from bot.engine.patience import Patience
from bot.engine.policy import AgainstSettings, Unwelcome, catalog_for, resolutions
from bot.engine.ports import (
    Answer,
    Clock,
    Courier,
    Delivered,
    Drawing,
    Intend,
    Missing,
    NoPlace,
    Notice,
    Parcel,
    PlaceTrouble,
    Poster,
    PostGone,
    PostRefused,
    SystemClock,
    TooMuch,
    TryLater,
    Uncertain,
    Undeliverable,
    WhyLink,
)
from bot.engine.posts import Posts
from bot.engine.price_lists import PriceList
from bot.engine.recall import HistoryPage, Recalled
from bot.engine.reports import CHARTED_DAYS, GuildReport, Made
from bot.engine.rulebook import MAX_PHRASE, BadRule, NoSuchRule, Rulebook
from bot.engine.rules import Finding, PromptRule, UnwantedPrompt, everywhere
from bot.engine.sources import lasts, mask_differs
from bot.engine.stars import NoStars, plain
from bot.engine.upstream import UpstreamState
from bot.store import GALLERY

__all__ = [
    "AUDITED",
    "CHARTED_DAYS",
    "FORUM",
    "GALLERY",
    "GALLERY_PAGE",
    "HOW_TO",
    "MAX_ART_CHANNELS",
    "MAX_GRANT",
    "MAX_PHRASE",
    "MAX_REASON",
    "MONTH_DAYS",
    "RESULT",
    "Accepted",
    "AgainstSettings",
    "AlreadyDecided",
    "Answer",
    "ArtChannel",
    "BadRule",
    "Blocked",
    "CannotBlock",
    "Clock",
    "Courier",
    "Delivered",
    "Draft",
    "Drawing",
    "EditsNotAllowed",
    "Engine",
    "Erased",
    "Exhibit",
    "Export",
    "ExportTooLarge",
    "ExportUnderWay",
    "Finding",
    "ForgottenPicture",
    "Funds",
    "Gallery",
    "GalleryPage",
    "GuildReport",
    "GuildSettings",
    "HistoryPage",
    "Intend",
    "InvalidSettings",
    "Limits",
    "Made",
    "Missing",
    "NoPlace",
    "NoStars",
    "NoSuchRule",
    "NotCancellable",
    "NotNotifiable",
    "NotReportable",
    "Notice",
    "OnView",
    "OperatorLimits",
    "OutOfCredit",
    "Outlook",
    "OverBudget",
    "OverLimit",
    "Pace",
    "Parcel",
    "Patience",
    "PlaceTrouble",
    "PostGone",
    "PostRefused",
    "Poster",
    "Posts",
    "PriceList",
    "PriceUnknown",
    "Profile",
    "PromptRule",
    "Recalled",
    "Resolution",
    "Rulebook",
    "SourceDraft",
    "Standing",
    "StaysAmongAdults",
    "Stopping",
    "SystemClock",
    "TooMuch",
    "TryLater",
    "Uncertain",
    "Undeliverable",
    "UnwantedPrompt",
    "Unwelcome",
    "UpstreamState",
    "UsageReport",
    "When",
    "Who",
    "WhyLink",
    "backoff",
    "catalog_for",
    "everywhere",
    "folded",
    "lasts",
    "mask_differs",
    "plain",
    "resolutions",
    "sources_again",
]
