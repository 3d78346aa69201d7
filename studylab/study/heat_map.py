"""The calendar of what was done, a column a week and a row for each day from Monday on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from rich.cells import cell_len

from studylab.language import N_, _
from studylab.store.activity import Day
from studylab.study.days import MONTHS
from studylab.study.streak import level

WEEKS = 26
"""Columns of a whole map."""

GLYPHS = "·░▒▓█"
"""What a day of each level is drawn as, so that no colour is needed to read it."""

ASCII_GLYPHS = ".:+#@"

WEEKDAYS = (N_("Mon"), "", N_("Wed"), "", N_("Fri"), "", "")
"""The rows that are named."""

CELL = 2
"""Cells that a day takes, with the gap behind it."""


def first_day(today: date, weeks: int) -> date:
    """The Monday that begins the first of the last `weeks` weeks."""
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


def levels(days: Mapping[date, Day], today: date, weeks: int) -> list[list[int | None]]:
    """The level of each day, in seven rows; None for days that are still to come."""
    first = first_day(today, weeks)
    rows: list[list[int | None]] = []
    for weekday in range(7):
        row = [first + timedelta(days=weekday, weeks=week) for week in range(weeks)]
        rows.append([level(days.get(day, Day())) if day <= today else None for day in row])
    return rows


def months(today: date, weeks: int) -> str:
    """The line above the rows: each month's name over the column in which it begins."""
    first = first_day(today, weeks)
    line, month = "", 0
    for week in range(weeks):
        sunday = first + timedelta(days=6, weeks=week)
        # The month of the first column has a name only where there is room for it until the next.
        if sunday.month != month and (month or sunday.day <= 20):
            name = _(MONTHS[sunday.month - 1])
            if cell_len(line) <= week * CELL and week * CELL + cell_len(name) <= weeks * CELL:
                line += " " * (week * CELL - cell_len(line)) + name + " "
        month = sunday.month
    return line.rstrip()


def name_width() -> int:
    """Cells that the names of the rows take."""
    return max(cell_len(_(name)) for name in WEEKDAYS if name) + 1
