"""Charts."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import reduce
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from bot.images import Chart, EncodeFailed, Encoder, Series

PURPLE, GREEN = (163, 148, 255), (79, 199, 162)
PALE_PURPLE = (81, 75, 118)
GROUND, GRID = (30, 31, 34), (60, 62, 69)


@pytest.fixture
async def encoder() -> AsyncGenerator[Encoder]:
    async with Encoder() as built:
        yield built


async def drawn(encoder: Encoder, folder: Path, chart: Chart) -> Image.Image:
    made = await encoder.chart(chart, folder / "chart.png")
    assert (made.content_type, made.suffix) == ("image/png", ".png")
    with Image.open(made.path) as opened:
        assert opened.format == "PNG"
        assert opened.size == (made.width, made.height)
        return opened.convert("RGB")


def painted(image: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """Return where a picture has a colour: white there, else black."""
    bands = (
        ImageChops.difference(band, Image.new("L", image.size, wanted))
        for band, wanted in zip(image.split(), colour, strict=True)
    )
    other = reduce(ImageChops.lighter, bands)
    return Image.frombytes("L", image.size, bytes(255 * (not each) for each in other.tobytes()))


def columns(image: Image.Image, colour: tuple[int, int, int]) -> list[tuple[int, int]]:
    """Return the bars of a colour that stand side by side: where each begins, and how high it is."""
    turned = painted(image, colour).transpose(Image.Transpose.TRANSPOSE).tobytes()
    heights = [turned[at : at + image.height].count(255) for at in range(0, len(turned), image.height)]
    begins = [x for x in range(1, image.width) if heights[x] and not heights[x - 1]]
    return [(x, heights[x]) for x in begins]


def bars(image: Image.Image, colour: tuple[int, int, int]) -> list[int]:
    """Return how long the bars of a colour are that lie one above the other."""
    return [length for _, length in columns(image.transpose(Image.Transpose.TRANSPOSE), colour)]


def days(count: int) -> list[str]:
    return [f"Nov {day}" for day in range(1, count + 1)]


async def test_columns_are_as_high_as_their_values(encoder: Encoder, tmp_path: Path) -> None:
    values = [4, 0, None, 2, 1]
    found = columns(await drawn(encoder, tmp_path, Chart("columns", days(5), [Series("Pictures", values)])), PURPLE)
    heights = [height for _, height in found]
    assert len(heights) == 3
    assert heights[0] == pytest.approx(2 * heights[1], abs=2)
    assert heights[0] == pytest.approx(4 * heights[2], abs=2)
    (first, _), (fourth, _), (fifth, _) = found
    assert fourth - first == pytest.approx(3 * (fifth - fourth), abs=2)


async def test_even_very_little_is_seen_and_nothing_is_not(encoder: Encoder, tmp_path: Path) -> None:
    image = await drawn(encoder, tmp_path, Chart("columns", days(3), [Series("Cost", [1_000_000.0, 0.01, 0.0])]))
    assert [height for _, height in columns(image, PURPLE)][1:] == [3]


async def test_series_stand_above_one_another_each_in_its_colour(encoder: Encoder, tmp_path: Path) -> None:
    series = [Series("Pictures", [3, 4]), Series("Cost", [0.1, 0.2], prefix="$")]
    both = await drawn(encoder, tmp_path, Chart("columns", days(2), series))
    one = await drawn(encoder, tmp_path, Chart("columns", days(2), series[:1]))
    assert len(columns(both, PURPLE)) == len(columns(both, GREEN)) == 2
    assert columns(one, GREEN) == []
    assert both.height > one.height
    assert both.width == one.width == 1100


async def test_what_is_behind_is_seen_above(encoder: Encoder, tmp_path: Path) -> None:
    series = Series("Wait", [10, 20], behind=[40, None])
    image = await drawn(encoder, tmp_path, Chart("columns", days(2), [series]))
    [(at, pale)] = columns(image, PALE_PURPLE)
    (first, height), _ = columns(image, PURPLE)
    assert at == first
    assert pale == pytest.approx(3 * height, abs=3)


async def test_bars_are_as_long_as_their_values_side_by_side(encoder: Encoder, tmp_path: Path) -> None:
    series = [
        Series("Pictures", [40, 20, 0], marks=["40", "20", "0"]),
        Series("Success", [50.0, 100.0, None], marks=["50%", "100%", "-"], top=100),
    ]
    image = await drawn(encoder, tmp_path, Chart("rows", ["1", "2", "3"], series))
    pictures, success = bars(image, PURPLE), bars(image, GREEN)
    assert [len(pictures), len(success)] == [2, 2]
    assert pictures[0] == pytest.approx(2 * pictures[1], abs=2)
    assert success[1] == pytest.approx(2 * success[0], abs=2)


@pytest.mark.parametrize("count", [1, 2, 7, 30, 31, 89, 90])
async def test_labels_keep_apart_and_in_the_picture(encoder: Encoder, tmp_path: Path, count: int) -> None:
    labels = [f"Nov {day % 30 + 1}" for day in range(count)]
    image = await drawn(encoder, tmp_path, Chart("columns", labels, [Series("Pictures", [1] * count)]))
    rows = image.crop((0, image.height - 40, image.width, image.height)).convert("L")
    written = [max(rows.crop((x, 0, x + 1, 40)).tobytes()) > 60 for x in range(image.width)]
    assert not any(written[:4] + written[-4:])
    gaps = [len(gap) for gap in "".join("#" if each else " " for each in written).strip().split("#") if gap]
    assert written.count(True) > 0
    # Within a label words are some ten pixels apart, labels at least twenty.
    assert [gap for gap in gaps if 13 <= gap < 20] == []


async def test_values_of_any_size_have_an_axis(encoder: Encoder, tmp_path: Path) -> None:
    for value in (0.000001, 0.0125, 0.3, 1, 7, 999, 1_234_567):
        series = Series("Cost", [value, value / 2], prefix="$")
        image = await drawn(encoder, tmp_path, Chart("columns", days(2), [series]))
        tall, short = (height for _, height in columns(image, PURPLE))
        assert 90 <= tall <= 146
        assert tall == pytest.approx(2 * short, abs=2)


async def test_what_is_counted_has_whole_numbers_at_its_axis(encoder: Encoder, tmp_path: Path) -> None:
    for value, step in ((1, 1), (2, 1), (7, 5), (100, 50)):
        image = await drawn(encoder, tmp_path, Chart("columns", days(1), [Series("Pictures", [value], whole=True)]))
        [(_, height)] = columns(image, PURPLE)
        lines = columns(image.transpose(Image.Transpose.TRANSPOSE), GRID)
        assert (len(lines) - 1) * step >= value > (len(lines) - 2) * step
        assert height == pytest.approx(145 * value / ((len(lines) - 1) * step), abs=2)


async def test_nothing_at_all_is_an_empty_chart(encoder: Encoder, tmp_path: Path) -> None:
    series = Series("Pictures", [0, None], whole=True)
    for chart in (
        Chart("columns", days(2), [series]),
        Chart("rows", ["1", "2"], [replace(series, marks=["0", "-"])]),
    ):
        assert columns(await drawn(encoder, tmp_path, chart), PURPLE) == []


async def test_a_mark_is_written_above_its_column(encoder: Encoder, tmp_path: Path) -> None:
    series = Series("Cost", [1.0, 1.0, 1.0])
    plain = await drawn(encoder, tmp_path, Chart("columns", days(3), [series]))
    marked = await drawn(encoder, tmp_path, Chart("columns", days(3), [replace(series, marks=["", "?", ""])]))
    (_, _), (at, _), (after, _) = columns(plain, PURPLE)
    changed = ImageChops.difference(plain, marked).getbbox()
    assert changed is not None
    left, _, right, _ = changed
    assert at <= left < right <= after


async def test_a_name_that_is_too_long_is_cut_off(encoder: Encoder, tmp_path: Path) -> None:
    series = Series("Pictures and so much more of all that can be said", [4, 2], marks=["4", "2"])
    image = await drawn(encoder, tmp_path, Chart("rows", ["1 " + "very " * 40 + "long", "2"], [series] * 4))
    assert image.width == 1100
    first, *_ = (x for x in range(image.width) if image.getpixel((x, 103)) == PURPLE)
    assert 300 < first < 420
    assert {image.getpixel((x, 103)) for x in range(first - 20, first - 4)} == {GROUND}


async def test_a_chart_for_which_there_is_no_room_is_no_chart(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(EncodeFailed):
        await encoder.chart(Chart("columns", days(1), [Series("Pictures", [1])]), tmp_path / "no such folder" / "chart")
