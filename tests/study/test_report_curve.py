"""Charts as SVG pictures: well-formed, inside their frame, and true to the values."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.series import Series
from studylab.study.report.curve import HEIGHT, WIDTH, Reference, svg, ticks

SVG = "{http://www.w3.org/2000/svg}"
POINT = re.compile(r"[ML](-?[\d.]+) (-?[\d.]+)")


def series(values: list[float], first: int = 0) -> Series:
    made = Series()
    made.extend(range(first, first + len(values)), values, [0.0] * len(values))
    return made


def drawn(text: str) -> list[ET.Element]:
    """The paths of lines; the axes' and the crosses' are another colour."""
    root = ET.fromstring(text)
    return [path for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "1.6"]


@given(
    st.dictionaries(
        st.text(max_size=12), st.lists(st.floats(), min_size=1, max_size=300), max_size=6
    ),
    st.text(max_size=20),
    st.none() | st.floats(allow_nan=False),
)
def test_any_series_is_a_picture_inside_its_frame(lines, title, reference) -> None:
    aim = Reference(reference, title) if reference is not None else None
    text = svg(title, {name: series(values) for name, values in lines.items()}, aim)
    for path in drawn(text):
        for x, y in POINT.findall(path.get("d") or ""):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= HEIGHT


def test_a_falling_loss_goes_down_and_keeps_its_extremes() -> None:
    values = [10.0 / (1 + step) for step in range(5000)]
    values[2500] = 20.0
    (path,) = drawn(svg("loss", {"train": series(values)}))
    ys = [float(y) for _x, y in POINT.findall(path.get("d") or "")]
    assert ys[-1] > ys[0], "SVG counts from the top: a lower value is further down"
    assert min(ys) == min(ys[len(ys) // 3 : -len(ys) // 3]), "the spike of one point is drawn"


def test_a_line_has_a_gap_and_a_cross_where_a_value_is_not_finite() -> None:
    (path,) = drawn(svg("loss", {"train": series([3.0, 2.0, math.nan, 1.0, 0.5])}))
    assert (path.get("d") or "").count("M") == 2
    assert "#C00000" in svg("loss", {"train": series([3.0, math.nan])})
    assert "#C00000" not in svg("loss", {"train": series([3.0, 1.0])})


def test_words_are_words_and_not_markup() -> None:
    text = svg("<script>alert(1)</script>", {'"><b>': series([1.0, 2.0])})
    assert "<script" not in text
    ET.fromstring(text)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_ticks_are_round_and_between(low: float, high: float) -> None:
    low, high = min(low, high), max(low, high)
    found = ticks(low, high, 4)
    assert len(found) <= 10
    assert all(low <= tick <= high for tick in found)


def test_ticks_of_common_ranges() -> None:
    assert ticks(0, 1, 4) == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]
    assert ticks(0.0, 600, 5) == [0, 100, 200, 300, 400, 500, 600]
