"""An Anki deck of answered questions and missed points.

Whoever imports it again gets the same notes, with what is new in them: they are known by the uids
of what they are about.
"""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from studylab.language import _
from studylab.plain import one_line, plain
from studylab.store import question_list
from studylab.store.missed import missed_points
from studylab.store.questions import Question
from studylab.store.reviews import MISSED, Waiting
from studylab.study.export.everything import EVERY
from studylab.study.report.words import where
from studylab.study.review import face
from studylab.study.sources import source_words
from studylab.workspace import Workspace

if TYPE_CHECKING:
    import genanki

MODEL, DECK = 1763974800, 1763974801
"""Ids by which Anki knows this kind of note, and the deck. They never change."""

_STYLE = """
.card { font-family: sans-serif; font-size: 20px; line-height: 1.5; text-align: left; }
.about, .source { font-size: 15px; opacity: .7; }
.answer { margin-top: .6em; }
"""
_FRONT = '<div class="about">{{About}}</div>{{Question}}'
_BACK = "{{FrontSide}}<hr id=answer>{{Answer}}"


def write(workspace: Workspace, path: Path) -> int:
    """Write the deck. Returns how many notes it has.

    Raises:
        OSError: it can't be written.
        sqlite3.Error: the database can't be read.
    """
    import genanki

    deck = genanki.Deck(DECK, "studylab", _("Answered questions and missed points of studylab"))
    model = genanki.Model(
        MODEL,
        "studylab",
        fields=[{"name": name} for name in ("Question", "About", "Answer")],
        templates=[{"name": "studylab", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    for note in _notes(workspace, model):
        deck.add_note(note)
    # Not `write_to_file`, which leaves a copy of everything in the folder of temporary files.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".anki-") as folder:
        collection = Path(folder, "collection.anki2")
        at = time.time()
        try:
            with closing(sqlite3.connect(collection)) as db:
                package = genanki.Package(deck)
                package.write_to_db(db.cursor(), at, itertools.count(int(at * 1000)))
                db.commit()
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(collection, collection.name)
            archive.writestr("media", "{}")
    return len(deck.notes)


def html(text: str) -> str:
    """A text of the student's as a field: nothing in it is markup, a sound or LaTeX to Anki."""
    lines = escape(plain(text)).replace("[", "&#91;").replace("{{", "{&#123;").split("\n")
    return "<br>".join(f"{'&nbsp;' * _indent(line)}{line.strip()}" for line in lines)


def _notes(workspace: Workspace, model: genanki.Model) -> Iterator[genanki.Note]:
    import genanki

    answered = question_list.listing(workspace.db, status="answered", sort="oldest", limit=EVERY)
    for question in answered:
        if question.answers:
            yield genanki.Note(
                model,
                [html(question.text), html(where(workspace, question)), _answers(question)],
                guid=question.uid,
                tags=_tags(["question", *question.tags], question.week, question.paper),
            )
    for point in reversed(missed_points(workspace.db, limit=EVERY)):
        shown = face(workspace, Waiting(MISSED, point.uid, point.id))
        paper = workspace.papers.get(point.paper)
        about = paper.short if paper else point.paper
        backs = "".join(
            f'<div class="answer">{html(answer.text)}</div>' for answer in shown.answers
        )
        yield genanki.Note(
            model,
            [html(shown.front), html(about), backs],
            guid=point.uid,
            tags=_tags(["missed"], point.week, point.paper),
        )


def _answers(question: Question) -> str:
    parts = []
    for answer in question.answers:
        parts.append(f'<div class="answer">{html(answer.text)}</div>')
        source = one_line(source_words(answer))
        if source:
            parts.append(f'<div class="source">{html(source)}</div>')
    return "".join(parts)


def _tags(words: Iterable[str], week: int | None, paper: str) -> list[str]:
    """Tags have no space in them; a double colon makes Anki show a tree."""
    tags = [f"studylab::{word}" for word in words]
    if week is not None:
        tags.append(f"studylab::week-{week:02}")
    if paper:
        tags.append(f"studylab::paper::{paper}")
    return ["-".join(plain(tag).split()) for tag in tags]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
