"""Single answers: finding one, and what kind of source the last one had."""

from __future__ import annotations

import sqlite3

from studylab.language import _
from studylab.store.database import first
from studylab.store.question_list import get
from studylab.store.questions import Answer, NoSuchQuestion, Question


def get_answer(db: sqlite3.Connection, answer: int) -> tuple[Question, Answer]:
    """An answer, and the question that it belongs to.

    Raises:
        NoSuchQuestion: there is no such answer.
    """
    row = first(db, "SELECT question FROM answers WHERE id = ?", [answer])
    if row is None:
        raise NoSuchQuestion(_("there is no answer {id}", id=answer))
    question = get(db, row[0])
    return question, next(each for each in question.answers if each.id == answer)


def last_source_kind(db: sqlite3.Connection) -> str:
    """The kind of source that was said last; empty if none ever was."""
    row = db.execute(
        "SELECT source_kind FROM answers WHERE source_kind != '' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""
