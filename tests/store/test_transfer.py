"""Rows out of one database and into another."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings

from studylab.store import (
    missed,
    progress,
    question_list,
    questions,
    reviews,
    search_index,
    transfer,
    undo,
)
from studylab.store.database import open_database, transaction
from studylab.store.search import search
from studylab.store.transfer_check import checked
from studylab.store.transfer_format import nothing
from studylab.store.transfer_merge import merged, settled
from tests.store.transfer_fill import Shelf, sorted_records
from tests.store.transfer_records import records

# A database for each example, some of them three.
few = settings(max_examples=50)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "studylab.db"
    db = open_database(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@contextmanager
def shelf(template):
    made = Shelf(template, Path(tempfile.mkdtemp()))
    try:
        yield made
    finally:
        made.close()


def take(db, theirs):
    with transaction(db):
        return transfer.take(db, checked(theirs))


def dump(db):
    """Everything in the tables, numbers too."""
    return {
        name: db.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()
        for name in ("question_tags", *nothing())
    }


def index_of(db):
    return db.execute("SELECT rowid, words FROM search ORDER BY rowid").fetchall()


@few
@given(records())
def test_what_is_read_is_what_was_written(template, a):
    with shelf(template) as made:
        assert transfer.read(made.filled(a)) == sorted_records(a)


@few
@given(records())
def test_what_was_taken_into_an_empty_database_is_read_there_again(template, a):
    with shelf(template) as made:
        db = made.empty()
        take(db, transfer.read(made.filled(a)))
        assert transfer.read(db) == merged(a, nothing())


@few
@given(records(), records())
def test_taking_is_merging(template, a, b):
    with shelf(template) as made:
        mine = made.filled(a)
        foreseen = transfer.foreseen(mine, checked(b))
        before = dump(mine)
        assert transfer.foreseen(mine, checked(b)) == foreseen
        assert dump(mine) == before
        assert take(mine, b) == foreseen
        assert settled(transfer.read(mine)) == merged(a, b)
        assert mine.execute("PRAGMA foreign_key_check").fetchall() == []


@few
@given(records(), records())
def test_taking_twice_changes_nothing_and_both_ways_gives_the_same(template, a, b):
    with shelf(template) as made:
        mine, theirs = made.filled(a), made.filled(b)
        before = transfer.read(mine)
        take(mine, transfer.read(theirs))
        after = dump(mine)
        assert not any(tally.any for tally in take(mine, transfer.read(theirs)).values())
        assert not any(tally.any for tally in take(mine, before).values())
        assert dump(mine) == after
        take(theirs, transfer.read(mine))
        assert settled(transfer.read(theirs)) == settled(transfer.read(mine))


@few
@given(records(), records())
def test_the_search_index_is_what_rebuilding_would_make(template, a, b):
    with shelf(template) as made:
        db = made.filled(a)
        with transaction(db):
            search_index.rebuild(db)
        take(db, b)
        after = index_of(db)
        with transaction(db):
            search_index.rebuild(db)
        assert [tuple(row) for row in index_of(db)] == [tuple(row) for row in after]


@pytest.fixture
def machines(template, tmp_path):
    made = Shelf(template, tmp_path / "machines")
    made.folder.mkdir()
    yield made
    made.close()


@pytest.fixture
def clock(monkeypatch):
    """Each moment is a second after the one before."""
    second = iter(range(10**6))

    def tick():
        hours, rest = divmod(next(second), 3600)
        return f"2026-11-24T{9 + hours:02}:{rest // 60:02}:{rest % 60:02}+00:00"

    for module in ("questions", "progress", "missed", "undo", "reviews"):
        monkeypatch.setattr(f"studylab.store.{module}.now", tick)


def carry(source, target):
    return take(target, transfer.read(source))


def texts(db):
    return {question.text for question in question_list.listing(db)}


def test_numbers_of_the_own_questions_stay(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    first = questions.ask(laptop, "first")
    for number in range(3):
        questions.ask(server, f"on the server {number}")
    carry(server, laptop)
    assert question_list.get(laptop, first).text == "first"
    assert len(texts(laptop)) == 4


def test_what_is_new_is_found_and_what_is_deleted_is_not(machines, clock, tmp_path):
    laptop, server = machines.empty(), machines.empty()
    number = questions.ask(server, "为什么要归一化")
    questions.answer(server, number, "because of the gradient")
    point = missed.note_missed(server, "layer normalisation comes first")
    carry(server, laptop)
    assert len(search(laptop, "归一", tmp_path).questions) == 1
    assert len(search(laptop, "gradient", tmp_path).questions) == 1
    assert len(search(laptop, "normalisation", tmp_path).missed) == 1
    questions.delete(server, number)
    missed.forget_missed(server, point)
    carry(server, laptop)
    assert search(laptop, "gradient", tmp_path).questions == []
    assert search(laptop, "normalisation", tmp_path).missed == []
    assert index_of(laptop) == []


def test_a_deleted_question_that_was_brought_back_comes_back_everywhere(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    number = questions.ask(laptop, "a question")
    questions.answer(laptop, number, "an answer")
    carry(laptop, server)
    questions.delete(laptop, number)
    carry(laptop, server)
    assert texts(server) == set()
    undo.undo(laptop)
    carry(laptop, server)
    (found,) = question_list.listing(server)
    assert [answer.text for answer in found.answers] == ["an answer"]
    carry(server, laptop)
    assert texts(laptop) == {"a question"}


def test_an_undone_question_does_not_come_back_from_elsewhere(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    questions.ask(laptop, "asked by mistake")
    carry(laptop, server)
    undo.undo(laptop)
    carry(server, laptop)
    assert texts(laptop) == set()
    carry(laptop, server)
    assert texts(server) == set()


def review(db, number):
    uid = question_list.get(db, number).uid
    at = "2026-11-24T12:00:00+00:00"
    card = reviews.Card(2, None, 3.0, 5.0, at, at)
    reviews.record(db, reviews.Waiting(reviews.QUESTION, uid, number), 3, card)


def rows(db, table):
    return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_an_undone_review_is_undone_there_too_and_its_question_stays(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    number = questions.ask(laptop, "a question")
    questions.answer(laptop, number, "an answer")
    review(laptop, number)
    carry(laptop, server)
    assert (rows(server, "cards"), rows(server, "reviews")) == (1, 1)
    undo.undo(laptop)
    carry(laptop, server)
    carry(server, laptop)
    for db in (laptop, server):
        assert (rows(db, "cards"), rows(db, "reviews"), rows(db, "questions")) == (0, 0, 1)


def test_card_and_question_have_tombstones_of_their_own(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    for machine in (laptop, server):
        questions.ask(machine, "a question that there is on one machine only")
    number = questions.ask(laptop, "a question")
    questions.answer(laptop, number, "an answer")
    carry(laptop, server)
    review(laptop, number)
    undo.undo(laptop)
    (there,) = [q for q in question_list.listing(server) if q.text == "a question"]
    questions.delete(server, there.id)
    carry(server, laptop)
    kinds = {row["kind"] for row in transfer.read(laptop)["tombstones"]}
    assert {"questions", "cards", "reviews"} <= kinds


def test_a_tick_taken_back_is_taken_back_there_and_can_be_set_again(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    progress.mark_done(laptop, ["p9"])
    carry(laptop, server)
    progress.mark_undone(laptop, ["p9"])
    carry(laptop, server)
    assert progress.done_items(server) == {}
    progress.mark_done(server, ["p9"])
    carry(server, laptop)
    carry(laptop, server)
    assert progress.done_items(laptop).keys() == progress.done_items(server).keys() == {"p9"}


def test_the_same_point_of_a_guide_missed_on_two_machines_is_one(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    for db in (laptop, server):
        missed.note_missed(db, "the [MASK] token", paper="bert", point=3)
    carry(laptop, server)
    carry(server, laptop)
    assert len(missed.missed_points(laptop)) == len(missed.missed_points(server)) == 1


def test_undo_refuses_what_a_merge_changed(machines, clock):
    laptop, server = machines.empty(), machines.empty()
    number = questions.ask(laptop, "a question")
    carry(laptop, server)
    questions.reword(laptop, number, "on the laptop")
    (there,) = question_list.listing(server)
    questions.reword(server, there.id, "on the server, later")
    carry(server, laptop)
    with pytest.raises(undo.ChangedSince):
        undo.undo(laptop)
    assert texts(laptop) == {"on the server, later"}


def test_a_failure_in_the_middle_changes_nothing(machines, clock, monkeypatch):
    laptop, server = machines.empty(), machines.empty()
    questions.ask(laptop, "mine")
    questions.ask(server, "theirs")
    before = dump(laptop)
    monkeypatch.setattr(transfer.search_index, "index", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        carry(server, laptop)
    assert [*map(list, dump(laptop).values())] == [*map(list, before.values())]
