"""How much memory the labs took when they were last run."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

LAST_SAMPLES = 120
"""The samples at the end of a run that are looked at: its memory is what it will be by then."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most memory that a run of a lab held, in bytes: its processes, and on one GPU. `gpu` is
    None for a run without one."""

    lab: str
    run: str
    rss: int
    gpu: int | None


def peaks(db: sqlite3.Connection) -> list[Peak]:
    """Of each lab the newest run that has finished, by lab."""
    newest = db.execute(
        # With max() SQLite takes the other columns from the row that holds it.
        "SELECT lab, id, max(created_at) FROM runs WHERE lab != '' AND state = 'finished'"
        " GROUP BY lab ORDER BY lab"
    ).fetchall()
    found = []
    for lab, run, _created in newest:
        rss, gpu = db.execute(
            "SELECT max(rss_bytes), max((SELECT max(json_extract(value, '$.run_memory'))"
            " FROM json_each(gpus)))"
            " FROM (SELECT rss_bytes, gpus FROM resources WHERE run = ?"
            " ORDER BY time DESC LIMIT ?)",
            (run, LAST_SAMPLES),
        ).fetchone()
        if rss:
            found.append(Peak(lab, run, int(rss), int(gpu) if gpu else None))
    return found
