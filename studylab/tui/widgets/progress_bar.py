"""A bar of one line that shows how much of something is done."""

from __future__ import annotations

from textual.content import Content

from studylab.tui.widgets.terminal import is_ascii_only


def bar_parts(share: float, width: int) -> tuple[str, str]:
    """The done and the remaining part of a bar of `width` cells.

    A beginning is never drawn as nothing, and only what is complete is drawn full. The two differ
    in their lines as well, so the bar can be read without colours.
    """
    if width <= 0:
        return "", ""
    full, half, rest = ("#", "", ".") if is_ascii_only() else ("━", "╸", "─")
    halves = round(share * width * 2)
    if share > 0:
        halves = max(1 if half else 2, halves)
    if share < 1:
        halves = min(halves, width * 2 - 1)
    done = full * (halves // 2) + (half if halves % 2 else "")
    return done, rest * (width - len(done))


def bar(share: float, width: int) -> Content:
    """A bar of `width` cells."""
    done, rest = bar_parts(share, width)
    colour = "$text-success" if share >= 1 else "$primary"
    return Content.assemble((done, colour), (rest, "$foreground 25%"))
