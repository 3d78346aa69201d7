"""Taking back what was done last: each change keeps the rows as they were before it.

The record is in the database, so a change made in the app can be taken back by a command and the
other way round.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from studylab.language import _
from studylab.problem import Problem
from studylab.store import search_index
from studylab.store.database import now, transaction

KEPT = 100
"""Changes that can be taken back, one after the other."""

_KEYS: dict[str, tuple[str, ...]] = {
    "progress": ("item",),
    "papers": ("paper",),
    "paper_history": ("id",),
    "questions": ("id",),
    "answers": ("id",),
    "question_tags": ("question", "tag"),
    "missed_points": ("id",),
    "cards": ("uid",),
    "reviews": ("uid",),
    "sessions": ("id",),
    "plan": ("name",),
    "pauses": ("id",),
    "saved_filters": ("id",),
    "tombstones": ("uid",),
}
"""The tables whose changes can be taken back, and what a row of each is known by."""

Row = dict[str, Any]


class NothingToUndo(Problem):
    """No change is left that could be taken back."""


class ChangedSince(Problem):
    """What a change left behind was changed again, by another app; it stays as it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change that can be taken back; `said` tells it in words."""

    id: int
    said: str
    at: str


class Keeper:
    """Remembers rows before they are changed. Part of one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._before: dict[tuple[str, tuple[Any, ...]], Row | None] = {}

    def before(self, table: str, *key: Any) -> Row | None:
        """Remember the row with this key, to be called before it is changed; returns it."""
        row = _row(self._db, table, key)
        self._before.setdefault((table, key), row)
        return row

    def added(self, table: str, *key: Any) -> None:
        """Remember that there was no such row: it has just been inserted."""
        self._before.setdefault((table, key), None)

    def differences(self) -> list[list[Any]]:
        """Table, key, row before and row after, of what differs now."""
        found: list[list[Any]] = []
        for (table, key), before in self._before.items():
            after = _row(self._db, table, key)
            if before != after:
                found.append([table, list(key), before, after])
        return found


@contextmanager
def change(db: sqlite3.Connection, said: str) -> Iterator[Keeper]:
    """A transaction that can be taken back, told as `said`.

    Raises:
        StoreError: nothing was changed.
    """
    with transaction(db):
        keeper = Keeper(db)
        yield keeper
        rows = keeper.differences()
        if rows:
            db.execute(
                "INSERT INTO undo (said, at, rows) VALUES (?, ?, ?)",
                (said, now(), json.dumps(rows, ensure_ascii=False)),
            )
            db.execute(
                "DELETE FROM undo WHERE id NOT IN (SELECT id FROM undo ORDER BY id DESC LIMIT ?)",
                (KEPT,),
            )


def changes(db: sqlite3.Connection, *, since: int = 0, limit: int = KEPT) -> list[Change]:
    """What can be taken back, the newest first; only changes after the one numbered `since`."""
    rows = db.execute(
        "SELECT id, said, at FROM undo WHERE id > ? ORDER BY id DESC LIMIT ?", (since, limit)
    )
    return [Change(*row) for row in rows]


def last_change(db: sqlite3.Connection) -> int:
    """The number of the newest change; 0 if there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM undo").fetchone()[0])


def undo(db: sqlite3.Connection, *, since: int = 0) -> str:
    """Take the newest change back. Returns it in words.

    Raises:
        NothingToUndo: none is left, or none after `since`.
        ChangedSince: its rows were changed again; nothing is taken back, and it is forgotten.
    """
    with transaction(db):
        found = db.execute(
            "SELECT id, said, rows FROM undo WHERE id > ? ORDER BY id DESC LIMIT 1", (since,)
        ).fetchone()
        if found is None:
            raise NothingToUndo(_("there is nothing to undo"))
        rows: list[tuple[str, list[Any], Row | None, Row | None]] = json.loads(found["rows"])
        db.execute("DELETE FROM undo WHERE id = ?", (found["id"],))
        changed = any(
            _content(_row(db, table, key)) != _content(after) for table, key, _before, after in rows
        )
        if not changed:
            db.execute("PRAGMA defer_foreign_keys = ON")
            for table, key, before, _after in rows:
                _restore(db, table, key, before)
            _index(db, rows)
    if changed:
        raise ChangedSince(
            _("can't undo: {said}; it was changed again since, and stays as it is", said=found[1])
        )
    return str(found["said"])


def _row(db: sqlite3.Connection, table: str, key: Sequence[Any]) -> Row | None:
    where = " AND ".join(f"{name} = ?" for name in _KEYS[table])
    row = db.execute(f"SELECT * FROM {table} WHERE {where}", tuple(key)).fetchone()
    return dict(row) if row is not None else None


def _content(row: Row | None) -> Row | None:
    return row and {name: value for name, value in row.items() if name != "changed_at"}


def _restore(db: sqlite3.Connection, table: str, key: Sequence[Any], before: Row | None) -> None:
    keys = _KEYS[table]
    where = " AND ".join(f"{name} = ?" for name in keys)
    current = _row(db, table, key)
    if before is None:
        db.execute(f"DELETE FROM {table} WHERE {where}", tuple(key))
        if current and current.get("uid") and table != "tombstones":
            # It may have reached another database by now, which is to lose it too.
            bury(db, current["uid"], table)
        return
    if "changed_at" in before:
        # Newer than what it replaces, for whoever merges the two.
        before = {**before, "changed_at": max(now(), (current or before)["changed_at"])}
    if current is None:
        marks = ", ".join("?" * len(before))
        db.execute(
            f"INSERT INTO {table} ({', '.join(before)}) VALUES ({marks})", tuple(before.values())
        )
    else:
        names = ", ".join(f"{name} = ?" for name in before)
        db.execute(f"UPDATE {table} SET {names} WHERE {where}", (*before.values(), *key))


def bury(db: sqlite3.Connection, uid: str, kind: str) -> None:
    """Note that a row is gone on purpose, for a later merge. Part of a transaction."""
    db.execute("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", (uid, kind, now()))


def unbury(db: sqlite3.Connection, uid: str) -> None:
    """The row with this uid is there again. Part of a transaction."""
    db.execute("DELETE FROM tombstones WHERE uid = ?", (uid,))


def _index(
    db: sqlite3.Connection, rows: Sequence[tuple[str, list[Any], Row | None, Row | None]]
) -> None:
    questions: set[int] = set()
    missed: set[int] = set()
    for table, key, before, after in rows:
        row = before or after or {}
        match table:
            case "questions":
                questions.add(key[0])
            case "question_tags" | "answers":
                questions.add(int(row["question"]))
            case "missed_points":
                missed.add(key[0])
    search_index.index(db, search_index.QUESTION, questions)
    search_index.index(db, search_index.MISSED, missed)
