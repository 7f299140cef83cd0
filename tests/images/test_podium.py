"""Podiums: one to three pictures on the steps of their places."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PIL import Image

from bot.images import Encoder, Tile
from tests.images.samples import noise
from tests.images.test_sheet import colour, is_close

GOLD, SILVER, BRONZE = (212, 167, 44), (154, 164, 173), (176, 113, 60)
EMPTY = (47, 49, 54)


@pytest.fixture
async def encoder() -> AsyncGenerator[Encoder]:
    async with Encoder() as built:
        yield built


def at(podium: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = podium.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(int(each) for each in pixel)


async def test_the_first_stands_in_the_middle_and_highest(encoder: Encoder, tmp_path: Path) -> None:
    red, lime, blue = (colour(tmp_path, name) for name in ("red", "lime", "blue"))
    made = await encoder.podium([Tile(1, [red]), Tile(2, [lime]), Tile(3, [blue])], tmp_path / "podium")
    assert (made.content_type, made.suffix) == ("image/webp", ".webp")
    with Image.open(made.path) as podium:
        assert podium.size == (made.width, made.height) == (1020, 600)
        assert is_close(at(podium, 160, 300), (0, 255, 0))
        assert is_close(at(podium, 510, 200), (255, 0, 0))
        assert is_close(at(podium, 860, 350), (0, 0, 255))
        for x, step in ((40, SILVER), (360, GOLD), (740, BRONZE)):
            assert is_close(at(podium, x, 580), step)


async def test_a_shared_place_has_two_steps_alike(encoder: Encoder, tmp_path: Path) -> None:
    red, lime = colour(tmp_path, "red"), colour(tmp_path, "lime")
    made = await encoder.podium([Tile(1, [red]), Tile(1, [lime])], tmp_path / "podium")
    with Image.open(made.path) as podium:
        assert podium.size == (790, 500)
        assert is_close(at(podium, 40, 430), GOLD)
        assert is_close(at(podium, 430, 430), GOLD)


async def test_a_wide_picture_stands_on_its_step(encoder: Encoder, tmp_path: Path) -> None:
    path = tmp_path / "wide.webp"
    Image.new("RGB", (512, 288), "red").save(path)
    made = await encoder.podium([Tile(1, [path])], tmp_path / "podium")
    with Image.open(made.path) as podium:
        assert podium.size == (400, 334)
        assert is_close(at(podium, 200, 15), (255, 0, 0))
        assert is_close(at(podium, 200, 218), (255, 0, 0))


async def test_a_picture_that_is_gone_leaves_its_place_empty(encoder: Encoder, tmp_path: Path) -> None:
    made = await encoder.podium([Tile(1, [tmp_path / "gone.webp"])], tmp_path / "podium")
    with Image.open(made.path) as podium:
        assert podium.size == (400, 500)
        assert is_close(at(podium, 30, 40), EMPTY)


async def test_a_hidden_picture_cannot_be_recognised(encoder: Encoder, tmp_path: Path) -> None:
    path = tmp_path / "noise.webp"
    noise(512, 512).save(path)
    made = await encoder.podium([Tile(1, [path], hidden=True)], tmp_path / "podium")
    with Image.open(made.path) as podium:
        dark, light = podium.convert("L").crop((60, 60, 340, 340)).getextrema()
        assert isinstance(dark, int)
        assert isinstance(light, int)
        assert light - dark < 20
