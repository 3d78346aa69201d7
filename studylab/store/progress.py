"""What the student has done: items of the syllabus and states of papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from enum import StrEnum

from studylab.store.database import now, transaction


class PaperState(StrEnum):
    """How far a paper has been read."""

    TO_READ = "to read"
    FIRST_PASS = "first pass"
    COMPANION = "companion"
    COMPARE = "compare"
    DONE = "done"


def done_items(db: sqlite3.Connection) -> dict[str, str]:
    """Ids of the items that are done, with the time of each."""
    return dict(db.execute("SELECT item, done_at FROM progress").fetchall())


def mark_done(db: sqlite3.Connection, items: Iterable[str]) -> int:
    """Tick items; those that are done already keep their time. Returns how many are new."""
    with transaction(db):
        at = now()
        return sum(
            db.execute("INSERT OR IGNORE INTO progress VALUES (?, ?)", (item, at)).rowcount
            for item in items
        )


def mark_undone(db: sqlite3.Connection, items: Iterable[str]) -> int:
    """Take ticks back. Returns how many there were."""
    with transaction(db):
        return sum(
            db.execute("DELETE FROM progress WHERE item = ?", (item,)).rowcount for item in items
        )


def mark_as(db: sqlite3.Connection, times: Mapping[str, str | None]) -> None:
    """Give items back the times they had; None takes the tick away."""
    with transaction(db):
        for item, at in times.items():
            if at is None:
                db.execute("DELETE FROM progress WHERE item = ?", (item,))
            else:
                db.execute("INSERT OR REPLACE INTO progress VALUES (?, ?)", (item, at))


def paper_states(db: sqlite3.Connection) -> dict[str, PaperState]:
    """The state of each paper that has left `to read`."""
    rows = db.execute("SELECT paper, state FROM papers").fetchall()
    known = set(PaperState)
    return {paper: PaperState(state) for paper, state in rows if state in known}


def shown_state(recorded: PaperState | None, *, ticked: bool) -> PaperState:
    """How far a paper has been read, where its item of the syllabus may be ticked too.

    The tick decides what is done, since it is set in many places; the record tells the stage.
    """
    if ticked:
        return PaperState.DONE
    if recorded is PaperState.DONE:
        return PaperState.COMPARE
    return recorded or PaperState.TO_READ


def set_paper_state(db: sqlite3.Connection, paper: str, state: PaperState) -> None:
    """Record how far a paper has been read."""
    with transaction(db):
        db.execute(
            "INSERT INTO papers VALUES (?, ?, ?) ON CONFLICT (paper) DO UPDATE "
            "SET state = excluded.state, changed_at = excluded.changed_at",
            (paper, state.value, now()),
        )
