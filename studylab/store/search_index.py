"""The full-text index: which row of it stands for what, and how it follows the tables.

The rowid of `search` is four times the id of what it stands for, plus a digit for its kind. So a
query needs no table in between, and the newest come first without sorting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from studylab.store.segment import words

QUESTION, MISSED, NOTE = 0, 1, 2
KINDS = 4

_TEXTS = {
    QUESTION: (
        "SELECT q.id, q.text || ' ' || coalesce(q.place, '')"
        " || coalesce((SELECT ' ' || group_concat(tag, ' ') FROM question_tags"
        " WHERE question = q.id), '')"
        " || coalesce((SELECT ' ' || group_concat(text || ' ' || coalesce(source, ''), ' ')"
        " FROM answers WHERE question = q.id), '') FROM questions q"
    ),
    MISSED: "SELECT q.id, q.text || ' ' || q.remark FROM missed_points q",
}
"""What is found of a question, its answers and tags with it, and of a missed point."""


def index(db: sqlite3.Connection, kind: int, ids: Iterable[int]) -> None:
    """Bring the index up to date for some questions or missed points; part of a transaction."""
    for id in ids:
        row = db.execute(f"{_TEXTS[kind]} WHERE q.id = ?", (id,)).fetchone()
        put(db, kind, id, row[1] if row else None)


def put(db: sqlite3.Connection, kind: int, id: int, text: str | None) -> None:
    """Index a text, or take what was there away."""
    rowid = id * KINDS + kind
    db.execute("DELETE FROM search WHERE rowid = ?", (rowid,))
    if text is not None:
        db.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (rowid, words(text)))


def rebuild(db: sqlite3.Connection) -> None:
    """Index every question and missed point anew; notes stay. Part of a transaction."""
    db.execute("DELETE FROM search WHERE rowid % 4 != ?", (NOTE,))
    for kind, select in _TEXTS.items():
        rows = db.execute(select).fetchall()
        db.executemany(
            "INSERT INTO search (rowid, words) VALUES (?, ?)",
            ((id * KINDS + kind, words(text)) for id, text in rows),
        )
