"""Searching everything that the student wrote: questions with their answers, missed points, notes.

A note is a file; its text is put into the index when the file differs from what was indexed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studylab.store import search_index
from studylab.store.database import transaction
from studylab.store.missed import MissedPoint
from studylab.store.question_list import listing
from studylab.store.questions import Question
from studylab.store.search_index import KINDS, MISSED, NOTE
from studylab.store.segment import match, places

LARGEST_NOTE = 4_000_000
"""Bytes of a note that are indexed; what is behind them is not found."""

AROUND = 40
"""Characters that are shown on either side of what matched."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of text on one line, and where in it the words were found."""

    text: str
    matches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class NoteHit:
    """A note in which the words were found."""

    name: str
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds, the newest first in each kind."""

    questions: list[Question]
    missed: list[MissedPoint]
    notes: list[NoteHit]


def search(db: sqlite3.Connection, query: str, folder: Path, *, limit: int = 100) -> Found:
    """Everything in which the words of `query` occur; `folder` has the notes.

    Words are looked for as in `question_list.listing`. Call `index_notes` first.
    """
    if not query.strip():
        return Found([], [], [])
    expression = match(query)
    missed: list[MissedPoint] = []
    notes: list[NoteHit] = []
    if expression is not None:
        rows = db.execute(
            "SELECT m.* FROM search JOIN missed_points m ON m.id = search.rowid / ?"
            " WHERE search MATCH ? AND search.rowid % ? = ? ORDER BY search.rowid DESC LIMIT ?",
            (KINDS, expression, KINDS, MISSED, limit),
        )
        missed = [MissedPoint(**dict(row)) for row in rows]
        rows = db.execute(
            "SELECT n.name FROM search JOIN notes n ON n.id = search.rowid / ?"
            " WHERE search MATCH ? AND search.rowid % ? = ? ORDER BY n.modified_ns DESC LIMIT ?",
            (KINDS, expression, KINDS, NOTE, limit),
        )
        for (name,) in rows.fetchall():
            notes.append(NoteHit(name, excerpt(_text(folder / f"{name}.md"), query)))
    return Found(listing(db, containing=query, limit=limit), missed, notes)


def excerpt(text: str, query: str) -> Excerpt:
    """The place of `text` where `query` was found first, on one line; its beginning if nowhere."""
    found = places(text, query)
    start, end = found[0] if found else (0, 0)
    first = max(0, start - AROUND)
    last = min(len(text), max(end, first + 2 * AROUND) + AROUND)
    line = " ".join(text[first:last].split())
    if first:
        line = f"…{line}"
    if last < len(text):
        line = f"{line}…"
    return Excerpt(line, tuple(places(line, query)))


def excerpt_of(question: Question, query: str) -> Excerpt | None:
    """Where in a question's answers, tags or place `query` matched; None where it is in its text
    already, which is shown anyway."""
    if places(question.text, query):
        return None
    others = [*(f"{each.text} {each.source}" for each in question.answers)]
    others += [question.place, " ".join(f"#{tag}" for tag in question.tags)]
    hit = next((each for each in others if places(each, query)), None)
    return excerpt(hit, query) if hit else None


def index_notes(db: sqlite3.Connection, folder: Path) -> int:
    """Bring the index up to date with the files in `folder`. Returns how many differed.

    A note that can't be read is left out until it can.

    Raises:
        StoreError: the index can't be written.
    """
    known = {
        row["name"]: (row["id"], row["bytes"], row["modified_ns"])
        for row in db.execute("SELECT * FROM notes")
    }
    there = dict(_files(folder))
    changed = {
        name: stat for name, stat in there.items() if known.get(name, (0, -1, -1))[1:] != stat
    }
    gone = [name for name in known if name not in there]
    if not changed and not gone:
        return 0
    with transaction(db):
        for name in gone:
            search_index.put(db, NOTE, known[name][0], None)
            db.execute("DELETE FROM notes WHERE name = ?", (name,))
        for name, (size, modified) in changed.items():
            db.execute(
                "INSERT INTO notes (name, bytes, modified_ns) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes,"
                " modified_ns = excluded.modified_ns",
                (name, size, modified),
            )
            id = db.execute("SELECT id FROM notes WHERE name = ?", (name,)).fetchone()[0]
            search_index.put(db, NOTE, id, _text(folder / f"{name}.md"))
    return len(changed) + len(gone)


def _files(folder: Path) -> Iterable[tuple[str, tuple[int, int]]]:
    with suppress(OSError):
        for file in folder.iterdir():
            # A broken link, or one that is deleted meanwhile, is just not there.
            with suppress(OSError):
                if file.suffix == ".md" and file.is_file():
                    stat = file.stat()
                    yield file.stem, (stat.st_size, stat.st_mtime_ns)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_NOTE).decode("utf-8", "replace")
    except OSError:
        return ""
