"""What earlier runs of a lab took, by the clock of what they logged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studylab.store.moments import seconds

LAST_RUNS = 20
"""So many runs are looked at: what a machine does changes."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One run: its plan, and the first and last point of one of its curves, as step and seconds
    since 1970. `ended` is None unless it finished."""

    run: str
    settings: Mapping[str, Any]
    steps: int | None
    began: float
    ended: float | None
    first: tuple[int, float] | None = None
    last: tuple[int, float] | None = None
    resumed: bool = False
    """Whether it went on from another run, and so did a part of its plan only."""


def timings(db: sqlite3.Connection, lab: str, host: str) -> list[Timing]:
    """The runs of a lab that began on a machine, the newest first."""
    rows = db.execute(
        "SELECT id, command, settings, steps, state, started_at, ended_at FROM runs"
        " WHERE lab = ? AND host = ? AND started_at IS NOT NULL"
        " ORDER BY created_at DESC, id DESC LIMIT ?",
        (lab, host, LAST_RUNS),
    )
    return [timing for row in rows.fetchall() if (timing := _timing(db, row)) is not None]


def _timing(db: sqlite3.Connection, row: sqlite3.Row) -> Timing | None:
    began = seconds(row["started_at"])
    if began is None:
        return None
    first, last = _ends(db, row["id"])
    return Timing(
        run=row["id"],
        settings=json.loads(row["settings"] or "{}"),
        steps=row["steps"],
        began=began,
        ended=seconds(row["ended_at"]) if row["state"] == "finished" else None,
        first=first,
        last=last,
        resumed="--resume" in json.loads(row["command"] or "[]"),
    )


def _ends(
    db: sqlite3.Connection, run: str
) -> tuple[tuple[int, float] | None, tuple[int, float] | None]:
    """The first and the last point of the curve that comes first by name; found by the index,
    however many points there are."""
    name = db.execute("SELECT min(name) FROM metrics WHERE run = ?", (run,)).fetchone()[0]
    if name is None:
        return None, None
    found = []
    for order in ("ASC", "DESC"):
        row = db.execute(
            f"SELECT step, time FROM metrics WHERE run = ? AND name = ? ORDER BY step {order}"
            " LIMIT 1",
            (run, name),
        ).fetchone()
        found.append((int(row[0]), float(row[1])) if row[1] is not None else None)
    return found[0], found[1]
