"""The visible part of an axis: always within the data, and of the width that it should have."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from studylab.tui.zoom import LEAST_SPAN, Window, around, panned, zoomed_in, zoomed_out

ends = st.integers(-(2**62), 2**62)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, Window]:
    """A window, and the whole that it lies in."""
    four = sorted(draw(st.lists(ends, min_size=4, max_size=4)))
    whole, window = Window(four[0], four[3]), Window(four[1], four[2])
    assume(window.span >= LEAST_SPAN)
    return window, whole


def lies_in(window: Window, whole: Window) -> bool:
    return whole.low <= window.low < window.high <= whole.high


@given(windows(), st.none() | ends)
def test_zooming_in_halves_and_stays_inside(
    both: tuple[Window, Window], centre: int | None
) -> None:
    window, _whole = both
    closer = zoomed_in(window, centre)
    assert lies_in(closer, window)
    assert closer.span == max(LEAST_SPAN, window.span // 2)
    if centre is not None and window.low <= centre <= window.high:
        assert closer.low <= centre <= closer.high


@given(windows(), st.none() | ends)
def test_zooming_out_doubles_until_everything_is_seen(
    both: tuple[Window, Window], centre: int | None
) -> None:
    window, whole = both
    wider = zoomed_out(window, whole, centre)
    if wider is None:
        assert 2 * window.span >= whole.span
    else:
        assert lies_in(wider, whole)
        assert wider.span == 2 * window.span


@given(st.integers(0, 10**9), st.integers(LEAST_SPAN, 10**9), st.integers(0, 10**9))
def test_in_and_out_again_ends_at_everything(low: int, span: int, centre: int) -> None:
    whole = Window(low, low + span)
    window: Window | None = whole
    for _press in range(40):
        assert window is not None
        window = zoomed_in(window, centre)
    assert window is not None
    assert window.span == min(span, LEAST_SPAN)
    presses = 0
    while window is not None:
        window = zoomed_out(window, whole, centre)
        presses += 1
    assert presses <= 32


@given(windows(), st.integers(-20, 20))
def test_panning_keeps_the_width_and_ends_at_the_data(both: tuple[Window, Window], by: int) -> None:
    window, whole = both
    moved = panned(window, whole, by)
    assert moved.span == window.span
    assert lies_in(moved, whole)
    assert (moved.low - window.low) * by >= 0


def test_panning_goes_a_quarter() -> None:
    assert panned(Window(40, 60), Window(0, 100), 1) == (45, 65)
    assert panned(Window(40, 60), Window(0, 100), -1) == (35, 55)
    assert panned(Window(40, 60), Window(0, 100), 99) == (80, 100)


@given(windows(), ends)
def test_a_value_is_brought_into_view(both: tuple[Window, Window], value: int) -> None:
    window, whole = both
    value = max(whole.low, min(whole.high, value))
    moved = around(window, whole, value)
    assert moved.span == window.span
    assert moved.low <= value <= moved.high
    if window.low <= value <= window.high:
        assert moved == window
