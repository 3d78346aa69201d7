"""Questions and their answers."""

from __future__ import annotations

import sqlite3
import unicodedata
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from studylab.language import N_, _, n_
from studylab.problem import Missing, Refused
from studylab.store import search_index
from studylab.store.database import now
from studylab.store.undo import Keeper, bury, change


class NoSuchQuestion(Missing):
    """A question's number that is not in the database; the text says so."""


class EmptyText(Refused):
    """A question or an answer without a word."""


class SourceKind(StrEnum):
    """Where an answer comes from."""

    VIDEO = "video"
    PAGE = "page"
    LINK = "link"
    PERSON = "person"
    OWN = "own thinking"


_SHOWN = [N_("video"), N_("page"), N_("link"), N_("person"), N_("own thinking")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and where. `source_kind` is a `SourceKind`, or empty where none was said."""

    id: int
    text: str
    source: str
    answered_at: str
    uid: str = ""
    source_kind: str = ""
    changed_at: str = ""


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
    tags: tuple[str, ...] = ()

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
    tags: Iterable[str] = (),
) -> int:
    """Record a question. Returns its number.

    Raises:
        EmptyText: there is no text.
    """
    text = written(text)
    with change(db, _("Asked: {text}", text=_short(text))) as kept:
        at = now()
        row = db.execute(
            "INSERT INTO questions (uid, text, status, week, item, paper, place, run, step,"
            " asked_at, changed_at) VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, text, week, item, paper, cleaned(place), run, step, at, at),
        )
        id = int(row.lastrowid or 0)
        kept.added("questions", id)
        _add_tags(db, kept, id, tags)
        search_index.index(db, search_index.QUESTION, [id])
        return id


def answer(
    db: sqlite3.Connection,
    question: int,
    text: str,
    *,
    source: str = "",
    source_kind: str = "",
    accepted: bool = True,
) -> int:
    """Answer a question, which closes it if the answer is `accepted`. Returns the answer's number.

    Raises:
        EmptyText: there is no text.
        NoSuchQuestion: there is no such question.
    """
    text = written(text)
    with change(db, _("Answered question {id}", id=question)) as kept:
        _change(db, kept, question, "status", "answered" if accepted else "open")
        _change(db, kept, question, "changed_at", now())
        at = now()
        row = db.execute(
            "INSERT INTO answers (uid, question, text, source, source_kind, answered_at,"
            " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, question, text, cleaned(source), source_kind, at, at),
        )
        kept.added("answers", row.lastrowid)
        search_index.index(db, search_index.QUESTION, [question])
        return int(row.lastrowid or 0)


def reword_answer(
    db: sqlite3.Connection, answer: int, text: str, *, source: str, source_kind: str = ""
) -> None:
    """Change an answer's words and source.

    Raises:
        EmptyText: there is no text.
        NoSuchQuestion: there is no such answer.
    """
    text = written(text)
    with change(db, _("Changed an answer")) as kept:
        before = kept.before("answers", answer)
        if before is None:
            raise NoSuchQuestion(_("there is no answer {id}", id=answer))
        db.execute(
            "UPDATE answers SET text = ?, source = ?, source_kind = ?, changed_at = ? WHERE id = ?",
            (text, cleaned(source), source_kind, max(now(), before["changed_at"]), answer),
        )
        search_index.index(db, search_index.QUESTION, [before["question"]])


def reopen(db: sqlite3.Connection, *questions: int) -> None:
    """Make questions open again; their answers stay.

    Raises:
        NoSuchQuestion: one of them does not exist; nothing is changed.
    """
    said = n_("Reopened {count} question", "Reopened {count} questions", len(questions))
    with change(db, said) as kept:
        for question in questions:
            _change(db, kept, question, "status", "open")


def close(db: sqlite3.Connection, *questions: int) -> None:
    """Close questions as answered, without a new answer.

    Raises:
        NoSuchQuestion: one of them does not exist; nothing is changed.
    """
    said = n_("Closed {count} question", "Closed {count} questions", len(questions))
    with change(db, said) as kept:
        for question in questions:
            _change(db, kept, question, "status", "answered")


def reword(db: sqlite3.Connection, question: int, text: str) -> None:
    """Change a question's text.

    Raises:
        EmptyText: there is no text.
        NoSuchQuestion: there is no such question.
    """
    text = written(text)
    with change(db, _("Reworded question {id}", id=question)) as kept:
        _change(db, kept, question, "text", text)
        search_index.index(db, search_index.QUESTION, [question])


def move(
    db: sqlite3.Connection,
    questions: Collection[int],
    *,
    week: int | None = None,
    place: str | None = None,
) -> None:
    """Give questions another week, or another place in their paper or video.

    Raises:
        NoSuchQuestion: one of them does not exist; nothing is changed.
    """
    said = n_("Moved {count} question", "Moved {count} questions", len(questions))
    with change(db, said) as kept:
        for question in questions:
            if week is not None:
                _change(db, kept, question, "week", week)
            if place is not None:
                _change(db, kept, question, "place", cleaned(place))
        search_index.index(db, search_index.QUESTION, questions)


def tag(
    db: sqlite3.Connection,
    questions: Collection[int],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> None:
    """Add tags to questions and take others away.

    Raises:
        NoSuchQuestion: one of them does not exist; nothing is changed.
    """
    remove = [folded_tag(each) for each in remove]
    add = list(add)
    said = n_("Tagged {count} question", "Tagged {count} questions", len(questions))
    with change(db, said) as kept:
        for question in questions:
            _change(db, kept, question, "changed_at", now())
            _add_tags(db, kept, question, add)
            for each in remove:
                kept.before("question_tags", question, each)
                db.execute(
                    "DELETE FROM question_tags WHERE question = ? AND tag = ?", (question, each)
                )
        search_index.index(db, search_index.QUESTION, questions)


def delete(db: sqlite3.Connection, *questions: int) -> None:
    """Delete questions with their answers; `undo` brings them back.

    Raises:
        NoSuchQuestion: one of them does not exist; nothing is changed.
    """
    once = list(dict.fromkeys(questions))
    said = n_("Deleted {count} question", "Deleted {count} questions", len(once))
    with change(db, said) as kept:
        for question in once:
            row = _there(kept, question)
            owned = db.execute(
                "SELECT id, uid, changed_at FROM answers WHERE question = ?", (question,)
            )
            for id, uid, changed_at in owned.fetchall():
                kept.before("answers", id)
                kept.before("tombstones", uid)
                bury(db, uid, "answers", changed_at)
            tags = db.execute("SELECT tag FROM question_tags WHERE question = ?", (question,))
            for (each,) in tags.fetchall():
                kept.before("question_tags", question, each)
            kept.before("cards", row["uid"])
            db.execute("DELETE FROM cards WHERE uid = ?", (row["uid"],))
            kept.before("tombstones", row["uid"])
            bury(db, row["uid"], "questions", row["changed_at"])
            db.execute("DELETE FROM questions WHERE id = ?", (question,))
        search_index.index(db, search_index.QUESTION, once)


def folded_tag(tag: str) -> str:
    """A tag as it is stored: one word, lower case, without `#`; empty if nothing is left.

    A Chinese keyboard's `＃` and `，` are the same as `#` and `,`.
    """
    plain = unicodedata.normalize("NFKC", cleaned(tag)).casefold()
    plain = unicodedata.normalize("NFKC", plain)
    return "-".join(plain.replace("#", " ").replace(",", " ").split())


def written(text: str) -> str:
    """A text as it is stored.

    Raises:
        EmptyText: it has no words.
    """
    text = cleaned(text)
    if not text:
        raise EmptyText(_("it needs some text; nothing was recorded"))
    return text


def cleaned(text: str) -> str:
    """A text as it can be stored, without the space around it."""
    # A lone surrogate, from undecodable input, has no UTF-8 form and SQLite refuses it.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


def missing(question: int) -> NoSuchQuestion:
    """What to raise for a number that no question has."""
    return NoSuchQuestion(
        _("there is no question {id}; `studylab questions` lists them", id=question)
    )


def _there(kept: Keeper, question: int) -> dict[str, Any]:
    row = kept.before("questions", question)
    if row is None:
        raise missing(question)
    return row


def _change(
    db: sqlite3.Connection, kept: Keeper, question: int, column: str, value: object
) -> None:
    row = _there(kept, question)
    if row[column] == value:
        # A question that is so already is not newer for it.
        return
    db.execute(
        f"UPDATE questions SET {column} = ?, changed_at = ? WHERE id = ?",
        # With a clock that was set back, the newer version must still look newer.
        (value, max(now(), str(row["changed_at"])), question),
    )


def _add_tags(db: sqlite3.Connection, kept: Keeper, question: int, tags: Iterable[str]) -> None:
    for each in filter(None, map(folded_tag, tags)):
        kept.before("question_tags", question, each)
        db.execute("INSERT OR IGNORE INTO question_tags VALUES (?, ?)", (question, each))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
