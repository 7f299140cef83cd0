"""Contact sheets."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PIL import Image

from bot.images import EncodeFailed, Encoder, Tile
from tests.images.samples import noise

TILE, GAP = 256, 10
EMPTY = (47, 49, 54)
CLOSE = 12
"""By how much a colour may differ after a lossy encoding."""


@pytest.fixture
async def encoder() -> AsyncGenerator[Encoder]:
    async with Encoder() as built:
        yield built


def colour(folder: Path, name: str, size: tuple[int, int] = (512, 512)) -> Path:
    path = folder / f"{name}.webp"
    Image.new("RGB", size, name).save(path)
    return path


def at(sheet: Image.Image, tile: int, x: float, y: float) -> tuple[int, ...]:
    """Return the colour in a tile (from 0), at these shares of its width and height."""
    row, column = divmod(tile, 3)
    step = TILE + GAP
    pixel = sheet.getpixel((GAP + column * step + round(x * TILE), GAP + row * step + round(y * TILE)))
    assert isinstance(pixel, tuple)
    return tuple(int(each) for each in pixel)


def is_close(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= CLOSE for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize(("tiles", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 3, 2), (9, 3, 3)])
async def test_tiles_stand_in_rows_of_three(
    encoder: Encoder, tmp_path: Path, tiles: int, columns: int, rows: int
) -> None:
    made = await encoder.sheet([Tile(number) for number in range(1, tiles + 1)], tmp_path / "sheet")
    assert (made.width, made.height) == (columns * (TILE + GAP) + GAP, rows * (TILE + GAP) + GAP)
    assert (made.content_type, made.suffix) == ("image/webp", ".webp")
    with Image.open(made.path) as opened:
        assert opened.size == (made.width, made.height)


async def test_a_tile_shows_one_picture_whole_and_several_side_by_side(encoder: Encoder, tmp_path: Path) -> None:
    red, lime = colour(tmp_path, "red", (512, 256)), colour(tmp_path, "lime")
    blue, white = colour(tmp_path, "blue", (256, 512)), colour(tmp_path, "white")
    tiles = [Tile(1, [red]), Tile(2, [red, lime]), Tile(3, [red, lime, blue, white])]
    made = await encoder.sheet(tiles, tmp_path / "sheet")
    with Image.open(made.path) as sheet:
        assert is_close(at(sheet, 0, 0.05, 0.5), (255, 0, 0))
        assert is_close(at(sheet, 0, 0.95, 0.5), (255, 0, 0))
        assert is_close(at(sheet, 0, 0.5, 0.9), EMPTY)
        assert is_close(at(sheet, 1, 0.3, 0.9), (255, 0, 0))
        assert is_close(at(sheet, 1, 0.8, 0.9), (0, 255, 0))
        assert is_close(at(sheet, 2, 0.3, 0.4), (255, 0, 0))
        assert is_close(at(sheet, 2, 0.8, 0.2), (0, 255, 0))
        assert is_close(at(sheet, 2, 0.2, 0.8), (0, 0, 255))
        assert is_close(at(sheet, 2, 0.8, 0.8), (255, 255, 255))


async def test_a_thumbnail_that_is_gone_or_broken_leaves_an_empty_tile(encoder: Encoder, tmp_path: Path) -> None:
    broken = tmp_path / "broken.webp"
    broken.write_bytes(b"RIFF no picture")
    made = await encoder.sheet([Tile(1, [tmp_path / "gone.webp"]), Tile(2, [broken])], tmp_path / "sheet")
    with Image.open(made.path) as sheet:
        for tile in (0, 1):
            assert is_close(at(sheet, tile, 0.9, 0.9), EMPTY)
            # The frame of the picture that is not there.
            assert not is_close(at(sheet, tile, 0.5, 0.5), EMPTY)


async def test_every_tile_has_its_number_whatever_is_under_it(encoder: Encoder, tmp_path: Path) -> None:
    white, black = colour(tmp_path, "white"), colour(tmp_path, "black")
    made = await encoder.sheet([Tile(7, [white]), Tile(108, [black])], tmp_path / "sheet")
    with Image.open(made.path) as sheet:
        for tile, width in ((0, 50), (1, 90)):
            left = GAP + tile * (TILE + GAP)
            badge = sheet.crop((left + 6, GAP + 6, left + width, GAP + 50)).convert("L")
            dark, light = badge.getextrema()
            assert isinstance(dark, int)
            assert isinstance(light, int)
            assert (dark < 40, light > 215) == (True, True)


async def test_a_hidden_tile_cannot_be_recognised(encoder: Encoder, tmp_path: Path) -> None:
    path = tmp_path / "noise.webp"
    noise(512, 512).save(path)
    made = await encoder.sheet([Tile(1, [path]), Tile(2, [path], hidden=True)], tmp_path / "sheet")

    def contrast(sheet: Image.Image, tile: int) -> int:
        left = GAP + tile * (TILE + GAP)
        dark, light = sheet.crop((left + 60, GAP + 60, left + 200, GAP + 200)).convert("L").getextrema()
        assert isinstance(dark, int)
        assert isinstance(light, int)
        return light - dark

    with Image.open(made.path) as sheet:
        assert contrast(sheet, 0) > 60
        assert contrast(sheet, 1) < 20


async def test_a_sheet_for_which_there_is_no_room_is_no_sheet(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(EncodeFailed):
        await encoder.sheet([Tile(1)], tmp_path / "no such folder" / "sheet")
