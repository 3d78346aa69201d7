"""Questions and their answers."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass

from studylab.problem import Problem
from studylab.store.database import now, transaction


class NoSuchQuestion(Problem):
    """A question's number that is not in the database; the text says so."""


class EmptyText(Problem):
    """A question or an answer without a word."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and where."""

    id: int
    text: str
    source: str
    answered_at: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a student did not understand. `status` is `open` or `answered`."""

    id: int
    uid: str
    text: str
    status: str
    week: int | None
    item: str
    paper: str
    place: str
    run: str
    step: int | None
    asked_at: str
    changed_at: str
    answers: tuple[Answer, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer that the student accepts."""
        return self.status == "open"


def ask(
    db: sqlite3.Connection,
    text: str,
    *,
    week: int | None = None,
    item: str = "",
    paper: str = "",
    place: str = "",
    run: str = "",
    step: int | None = None,
) -> int:
    """Record a question. Returns its number.

    Raises:
        EmptyText: there is no text.
    """
    text = _written(text, "a question")
    with transaction(db):
        at = now()
        row = db.execute(
            "INSERT INTO questions (uid, text, status, week, item, paper, place, run, step,"
            " asked_at, changed_at) VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, text, week, item, paper, place, run, step, at, at),
        )
        return int(row.lastrowid or 0)


def answer(db: sqlite3.Connection, question: int, text: str, *, source: str = "") -> int:
    """Answer a question, which closes it. Returns the answer's number.

    Raises:
        EmptyText: there is no text.
        NoSuchQuestion: there is no such question.
    """
    text = _written(text, "an answer")
    with transaction(db):
        _set_status(db, question, "answered")
        row = db.execute(
            "INSERT INTO answers (uid, question, text, source, answered_at) VALUES (?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, question, text, source.strip(), now()),
        )
        return int(row.lastrowid or 0)


def reopen(db: sqlite3.Connection, question: int) -> None:
    """Make a question open again; its answers stay.

    Raises:
        NoSuchQuestion: there is no such question.
    """
    with transaction(db):
        _set_status(db, question, "open")


def reword(db: sqlite3.Connection, question: int, text: str) -> None:
    """Change a question's text.

    Raises:
        EmptyText: there is no text.
        NoSuchQuestion: there is no such question.
    """
    text = _written(text, "a question")
    with transaction(db):
        done = db.execute(
            "UPDATE questions SET text = ?, changed_at = ? WHERE id = ?", (text, now(), question)
        )
        if not done.rowcount:
            raise _missing(question)


def get(db: sqlite3.Connection, question: int) -> Question:
    """One question with its answers.

    Raises:
        NoSuchQuestion: there is no such question.
    """
    # SQLite's integers have 64 bits; a longer number is no question's.
    found = _select(db, "WHERE id = ?", [question]) if abs(question) < 2**63 else []
    if not found:
        raise _missing(question)
    return found[0]


def listing(
    db: sqlite3.Connection,
    *,
    status: str | None = None,
    week: int | None = None,
    paper: str | None = None,
    item: str | None = None,
    containing: str = "",
    limit: int = 1000,
) -> list[Question]:
    """Questions, the newest first, filtered by whatever is given.

    `containing` is looked for in the questions and in their answers, as it is typed; the case of
    ASCII letters does not matter.
    """
    given = {"status": status, "week": week, "paper": paper, "item": item}
    filters = {name: value for name, value in given.items() if value is not None}
    where = [f"{name} = ?" for name in filters]
    values: list[object] = [*filters.values()]
    if containing:
        where.append(
            "(instr(lower(text), lower(?)) OR id IN"
            " (SELECT question FROM answers WHERE instr(lower(text), lower(?))))"
        )
        values += [containing, containing]
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    return _select(db, f"{clause} ORDER BY asked_at DESC, id DESC LIMIT ?", [*values, limit])


def tally(db: sqlite3.Connection) -> list[tuple[int | None, str, str, int]]:
    """How many questions there are by week, paper and status."""
    rows = db.execute(
        "SELECT week, coalesce(paper, ''), status, count(*) FROM questions GROUP BY 1, 2, 3"
    )
    return [(week, paper, status, count) for week, paper, status, count in rows]


def count_open(db: sqlite3.Connection, week: int | None = None) -> int:
    """How many questions are open, of one week or of all."""
    if week is None:
        row = db.execute("SELECT count(*) FROM questions WHERE status = 'open'")
    else:
        row = db.execute(
            "SELECT count(*) FROM questions WHERE status = 'open' AND week = ?", (week,)
        )
    return int(row.fetchone()[0])


def _select(db: sqlite3.Connection, tail: str, values: list[object]) -> list[Question]:
    rows = db.execute(
        "SELECT id, uid, text, status, week, item, paper, place, run, step, asked_at, changed_at"
        f" FROM questions {tail}",
        values,
    ).fetchall()
    answers = _answers(db, [row["id"] for row in rows])
    return [Question(**dict(row), answers=tuple(answers.get(row["id"], ()))) for row in rows]


def _answers(db: sqlite3.Connection, questions: list[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = {}
    # SQLite takes a limited number of parameters a statement.
    for start in range(0, len(questions), 500):
        part = questions[start : start + 500]
        marks = ",".join("?" * len(part))
        rows = db.execute(
            "SELECT question, id, text, source, answered_at FROM answers"
            f" WHERE question IN ({marks}) ORDER BY answered_at, id",
            part,
        )
        for question, *rest in rows:
            found.setdefault(question, []).append(Answer(*rest))
    return found


def _set_status(db: sqlite3.Connection, question: int, status: str) -> None:
    if abs(question) >= 2**63:
        raise _missing(question)
    done = db.execute(
        "UPDATE questions SET status = ?, changed_at = ? WHERE id = ?", (status, now(), question)
    )
    if not done.rowcount:
        raise _missing(question)


def _written(text: str, what: str) -> str:
    # A lone surrogate, from undecodable input, has no UTF-8 form and SQLite refuses it.
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()
    if not text:
        raise EmptyText(f"{what} needs some text; nothing was recorded")
    return text


def _missing(question: int) -> NoSuchQuestion:
    return NoSuchQuestion(f"there is no question {question}; `studylab questions` lists them")
