"""Charts, as they are asked for; `_draw_chart.py` is what draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["columns", "rows"]


@dataclass(frozen=True, slots=True)
class Series:
    """One figure of all that a chart compares.

    Attributes:
        values: one for each label of the chart, 0 or more; None is not known.
        behind: further values, drawn paler behind those.
        marks: a few words at each value: beside a bar, above a column.
        prefix, suffix: of the numbers at the axis.
        top: where the axis ends; None is as the values need it.
        whole: whether only whole numbers stand at the axis.
    """

    title: str
    values: Sequence[float | None]
    behind: Sequence[float | None] = ()
    marks: Sequence[str] = ()
    prefix: str = ""
    suffix: str = ""
    top: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures side by side; its texts are drawn in a font that has little more than ASCII.

    Attributes:
        kind: `columns`: the labels, such as days, go from left to right, and the series stand above one another;
            `rows`: the labels go down, the series stand side by side, and each has marks.
        labels: at least one.
    """

    kind: Kind
    labels: Sequence[str]
    series: Sequence[Series]
