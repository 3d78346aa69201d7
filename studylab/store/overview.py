"""What the lists of labs and of runs show at a glance."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from studylab.store.run_marks import KEPT
from studylab.store.runs import ResultRow, result_of

_MOST_PARAMETERS = 500


@dataclass(slots=True)
class LabRecord:
    """The runs of one lab. Results on other data, had otherwise, or of another split are never
    compared: `best` has one of each metric, split, data set and tier."""

    runs: int = 0
    best: list[ResultRow] = field(default_factory=list)


def lab_records(db: sqlite3.Connection) -> dict[str, LabRecord]:
    """The record of every lab that has been run, by its id."""
    rows = db.execute(
        f"SELECT lab, count(*) FROM (SELECT lab, id AS run FROM runs) WHERE lab != '' AND {KEPT}"
        " GROUP BY lab"
    )
    records = {lab: LabRecord(count) for lab, count in rows}
    # With max() SQLite takes the other columns from the row that holds it.
    rows = db.execute(
        "SELECT runs.lab, results.*, max(CASE WHEN higher_is_better THEN value ELSE -value END)"
        " FROM results JOIN runs ON runs.id = results.run"
        f" WHERE kind = 'finite' AND runs.lab != '' AND {KEPT}"
        " GROUP BY runs.lab, metric, split, data, tier ORDER BY results.id"
    )
    for row in rows:
        records[row["lab"]].best.append(result_of(row))
    return records


def results_of(db: sqlite3.Connection, runs: Sequence[str]) -> dict[str, list[ResultRow]]:
    """The results of some runs, by run and in the order they were reported."""
    found: dict[str, list[ResultRow]] = {}
    for start in range(0, len(runs), _MOST_PARAMETERS):
        some = runs[start : start + _MOST_PARAMETERS]
        rows = db.execute(
            f"SELECT * FROM results WHERE run IN ({','.join('?' * len(some))}) ORDER BY id", some
        )
        for row in rows:
            found.setdefault(row["run"], []).append(result_of(row))
    return found


def main_result(results: Sequence[ResultRow]) -> ResultRow | None:
    """The one that stands for a run: the first with a reference, else the first on a test split,
    else the first."""
    ranked = sorted(results, key=lambda r: (r.reference is None, r.split != "test"))
    return ranked[0] if ranked else None
