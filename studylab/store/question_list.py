"""Finding questions: filters, orders, counts."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass, fields
from typing import Any

from studylab.store.database import first
from studylab.store.questions import Answer, Question, folded_tag, missing
from studylab.store.search_index import KINDS, QUESTION
from studylab.store.segment import as_typed, match

SORTS = {
    "newest": "asked_at DESC, id DESC",
    "oldest": "asked_at, id",
    "changed": "changed_at DESC, id DESC",
    "week": "week, asked_at DESC, id DESC",
    "paper": "paper, asked_at DESC, id DESC",
}
"""The orders of a list, by name."""

IDS_THAT_MATCH = (
    f"SELECT rowid / {KINDS} FROM search WHERE search MATCH ? AND rowid % {KINDS} = {QUESTION}"
)
# Asked of each row in the list's order, which ends where the list is full; from the table beneath
# the index, which is quicker to read.
_AS_TYPED = (
    f"instr((SELECT c0 FROM search_content s WHERE s.id = questions.id * {KINDS} + {QUESTION}), ?)"
)

_COLUMNS = "id, uid, text, status, week, item, paper, place, run, step, asked_at, changed_at"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions, in which order; None and empty let all pass."""

    status: str | None = None
    week: int | None = None
    paper: str | None = None
    item: str | None = None
    tag: str | None = None
    run: str | None = None
    containing: str = ""
    sort: str = "newest"

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of `listing`."""
        return asdict(self)

    def to_json(self) -> str:
        """As it is stored: what is not said is left out."""
        said = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Filter:
        """What `to_json` gave; of another version's filter, what this one knows.

        Raises:
            ValueError: it is no JSON.
        """
        found = json.loads(text)
        if not isinstance(found, dict):
            return cls()
        known: dict[str, Any] = {}
        for each in fields(cls):
            value = found.get(each.name)
            if type(value) is (int if each.name == "week" else str):
                known[each.name] = value
        return cls(**known)


def get(db: sqlite3.Connection, question: int) -> Question:
    """One question with its answers.

    Raises:
        NoSuchQuestion: there is no such question.
    """
    row = first(db, f"SELECT {_COLUMNS} FROM questions WHERE id = ?", [question])
    if row is None:
        raise missing(question)
    return _questions(db, [row])[0]


def listing(
    db: sqlite3.Connection,
    *,
    status: str | None = None,
    week: int | None = None,
    paper: str | None = None,
    item: str | None = None,
    tag: str | None = None,
    run: str | None = None,
    containing: str = "",
    sort: str = "newest",
    limit: int = 1000,
) -> list[Question]:
    """Questions that pass whatever filters are given, the newest first or as `sort` says.

    `containing` is what a student types into a search field: every word of it has to occur in the
    question, its place, its tags or its answers, each at the beginning of a word; of Chinese,
    anywhere. Where that finds nothing, or there is no letter in it, such as in `√`, it is looked
    for as it is.
    """
    given = {"status": status, "week": week, "paper": paper, "item": item, "run": run}
    filters = {name: value for name, value in given.items() if value not in (None, "")}
    where = [f"{name} = ?" for name in filters]
    values: list[object] = [*filters.values()]
    if tag:
        where.append("id IN (SELECT question FROM question_tags WHERE tag = ?)")
        values.append(folded_tag(tag))
    order = f"ORDER BY {SORTS.get(sort, SORTS['newest'])} LIMIT ?"
    containing = containing.strip()
    if not containing:
        return _select(db, f"{_all_of(where)} {order}", [*values, limit])
    expression = match(containing)
    found: list[Question] = []
    if expression is not None:
        clause = _all_of([*where, f"id IN ({IDS_THAT_MATCH})"])
        found = _select(db, f"{clause} {order}", [*values, expression, limit])
    if not found and (typed := as_typed(containing)):
        clause = _all_of([*where, _AS_TYPED])
        found = _select(db, f"{clause} {order}", [*values, typed, limit])
    return found


def tally(db: sqlite3.Connection) -> list[tuple[int | None, str, str, int]]:
    """How many questions there are by week, paper and status."""
    rows = db.execute(
        "SELECT week, coalesce(paper, ''), status, count(*) FROM questions"
        " GROUP BY status, week, paper"
    )
    return [(week, paper, status, count) for week, paper, status, count in rows]


def tags(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every tag with the number of its questions, the most used first."""
    rows = db.execute(
        "SELECT tag, count(*) FROM question_tags GROUP BY tag ORDER BY count(*) DESC, tag"
    )
    return [(tag, count) for tag, count in rows]


def count_open(db: sqlite3.Connection, week: int | None = None) -> int:
    """How many questions are open, of one week or of all."""
    if week is None:
        row = db.execute("SELECT count(*) FROM questions WHERE status = 'open'")
    else:
        row = db.execute(
            "SELECT count(*) FROM questions WHERE status = 'open' AND week = ?", (week,)
        )
    return int(row.fetchone()[0])


def _all_of(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _select(db: sqlite3.Connection, tail: str, values: list[object]) -> list[Question]:
    return _questions(db, db.execute(f"SELECT {_COLUMNS} FROM questions {tail}", values).fetchall())


def _questions(db: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[Question]:
    ids = [row["id"] for row in rows]
    answers = _answers(db, ids)
    tags = _tags(db, ids)
    return [
        Question(
            **dict(row),
            answers=tuple(answers.get(row["id"], ())),
            tags=tuple(tags.get(row["id"], ())),
        )
        for row in rows
    ]


def _answers(db: sqlite3.Connection, questions: list[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = {}
    for part, marks in _in_parts(questions):
        rows = db.execute(
            "SELECT question, id, text, source, answered_at, uid, source_kind, changed_at"
            f" FROM answers WHERE question IN ({marks}) ORDER BY answered_at, id",
            part,
        )
        for question, *rest in rows:
            found.setdefault(question, []).append(Answer(*rest))
    return found


def _tags(db: sqlite3.Connection, questions: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for part, marks in _in_parts(questions):
        rows = db.execute(
            f"SELECT question, tag FROM question_tags WHERE question IN ({marks}) ORDER BY tag",
            part,
        )
        for question, tag in rows:
            found.setdefault(question, []).append(tag)
    return found


def _in_parts(ids: list[int]) -> list[tuple[list[int], str]]:
    # SQLite takes a limited number of parameters a statement.
    parts = [ids[start : start + 500] for start in range(0, len(ids), 500)]
    return [(part, ",".join("?" * len(part))) for part in parts]
