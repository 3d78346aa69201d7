"""What a student expected of a run, told before it ended or while it went on."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from studylab.language import _
from studylab.problem import Missing, Refused
from studylab.store.database import first, now
from studylab.store.questions import cleaned
from studylab.store.undo import bury, change, grave, unbury

_MOST_PARAMETERS = 500


class NothingExpected(Missing):
    """A run of which nothing was expected; the text says so."""


class NoExpectation(Refused):
    """An expectation that says nothing, or a value that no metric has."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one run was to do. `value` is None where only the shape of its curve was told, `shape`
    is empty where only a value was."""

    run: str
    metric: str
    value: float | None
    shape: str
    why: str
    told_at: str
    changed_at: str


def expect(
    db: sqlite3.Connection,
    run: str,
    *,
    metric: str = "",
    value: float | None = None,
    shape: str = "",
    why: str = "",
) -> None:
    """Record what is expected of a run, in place of what was before.

    Raises:
        NoExpectation: neither a value of a metric nor a shape, or a value that is no number.
    """
    metric, shape, why = cleaned(metric), cleaned(shape), cleaned(why)
    if value is not None and not math.isfinite(value):
        raise NoExpectation(_("{value} can't be expected; give a number", value=value))
    if value is not None and not metric:
        raise NoExpectation(_("a value needs a metric; give METRIC=VALUE"))
    if value is None and not shape:
        raise NoExpectation(_("nothing is expected: give METRIC=VALUE, a shape, or both"))
    if value is None:
        metric = ""
    with change(db, _("Expected something of {run}", run=run)) as kept:
        before = kept.before("expectations", run)
        uid = grave("expectations", run)
        kept.before("tombstones", uid)
        unbury(db, uid)
        at = now()
        told, changed = (before["told_at"], before["changed_at"]) if before else (at, "")
        if before and (before["metric"], before["value"], before["shape"]) != (
            metric,
            value,
            shape,
        ):
            # Another expectation is as old as itself: one that comes after the end shows.
            told = at
        db.execute(
            "INSERT OR REPLACE INTO expectations"
            " (run, metric, value, shape, why, told_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run, metric, value, shape, why, told, max(at, changed)),
        )


def expectation(db: sqlite3.Connection, run: str) -> Expectation | None:
    """What was expected of a run; None if nothing was told."""
    row = first(db, "SELECT * FROM expectations WHERE run = ?", [run])
    return None if row is None else Expectation(**dict(row))


def expectations(db: sqlite3.Connection, runs: Sequence[str]) -> dict[str, Expectation]:
    """What was expected of some runs, by run."""
    found: dict[str, Expectation] = {}
    for start in range(0, len(runs), _MOST_PARAMETERS):
        some = runs[start : start + _MOST_PARAMETERS]
        rows = db.execute(
            f"SELECT * FROM expectations WHERE run IN ({','.join('?' * len(some))})", some
        )
        found |= {row["run"]: Expectation(**dict(row)) for row in rows}
    return found


def forget(db: sqlite3.Connection, run: str) -> None:
    """Take back what was expected of a run; `undo` brings it again.

    Raises:
        NothingExpected: nothing was.
    """
    with change(db, _("Took back what was expected of {run}", run=run)) as kept:
        before = kept.before("expectations", run)
        if before is None:
            raise NothingExpected(_("nothing was expected of {run}", run=run))
        uid = grave("expectations", run)
        kept.before("tombstones", uid)
        bury(db, uid, "expectations", before["changed_at"])
        db.execute("DELETE FROM expectations WHERE run = ?", (run,))
