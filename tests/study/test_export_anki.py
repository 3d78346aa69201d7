"""The Anki deck: its notes, their guids, and that nothing in them is markup."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.plain import plain
from studylab.store import missed, question_list, questions
from studylab.study.export.anki_deck import DECK, MODEL, html, write
from tests.store.transfer_records import HOSTILE


def opened(path):
    """The notes of a deck by guid, with their fields and tags, and its decks and models."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        assert archive.testzip() is None
        assert json.loads(archive.read("media")) == {}
        collection = Path(archive.extract("collection.anki2", folder))
        with closing(sqlite3.connect(collection)) as db:
            notes = {
                guid: (fields.split("\x1f"), tags.split())
                for guid, fields, tags in db.execute("SELECT guid, flds, tags FROM notes")
            }
            decks, models = db.execute("SELECT decks, models FROM col").fetchone()
            cards = db.execute("SELECT count(*), count(DISTINCT nid) FROM cards").fetchone()
    assert cards[0] == cards[1] == len(notes)
    return notes, json.loads(decks), json.loads(models)


@pytest.fixture
def studied(workspace):
    db = workspace.db
    for text in HOSTILE:
        number = questions.ask(db, text, week=6, paper="bert", place=text, tags=["a b", "注意力"])
        questions.answer(db, number, text, source=text, source_kind="video")
    questions.ask(db, "still open")
    questions.close(db, questions.ask(db, "closed without an answer"))
    missed.note_missed(db, "It masks words. Whole ones.", paper="bert", week=6, remark="Really")
    return workspace


def test_there_is_a_note_for_each_answered_question_and_missed_point(studied, tmp_path):
    assert write(studied, tmp_path / "deck.apkg") == len(HOSTILE) + 1
    notes, decks, models = opened(tmp_path / "deck.apkg")
    expected = {q.uid for q in question_list.listing(studied.db) if q.answers}
    expected |= {point.uid for point in missed.missed_points(studied.db)}
    assert notes.keys() == expected
    assert decks[str(DECK)]["name"] == "studylab"
    assert models[str(MODEL)]["name"] == "studylab"


def test_exported_again_it_has_the_same_guids_and_what_is_new(studied, tmp_path):
    write(studied, tmp_path / "one.apkg")
    first = question_list.listing(studied.db, status="answered")[-1]
    questions.reword(studied.db, first.id, "in other words")
    write(studied, tmp_path / "two.apkg")
    one, two = opened(tmp_path / "one.apkg")[0], opened(tmp_path / "two.apkg")[0]
    assert one.keys() == two.keys()
    assert two[first.uid][0][0] == "in other words"
    assert {guid for guid in one if one[guid] != two[guid]} == {first.uid}


def test_a_missed_point_asks_for_its_second_half(studied, tmp_path):
    write(studied, tmp_path / "deck.apkg")
    (point,) = missed.missed_points(studied.db)
    (front, about, back), tags = opened(tmp_path / "deck.apkg")[0][point.uid]
    assert front == "It masks words."
    assert about == "BERT"
    assert "Whole ones." in back
    assert "Really" in back
    assert set(tags) == {"studylab::missed", "studylab::week-06", "studylab::paper::bert"}


def test_fields_show_question_place_answer_and_source(workspace, tmp_path):
    number = questions.ask(workspace.db, "Why?", week=6, paper="bert", place="3.1", tags=["cnn"])
    questions.answer(workspace.db, number, "So.", source="P32 12:40", source_kind="video")
    write(workspace, tmp_path / "deck.apkg")
    (((front, about, back), tags),) = opened(tmp_path / "deck.apkg")[0].values()
    assert (front, about) == ("Why?", "BERT · 3.1")
    assert ">So.<" in back
    assert "P32 12:40" in back
    assert "studylab::cnn" in tags


TAGS = re.compile(r"</?(?:br|div)(?: class=\"\w+\")?>")


def test_no_text_is_markup_a_sound_or_latex(studied, tmp_path):
    write(studied, tmp_path / "deck.apkg")
    for fields, tags in opened(tmp_path / "deck.apkg")[0].values():
        for field in fields:
            assert "<" not in TAGS.sub("", field)
            assert "[sound:" not in field
            assert "{{" not in field
            assert "\x1b" not in field
        assert not any(" " in tag for tag in tags)


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_a_text_is_shown_as_it_was_written(text):
    shown = unescape(html(text).replace("<br>", "\n")).replace("\u00a0", " ")
    assert [line.split() for line in shown.split("\n")] == [
        line.replace("\u00a0", " ").split() for line in plain(text).split("\n")
    ]


def test_nothing_is_left_among_the_temporary_files(studied, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    write(studied, tmp_path / "deck.apkg")
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["deck.apkg"]


def test_the_library_is_not_loaded_before_it_is_needed():
    program = "import sys, studylab.study.export.save; print('genanki' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
