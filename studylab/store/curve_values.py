"""The values of one curve, without anything else, for what looks at all of them."""

from __future__ import annotations

import sqlite3
from array import array

from studylab.store.runs import value_of


def curve_values(db: sqlite3.Connection, run: str, name: str) -> array[float]:
    """What a run logged of a metric, by step and in the order it was logged."""
    rows = db.execute(
        "SELECT value, kind FROM metrics WHERE run = ? AND name = ? ORDER BY step, rowid",
        (run, name),
    )
    return array("d", (value_of(value, kind) for value, kind in rows))
