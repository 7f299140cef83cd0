"""What can be wrong with a picture, a download or the disk."""

import errno
import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from bot.errors import EaselError

FetchReason = Literal["unreached", "missing", "too-large"]


class PictureError(EaselError):
    """A file cannot be used as a picture. The subclasses say why."""


class NotAPicture(PictureError):
    """The bytes are no PNG, JPEG, WebP or GIF, or a header of one makes no sense."""

    def __init__(self) -> None:
        super().__init__("images-not-a-picture")


class EmptyPicture(PictureError):
    """The file has no bytes."""

    def __init__(self) -> None:
        super().__init__("images-empty")


class TruncatedPicture(PictureError):
    """The file ends before its picture does, or a checksum in it is wrong."""

    def __init__(self) -> None:
        super().__init__("images-truncated")


class AnimatedPicture(PictureError):
    """The picture has more than one frame."""

    def __init__(self, *, frames: int) -> None:
        super().__init__("images-animated", frames=frames)


class WrongFormat(PictureError):
    """A readable picture, but of a format that cannot be edited."""

    def __init__(self, *, format_: str) -> None:
        super().__init__("images-wrong-format", format=format_)


class TooManyPixels(PictureError):
    """The picture is larger than `limit` pixels."""

    def __init__(self, *, width: int, height: int, limit: int) -> None:
        megapixels = limit // 1_000_000
        super().__init__("images-too-many-pixels", width=width, height=height, limit=megapixels)


class TooManyBytes(PictureError):
    """The file is larger than `limit` bytes."""

    def __init__(self, *, limit: int) -> None:
        super().__init__("images-too-many-bytes", limit=megabytes(limit))


class EncodeFailed(PictureError):
    """A smaller copy could not be made: out of memory or time, or the data does not decode."""

    def __init__(self) -> None:
        super().__init__("images-encode-failed")


class FetchFailed(EaselError):
    """A download did not succeed.

    Attributes:
        retry: whether the same download may succeed a little later.
        reason: whether the server could not be reached in time, has nothing there, or has too much.
    """

    def __init__(self, sentence: str, /, *, retry: bool, reason: FetchReason = "unreached", **args_: str | int) -> None:
        super().__init__(sentence, **args_)
        self.retry = retry
        self.reason: FetchReason = reason


class PictureGone(EaselError):
    """The store has no file of that name (any more)."""

    def __init__(self) -> None:
        super().__init__("images-gone")


class StorageFull(EaselError):
    """The disk, or the share of it that this process may use, is full."""

    level = logging.ERROR

    def __init__(self) -> None:
        super().__init__("images-storage-full")


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def storage_errors() -> Generator[None]:
    """Turn a full disk, quota or file size limit into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


def megabytes(size: int) -> int:
    """Bytes as the whole MB that Discord shows (1 MB there is 1024 x 1024 bytes), at least 1."""
    return max(1, size // (1024 * 1024))
