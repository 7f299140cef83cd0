from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource

import bot
from bot.errors import EaselError
from bot.images import (
    AnimatedPicture,
    EmptyPicture,
    EncodeFailed,
    FetchFailed,
    NotAPicture,
    PictureGone,
    StorageFull,
    TooManyBytes,
    TooManyPixels,
    TruncatedPicture,
    WrongFormat,
)

ERRORS = [
    AnimatedPicture(frames=3),
    EmptyPicture(),
    EncodeFailed(),
    NotAPicture(),
    PictureGone(),
    StorageFull(),
    TooManyBytes(limit=20 * 1024 * 1024),
    TooManyPixels(width=10_000, height=6_000, limit=40_000_000),
    TruncatedPicture(),
    WrongFormat(format_="GIF"),
    FetchFailed("images-fetch-network", retry=True),
    FetchFailed("images-fetch-busy", retry=True),
    FetchFailed("images-fetch-slow", retry=True),
    FetchFailed("images-fetch-gone", retry=False),
    FetchFailed("images-fetch-refused", retry=False),
    FetchFailed("images-fetch-too-large", retry=False, limit=20),
]
CATALOG = Path(bot.__file__).parent / "locales" / "en-US" / "images.ftl"


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.sentence)
def test_every_error_has_its_sentence(error: EaselError):
    bundle = FluentBundle(["en-US"])
    bundle.add_resource(FluentResource(CATALOG.read_text(encoding="utf-8")))
    pattern = bundle.get_message(error.sentence).value
    assert pattern is not None
    _, problems = bundle.format_pattern(pattern, error.args_)
    assert problems == []


def test_every_sentence_is_used():
    keys = {line.split(" ")[0] for line in CATALOG.read_text().splitlines() if line.startswith("images-")}
    assert keys == {error.sentence for error in ERRORS}
