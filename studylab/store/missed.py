"""Missed points: what a first pass left out, found when comparing."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass

from studylab.language import _
from studylab.problem import Missing
from studylab.store import search_index
from studylab.store.database import first, now
from studylab.store.questions import cleaned, written
from studylab.store.undo import bury, change


class NoSuchPoint(Missing):
    """A missed point's number that is not in the database; the text says so."""


@dataclass(frozen=True, slots=True)
class MissedPoint:
    """`point` is its rank in the paper's guide, from 0; None where the student found it alone."""

    id: int
    uid: str
    paper: str
    week: int | None
    point: int | None
    text: str
    remark: str
    noted_at: str
    changed_at: str


def note_missed(
    db: sqlite3.Connection,
    text: str,
    *,
    paper: str = "",
    week: int | None = None,
    point: int | None = None,
    remark: str = "",
) -> int:
    """Record a missed point. One of a guide's is recorded once. Returns its number.

    Raises:
        EmptyText: there is no text.
    """
    text = written(text)
    with change(db, _("Noted a missed point")) as kept:
        if paper and point is not None:
            there = db.execute(
                "SELECT id FROM missed_points WHERE paper = ? AND point = ?", (paper, point)
            ).fetchone()
            if there is not None:
                return int(there[0])
        at = now()
        row = db.execute(
            "INSERT INTO missed_points (uid, paper, week, point, text, remark, noted_at,"
            " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, paper, week, point, text, cleaned(remark), at, at),
        )
        id = int(row.lastrowid or 0)
        kept.added("missed_points", id)
        search_index.index(db, search_index.MISSED, [id])
        return id


def change_missed(
    db: sqlite3.Connection, id: int, *, text: str | None = None, remark: str | None = None
) -> None:
    """Change a missed point's words, or what the student remarks on it.

    Raises:
        EmptyText: the text is to be empty.
        NoSuchPoint: there is no such point.
    """
    with change(db, _("Changed a missed point")) as kept:
        before = kept.before("missed_points", id)
        if before is None:
            raise _missing(id)
        db.execute(
            "UPDATE missed_points SET text = ?, remark = ?, changed_at = ? WHERE id = ?",
            (
                before["text"] if text is None else written(text),
                before["remark"] if remark is None else cleaned(remark),
                max(now(), before["changed_at"]),
                id,
            ),
        )
        search_index.index(db, search_index.MISSED, [id])


def forget_missed(db: sqlite3.Connection, *ids: int) -> None:
    """Take missed points back; `undo` brings them again.

    Raises:
        NoSuchPoint: one of them does not exist; nothing is changed.
    """
    with change(db, _("Took a missed point back")) as kept:
        for id in dict.fromkeys(ids):
            before = kept.before("missed_points", id)
            if before is None:
                raise _missing(id)
            kept.before("cards", before["uid"])
            db.execute("DELETE FROM cards WHERE uid = ?", (before["uid"],))
            kept.before("tombstones", before["uid"])
            bury(db, before["uid"], "missed_points", before["changed_at"])
            db.execute("DELETE FROM missed_points WHERE id = ?", (id,))
        search_index.index(db, search_index.MISSED, ids)


def missed_points(
    db: sqlite3.Connection, *, paper: str | None = None, week: int | None = None, limit: int = 1000
) -> list[MissedPoint]:
    """Missed points, the newest first, of a paper or a week if one is given."""
    given = {"paper": paper, "week": week}
    filters = {name: value for name, value in given.items() if value is not None}
    where = f"WHERE {' AND '.join(f'{name} = ?' for name in filters)}" if filters else ""
    rows = db.execute(
        f"SELECT * FROM missed_points {where} ORDER BY noted_at DESC, id DESC LIMIT ?",
        [*filters.values(), limit],
    )
    return [MissedPoint(**dict(row)) for row in rows]


def tally(db: sqlite3.Connection) -> dict[str, int]:
    """How many missed points each paper has; those without a paper are under an empty name."""
    return dict(db.execute("SELECT paper, count(*) FROM missed_points GROUP BY paper").fetchall())


def get_missed(db: sqlite3.Connection, id: int) -> MissedPoint:
    """One missed point.

    Raises:
        NoSuchPoint: there is no such point.
    """
    row = first(db, "SELECT * FROM missed_points WHERE id = ?", [id])
    if row is None:
        raise _missing(id)
    return MissedPoint(**dict(row))


def _missing(id: int) -> NoSuchPoint:
    return NoSuchPoint(_("there is no missed point {id}; `studylab missed` lists them", id=id))
