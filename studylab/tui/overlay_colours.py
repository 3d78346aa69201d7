"""Which colour the curves of a run have: one that belongs to its id, wherever it is seen."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from studylab.tui.widgets.line_colours import ON_DARK

COLOURS = len(ON_DARK)


def own_colour(run: str) -> int:
    """The number of the colour that a run has unless another one beside it has it too."""
    return crc32(run.encode("utf-8", "surrogatepass")) % COLOURS


def colours(runs: Iterable[str]) -> dict[str, int]:
    """A colour for each run, whatever their order; no two alike as long as there are enough.

    Of runs with the same colour of their own the one whose id comes first keeps it, and the others
    get what is left. Beyond that all have their own.
    """
    given: dict[str, int] = {}
    left: list[str] = []
    for run in sorted(set(runs)):
        if own_colour(run) in given.values():
            left.append(run)
        else:
            given[run] = own_colour(run)
    free = [colour for colour in range(COLOURS) if colour not in given.values()]
    for run in left:
        given[run] = free.pop(0) if free else own_colour(run)
    return given
