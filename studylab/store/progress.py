"""What the student has done: items of the syllabus and states of papers."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable
from enum import StrEnum

from studylab.language import N_, _, listed
from studylab.store.database import now
from studylab.store.undo import Keeper, bury, change, unbury
from studylab.store.undo import tick_uid as tick_uid


class PaperState(StrEnum):
    """How far a paper has been read."""

    TO_READ = "to read"
    FIRST_PASS = "first pass"
    COMPANION = "companion"
    COMPARE = "compare"
    DONE = "done"


_SHOWN = [N_("to read"), N_("first pass"), N_("companion"), N_("compare"), N_("done")]
"""The states' values are their English names: `_(state.value)` shows one."""


def done_items(db: sqlite3.Connection) -> dict[str, str]:
    """Ids of the items that are done, with the time of each."""
    return dict(db.execute("SELECT item, done_at FROM progress").fetchall())


def mark_done(db: sqlite3.Connection, items: Iterable[str], said: str = "") -> int:
    """Tick items; those that are done already keep their time. Returns how many are new.

    `said` tells the change in words to whoever takes it back.
    """
    items = list(items)
    with change(db, said or _("Ticked {items}", items=listed(items))) as kept:
        return _tick(db, kept, items)


def mark_undone(db: sqlite3.Connection, items: Iterable[str], said: str = "") -> int:
    """Take ticks back. Returns how many there were."""
    items = list(items)
    with change(db, said or _("Unticked {items}", items=listed(items))) as kept:
        return _untick(db, kept, items)


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


def set_paper_state(
    db: sqlite3.Connection,
    paper: str,
    state: PaperState,
    *,
    items: Iterable[str] = (),
    said: str = "",
) -> None:
    """Record how far a paper has been read, and when; the way there is kept.

    `items` are those of the syllabus that stand for it: ticked when it is done, else unticked.
    """
    said = said or _("{paper} is at {state}", paper=paper, state=_(state.value))
    with change(db, said) as kept:
        (_tick if state is PaperState.DONE else _untick)(db, kept, items)
        before = kept.before("papers", paper)
        if before is not None and before["state"] == state.value:
            return
        at = max(now(), before["changed_at"]) if before else now()
        db.execute(
            "INSERT INTO papers VALUES (?, ?, ?) ON CONFLICT (paper) DO UPDATE "
            "SET state = excluded.state, changed_at = excluded.changed_at",
            (paper, state.value, at),
        )
        row = db.execute(
            "INSERT INTO paper_history (uid, paper, state, at) VALUES (?, ?, ?, ?)",
            (uuid.uuid4().hex, paper, state.value, at),
        )
        kept.added("paper_history", row.lastrowid)


def paper_history(db: sqlite3.Connection, paper: str) -> list[tuple[PaperState, str]]:
    """Each state that a paper has had, with the time, the oldest first."""
    rows = db.execute(
        "SELECT state, at FROM paper_history WHERE paper = ? ORDER BY at, id", (paper,)
    ).fetchall()
    known = set(PaperState)
    return [(PaperState(state), at) for state, at in rows if state in known]


def _tick(db: sqlite3.Connection, kept: Keeper, items: Iterable[str]) -> int:
    new = 0
    for item in items:
        if kept.before("progress", item) is None:
            db.execute("INSERT INTO progress VALUES (?, ?)", (item, now()))
            kept.before("tombstones", tick_uid(item))
            unbury(db, tick_uid(item))
            new += 1
    return new


def _untick(db: sqlite3.Connection, kept: Keeper, items: Iterable[str]) -> int:
    old = 0
    for item in items:
        ticked = kept.before("progress", item)
        if ticked is not None:
            db.execute("DELETE FROM progress WHERE item = ?", (item,))
            kept.before("tombstones", tick_uid(item))
            bury(db, tick_uid(item), "progress", ticked["done_at"])
            old += 1
    return old
