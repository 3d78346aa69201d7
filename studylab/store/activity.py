"""What a student did on each day, counted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from studylab.store.sessions import open_sessions

_COUNTED = (
    ("progress", "done_at"),
    ("questions", "asked_at"),
    ("answers", "answered_at"),
    ("reviews", "reviewed_at"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: seconds in sessions; and ticks, questions, answers and reviews together."""

    seconds: float = 0.0
    things: int = 0


def activity(db: sqlite3.Connection, first: date, last: date, at: str) -> dict[date, Day]:
    """The days from `first` to `last` on which something was done; `at` is the present."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    seconds = _seconds(db, first, last, at)
    bounds = [_midnight(first + timedelta(days=n)) for n in range(len(days) + 1)]
    spans = json.dumps(list(pairwise(bounds)))
    things = dict.fromkeys(days, 0)
    for table, column in _COUNTED:
        # Counting between two times needs only the index; dates would be made of every row.
        counts = db.execute(
            f"SELECT key, (SELECT count(*) FROM {table}"
            f" WHERE {column} >= json_extract(value, '$[0]')"
            f" AND {column} < json_extract(value, '$[1]')) FROM json_each(?)",
            (spans,),
        )
        for index, count in counts:
            things[days[index]] += count
    return {
        day: Day(seconds.get(day, 0.0), things[day])
        for day in days
        if seconds.get(day) or things[day]
    }


def _seconds(db: sqlite3.Connection, first: date, last: date, at: str) -> dict[date, float]:
    rows: Iterable[tuple[str, float]] = db.execute(
        "SELECT day, sum(seconds) FROM sessions WHERE day BETWEEN ? AND ? GROUP BY day",
        (first.isoformat(), last.isoformat()),
    )
    booked = {date.fromisoformat(day): float(seconds) for day, seconds in rows}
    for session in open_sessions(db):
        day = date.fromisoformat(session.day)
        if first <= day <= last:
            booked[day] = booked.get(day, 0.0) + session.seconds_at(at) - session.seconds
    return booked


def _midnight(day: date) -> str:
    """The beginning of a local day, as the tables hold a time."""
    return datetime.combine(day, time()).astimezone(UTC).isoformat(timespec="seconds")
