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
from studylab.store.database import first, now, transaction

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
    "run_marks": ("run",),
    "expectations": ("run",),
    "tombstones": ("uid",),
}
"""The tables whose changes can be taken back, and what a row of each is known by."""

GRAVES = {
    "progress": "tick-",
    "papers": "paper-",
    "plan": "plan-",
    "cards": "card-",
    "run_marks": "run-",
    "expectations": "expected-",
    **dict.fromkeys(
        (
            "paper_history",
            "questions",
            "answers",
            "missed_points",
            "reviews",
            "sessions",
            "pauses",
            "saved_filters",
        ),
        "",
    ),
}
"""The tables whose deleted rows have tombstones, and what the name of one begins with: a tick has
no uid of its own, a card and what is kept of a run have that of what they are about."""

_TIMES = ("changed_at", "done_at", "at", "reviewed_at")
"""The column that tells how new a row is: the first of these that it has."""

Row = dict[str, Any]

Difference = tuple[str, list[Any], Row | None, Row | None]
"""A table, the key of a row, and the row before and after."""


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

    def differences(self) -> list[Difference]:
        """What differs now."""
        found: list[Difference] = []
        for (table, key), before in self._before.items():
            after = _row(self._db, table, key)
            if before != after:
                found.append((table, list(key), before, after))
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
        db.execute("DELETE FROM undo WHERE id = ?", (found["id"],))
        done = _take_back(db, json.loads(found["rows"]))
    if not done:
        raise ChangedSince(
            _("can't undo: {said}; it was changed again since, and stays as it is", said=found[1])
        )
    return str(found["said"])


def _take_back(db: sqlite3.Connection, rows: list[Difference]) -> bool:
    """Put rows back as they were before; False, with nothing done, if they are no more as the
    change left them."""
    for table, key, before, after in rows:
        if _content(_row(db, table, key)) != _content(after):
            return False
        if table == "questions" and before is None and _has_more(db, key[0], rows):
            return False
    # What belongs to a question needs it to be there first.
    rows = sorted(rows, key=lambda row: row[0] != "questions")
    db.execute("SAVEPOINT restoring")
    try:
        for table, key, before, after in rows:
            # A tick that was just taken back here has its tombstone again already, a newer one.
            if table != "tombstones" or after or not _row(db, table, key):
                _restore(db, table, key, before)
    except sqlite3.IntegrityError:
        # The question of a tag is gone, the name of a filter is taken.
        db.execute("ROLLBACK TO restoring")
        return False
    _index(db, rows)
    return True


def _has_more(db: sqlite3.Connection, question: int, rows: Sequence[Difference]) -> bool:
    """Whether a question got answers or tags that came with another change."""
    ours = {(table, *key) for table, key, _before, after in rows if after is not None}
    answers = db.execute("SELECT 'answers', id FROM answers WHERE question = ?", (question,))
    tags = db.execute(
        "SELECT 'question_tags', question, tag FROM question_tags WHERE question = ?", (question,)
    )
    return any(tuple(row) not in ours for row in (*answers, *tags))


def _row(db: sqlite3.Connection, table: str, key: Sequence[Any]) -> Row | None:
    where = " AND ".join(f"{name} = ?" for name in _KEYS[table])
    found = first(db, f"SELECT * FROM {table} WHERE {where}", key)
    if found is None:
        return None
    row = dict(found)
    if "id" not in _KEYS[table]:
        # A row that comes back may get another number.
        row.pop("id", None)
    return row


def _content(row: Row | None) -> Row | None:
    return row and {name: value for name, value in row.items() if name != "changed_at"}


def _restore(db: sqlite3.Connection, table: str, key: Sequence[Any], before: Row | None) -> None:
    keys = _KEYS[table]
    where = " AND ".join(f"{name} = ?" for name in keys)
    current = _row(db, table, key)
    if before is None:
        db.execute(f"DELETE FROM {table} WHERE {where}", tuple(key))
        if current and table in GRAVES:
            # It may have reached another database by now, which is to lose it too.
            time = next(current[name] for name in _TIMES if name in current)
            bury(db, grave(table, current.get("uid", key[0])), table, time)
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


def grave(table: str, uid: str) -> str:
    """What the tombstone of a row is known by."""
    return f"{GRAVES[table]}{uid}"


def tick_uid(item: str) -> str:
    """What the tombstone of a tick is known by."""
    return grave("progress", item)


def bury(db: sqlite3.Connection, uid: str, kind: str, changed_at: str = "") -> None:
    """Note that a row is gone on purpose, for a later merge. Part of a transaction.

    `changed_at` is the row's: with a clock that was set back, its end must not look older.
    """
    at = max(now(), changed_at)
    db.execute("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", (uid, kind, at))


def unbury(db: sqlite3.Connection, uid: str) -> None:
    """The row with this uid is there again. Part of a transaction."""
    db.execute("DELETE FROM tombstones WHERE uid = ?", (uid,))


def _index(db: sqlite3.Connection, rows: Sequence[Difference]) -> None:
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
