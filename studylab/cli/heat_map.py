"""The calendar of what was done, as text."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date

from rich.cells import cell_len

from studylab.cli import output
from studylab.cli.output import painted, write
from studylab.language import _
from studylab.store.activity import Day
from studylab.study import heat_map


def write_heat_map(days: Mapping[date, Day], today: date) -> None:
    """Print as many of the last 26 weeks as fit."""
    names = heat_map.name_width()
    room = output.width()
    weeks = heat_map.WEEKS
    if room is not None:
        weeks = max(1, min(weeks, (room - names + 1) // heat_map.CELL))
    glyphs = _glyphs()
    write(f"{' ' * names}{heat_map.months(today, weeks)}\n")
    for name, row in zip(heat_map.WEEKDAYS, heat_map.levels(days, today, weeks), strict=True):
        word = _(name) if name else ""
        marks = [" " if level is None else _mark(glyphs, level) for level in row]
        write(f"{word}{' ' * (names - cell_len(word))}{' '.join(marks).rstrip()}\n")
    legend = " ".join(_mark(glyphs, level) for level in range(len(glyphs)))
    write(f"{' ' * names}{_('less')} {legend} {_('more')}\n")


def _glyphs() -> str:
    try:
        heat_map.GLYPHS.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return heat_map.ASCII_GLYPHS
    return heat_map.GLYPHS


def _mark(glyphs: str, level: int) -> str:
    return painted(glyphs[level], "green" if level else "dim")
