"""Pictures as bytes and files: fetch them, find out what they are, make them fit, keep them."""

from bot.images._chart import Chart, Series
from bot.images._download import Downloader, Fetched
from bot.images._encoder import (
    MAX_DECODED_PIXELS,
    MAX_REENCODED_PIXELS,
    THUMBNAIL_SIDE,
    Encoder,
    Fitted,
    How,
    Tile,
)
from bot.images._errors import (
    AnimatedPicture,
    EmptyPicture,
    EncodeFailed,
    FetchFailed,
    NotAPicture,
    PictureError,
    PictureGone,
    StorageFull,
    TooManyBytes,
    TooManyPixels,
    TruncatedPicture,
    WrongFormat,
    storage_errors,
)
from bot.images._inspect import (
    MAX_SOURCE_BYTES,
    MAX_SOURCE_PIXELS,
    Format,
    PictureInfo,
    check_source,
    inspect,
)
from bot.images._store import PictureStore

__all__ = [
    "MAX_DECODED_PIXELS",
    "MAX_REENCODED_PIXELS",
    "MAX_SOURCE_BYTES",
    "MAX_SOURCE_PIXELS",
    "THUMBNAIL_SIDE",
    "AnimatedPicture",
    "Chart",
    "Downloader",
    "EmptyPicture",
    "EncodeFailed",
    "Encoder",
    "FetchFailed",
    "Fetched",
    "Fitted",
    "Format",
    "How",
    "NotAPicture",
    "PictureError",
    "PictureGone",
    "PictureInfo",
    "PictureStore",
    "Series",
    "StorageFull",
    "Tile",
    "TooManyBytes",
    "TooManyPixels",
    "TruncatedPicture",
    "WrongFormat",
    "check_source",
    "inspect",
    "storage_errors",
]
