"""Days in a row, and how much was done on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from studylab.store.activity import Day

SHORTEST = 5 * 60
"""Seconds in sessions from which a day counts by them alone."""

THING = 10 * 60
"""Seconds that a tick, a question, an answer or a review stands for where no session says more."""

LEVELS = (30 * 60, 75 * 60, 150 * 60)
"""Seconds from which a day is of the second, third and fourth level."""


def counts(day: Day) -> bool:
    """Whether a day belongs to a streak."""
    return day.things > 0 or day.seconds >= SHORTEST


def streak(
    days: Mapping[date, Day], today: date, paused: Callable[[date], bool] | None = None
) -> int:
    """How many days in a row something was done until today.

    Today may still come, and days of a pause may be missing: neither breaks it.
    """
    first = min(days, default=today)
    count = 0
    day = today
    while day >= first:
        if counts(days.get(day, Day())):
            count += 1
        elif day != today and not (paused and paused(day)):
            break
        day -= timedelta(days=1)
    return count


def level(day: Day) -> int:
    """How much was done on a day: from 0, nothing, to 4."""
    seconds = max(day.seconds, day.things * THING)
    if seconds <= 0:
        return 0
    return 1 + sum(seconds >= least for least in LEVELS)
