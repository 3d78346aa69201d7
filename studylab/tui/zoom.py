"""The part of the bottom axis that charts show: zoomed, moved along, never past the data's ends."""

from __future__ import annotations

from typing import NamedTuple

LEAST_SPAN = 2
"""Zooming in ends here: two steps, or milliseconds."""


class Window(NamedTuple):
    """The first and last value that are visible."""

    low: int
    high: int

    @property
    def span(self) -> int:
        """How much is visible."""
        return self.high - self.low


def zoomed_in(window: Window, centre: int | None = None) -> Window:
    """Half of it. `centre` keeps its place on the screen; without one the middle does."""
    span = max(LEAST_SPAN, window.span // 2)
    if span >= window.span:
        return window
    centre = _inside(window, centre)
    low = centre - (centre - window.low) * span // window.span
    return _moved_into(low, span, window)


def zoomed_out(window: Window, whole: Window, centre: int | None = None) -> Window | None:
    """Twice as much; None once that is everything."""
    span = max(LEAST_SPAN, window.span * 2)
    if span >= whole.span:
        return None
    centre = _inside(window, centre)
    low = centre - (centre - window.low) * span // max(1, window.span)
    return _moved_into(low, span, whole)


def panned(window: Window, whole: Window, by: int) -> Window:
    """Moved by so many quarters of its width, to the end of the data at most."""
    return _moved_into(window.low + by * max(1, window.span // 4), window.span, whole)


def around(window: Window, whole: Window, value: int) -> Window:
    """The window, moved no farther than it takes to see `value`."""
    if value < window.low:
        return _moved_into(value - window.span // 4, window.span, whole)
    if value > window.high:
        return _moved_into(value - window.span + window.span // 4, window.span, whole)
    return window


def _inside(window: Window, centre: int | None) -> int:
    if centre is None:
        centre = (window.low + window.high) // 2
    return max(window.low, min(window.high, centre))


def _moved_into(low: int, span: int, whole: Window) -> Window:
    low = max(whole.low, min(whole.high - span, low))
    return Window(low, low + span)
