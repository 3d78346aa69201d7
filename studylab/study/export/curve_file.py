"""One metric of some runs as a picture in a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from studylab.language import _, listed
from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.problem import Missing
from studylab.store import runs as store
from studylab.study.report.curve import svg

MOST_NAMES = 8


class NoSuchMetric(Missing):
    """A metric that none of the runs has logged; those that there are are told."""


def lines_of(db: sqlite3.Connection, runs: Sequence[str], metric: str) -> dict[str, Series]:
    """The metric of each run that has it.

    Raises:
        NoSuchMetric: none has.
    """
    lines = {}
    for run in runs:
        rows = store.metrics(db, run, metric)
        if rows:
            lines[run] = Series()
            lines[run].extend(
                [row.step for row in rows], [row.value for row in rows], [row.time for row in rows]
            )
    if lines:
        return lines
    names = sorted({row.name for run in runs for row in store.last_values(db, run)})
    if not names:
        raise NoSuchMetric(_("{runs} logged no metric", runs=listed(runs)))
    near = get_close_matches(metric, names, n=1)
    shown = listed(one_line(name, 40) for name in near or names[:MOST_NAMES])
    raise NoSuchMetric(
        _("no metric is called {name!r}; there is {names}", name=one_line(metric, 60), names=shown)
    )


def as_svg(metric: str, lines: Mapping[str, Series]) -> bytes:
    """An SVG picture, which any browser shows."""
    text = svg(metric, lines).replace("<svg ", '<svg style="background:#fff;color:#111" ', 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode("utf-8", "replace")


def as_png(metric: str, lines: Mapping[str, Series]) -> bytes:
    """A PNG picture.

    Raises:
        NeedsPackage: pillow is not installed.
    """
    from studylab.study.export.curve_png import png

    return png(metric, lines)


FORMATS: dict[str, Callable[[str, Mapping[str, Series]], bytes]] = {
    ".svg": as_svg,
    ".png": as_png,
}
"""What makes the picture, by the suffix of its file."""
