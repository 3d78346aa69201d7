"""Searching everything that the student wrote: questions with their answers, missed points, notes.

A note is a file; its text is put into the index when the file differs from what was indexed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path

from studylab.store import search_index
from studylab.store.database import transaction
from studylab.store.missed import MissedPoint
from studylab.store.question_list import listing
from studylab.store.questions import Question
from studylab.store.search_index import KINDS, MISSED, NOTE
from studylab.store.segment import as_typed, match, occurrences, places

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
    missed = _rows(db, query, MISSED, "missed_points", "rowid", limit)
    notes = _rows(db, query, NOTE, "notes", "modified_ns", limit)
    return Found(
        listing(db, containing=query, limit=limit),
        [MissedPoint(**dict(row)) for row in missed],
        [
            NoteHit(row["name"], excerpt(_text(folder / f"{row['name']}.md") or "", query))
            for row in notes
        ],
    )


def _rows(
    db: sqlite3.Connection, query: str, kind: int, table: str, newest: str, limit: int
) -> list[sqlite3.Row]:
    select = (
        f"SELECT t.* FROM search JOIN {table} t ON t.id = search.rowid / {KINDS}"
        f" WHERE search.rowid % {KINDS} = {kind} AND {{}} ORDER BY t.{newest} DESC LIMIT ?"
    )
    expression = match(query)
    found: list[sqlite3.Row] = []
    if expression is not None:
        found = db.execute(select.format("search MATCH ?"), (expression, limit)).fetchall()
    if not found and (typed := as_typed(query)):
        found = db.execute(select.format("instr(words, ?)"), (typed, limit)).fetchall()
    return found


def excerpt(text: str, query: str) -> Excerpt:
    """The place of `text` where `query` was found first, on one line; its beginning if nowhere."""
    found = occurrences(text, query)
    start, end = here = next(found, (0, 0))
    first = max(0, start - AROUND)
    last = min(len(text), max(min(end, start + 2 * AROUND), first + 2 * AROUND) + AROUND)
    line = _one_line(text[first:last])
    before = "…" if first else ""
    matches: list[tuple[int, int]] = []
    for start, end in takewhile(lambda span: span[0] < last, chain([here], found)):
        # Each white space up to here may have become shorter.
        ahead = _one_line(f"{text[first:start]}|")[:-1]
        matched = _one_line(text[start : min(end, last)])
        if matched:
            matches.append((len(before + ahead), len(before + ahead + matched)))
    return Excerpt(f"{before}{line}{'…' if last < len(text) else ''}", tuple(matches))


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
            _forget(db, name)
        for name, (size, modified) in changed.items():
            text = _text(folder / f"{name}.md")
            if text is None:
                _forget(db, name)
                continue
            db.execute(
                "INSERT INTO notes (name, bytes, modified_ns) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes,"
                " modified_ns = excluded.modified_ns",
                (name, size, modified),
            )
            id = db.execute("SELECT id FROM notes WHERE name = ?", (name,)).fetchone()[0]
            search_index.put(db, NOTE, id, text)
    return len(changed) + len(gone)


def _forget(db: sqlite3.Connection, name: str) -> None:
    # Another app may have forgotten it, and its number may be another note's by now.
    for (id,) in db.execute("SELECT id FROM notes WHERE name = ?", (name,)).fetchall():
        search_index.put(db, NOTE, id, None)
        db.execute("DELETE FROM notes WHERE id = ?", (id,))


def _files(folder: Path) -> Iterable[tuple[str, tuple[int, int]]]:
    with suppress(OSError):
        for file in folder.iterdir():
            # A broken link, or one that is deleted meanwhile, is just not there.
            with suppress(OSError):
                if file.suffix == ".md" and file.is_file() and _has_text_name(file):
                    stat = file.stat()
                    yield file.stem, (stat.st_size, stat.st_mtime_ns)


def _has_text_name(file: Path) -> bool:
    # What isn't UTF-8 comes as lone surrogates, which SQLite refuses.
    return file.name.isascii() or file.name == file.name.encode("utf-8", "replace").decode()


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_NOTE).decode("utf-8-sig", "replace")
    except OSError:
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
