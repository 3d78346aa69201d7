"""Questions and answers come back as they were typed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.problem import Problem
from studylab.store import question_list, questions
from studylab.store.database import open_database
from studylab.store.questions import SourceKind
from studylab.store.undo import undo

NASTY = 'it\'s "quoted"; DROP TABLE questions; --\n[bold]x[/] [/] 为什么要除以 √d? 🤔\x1b[31m'


@pytest.fixture(scope="module")
def module_db(tmp_path_factory):
    connection = open_database(tmp_path_factory.mktemp("questions") / "studylab.db")
    yield connection
    connection.close()


@given(text=st.text(min_size=1).filter(lambda text: text.replace("\x00", "").strip()))
def test_any_text_comes_back(module_db, text):
    number = questions.ask(module_db, text)
    expected = text.encode("utf-8", "replace").decode().replace("\x00", "").strip()
    assert question_list.get(module_db, number).text == expected


def test_a_question_goes_from_open_to_answered_and_back(db):
    number = questions.ask(db, NASTY, week=7, item="paper-bert", paper="bert", place="§3.1")
    question = question_list.get(db, number)
    assert question.open
    assert (question.text, question.week, question.place) == (NASTY, 7, "§3.1")
    questions.answer(db, number, "因为方差", source="P176")
    question = question_list.get(db, number)
    assert not question.open
    assert [(a.text, a.source) for a in question.answers] == [("因为方差", "P176")]
    questions.reopen(db, number)
    assert question_list.get(db, number).open
    assert len(question_list.get(db, number).answers) == 1


def test_listings_filter_and_count(db):
    first = questions.ask(db, "one", week=6, paper="transformer")
    second = questions.ask(db, "two", week=7, paper="bert")
    third = questions.ask(db, "three", week=7)
    questions.answer(db, second, "because")

    def ids(**filters):
        return [q.id for q in question_list.listing(db, **filters)]

    assert ids() == [third, second, first]
    assert ids(status="open") == [third, first]
    assert ids(week=7, status="open") == [third]
    assert ids(paper="bert") == [second]
    assert question_list.count_open(db) == 2
    assert question_list.count_open(db, week=7) == 1


def test_a_filter_is_data(db):
    questions.ask(db, "one", paper="bert")
    assert question_list.listing(db, paper="' OR 1=1 --") == []


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00"])
def test_a_question_needs_text(db, text):
    with pytest.raises(Problem, match="needs some text"):
        questions.ask(db, text)
    assert question_list.listing(db) == []


@pytest.mark.parametrize("number", [0, -1, 99, 2**70])
def test_a_missing_question_is_told(db, number):
    for act in (
        lambda: question_list.get(db, number),
        lambda: questions.answer(db, number, "x"),
        lambda: questions.reopen(db, number),
    ):
        with pytest.raises(Problem, match="there is no question"):
            act()


def test_rewording_keeps_the_rest(db):
    number = questions.ask(db, "wy?", week=6)
    questions.reword(db, number, "why?")
    question = question_list.get(db, number)
    assert (question.text, question.week) == ("why?", 6)


def test_a_text_is_found_in_questions_and_answers(db):
    one = questions.ask(db, "为什么要 BATCH norm？ 100 %")
    other = questions.ask(db, "What is a cell?")
    questions.answer(db, other, "梯度 keeps flowing")

    def found(text):
        return {q.id for q in question_list.listing(db, containing=text)}

    assert found("batch") == found("100 %") == found("什么") == {one}
    assert found("梯度") == {other}
    assert found("") == {one, other}
    assert not found("_") and not found("%%")


def test_questions_are_tallied_by_week_paper_and_status(db):
    questions.ask(db, "a", week=1)
    questions.ask(db, "b", week=1)
    closed = questions.ask(db, "c", week=6, paper="bert")
    questions.answer(db, closed, "so")
    assert set(question_list.tally(db)) == {(1, "", "open", 2), (6, "bert", "answered", 1)}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("loss", "loss"),
        ("#Loss Curve", "loss-curve"),
        ("  #  LOSS\tcurve, ", "loss-curve"),
        ("＃损失，曲线", "损失-曲线"),
        ("ＬＯＳＳ", "loss"),
        ("cafe\u0301", "caf\u00e9"),
        ("##a #b", "a-b"),
        ("a\x00b", "ab"),
        ("a\udcff", "a?"),
        ("#", ""),
        (" , ", ""),
    ],
)
def test_a_tag_is_folded(typed, stored):
    assert questions.folded_tag(typed) == stored


@given(typed=st.text(st.characters()))
def test_a_folded_tag_is_one_word_and_stays_as_it_is(typed):
    tag = questions.folded_tag(typed)
    assert questions.folded_tag(tag) == tag
    assert tag.split() == [tag] * bool(tag)
    assert "#" not in tag and "," not in tag


def test_tags_are_added_once_and_taken_away(db):
    first = questions.ask(db, "one", tags=["#Loss Curve", "loss curve", "", "批"])
    second = questions.ask(db, "two")
    assert question_list.get(db, first).tags == ("loss-curve", "批")
    questions.tag(db, [first, second], ["New", "批"], remove=["#LOSS curve", "absent"])
    assert question_list.get(db, first).tags == question_list.get(db, second).tags == ("new", "批")
    assert question_list.tags(db) == [("new", 2), ("批", 2)]
    assert [q.id for q in question_list.listing(db, tag="#NEW")] == [second, first]
    undo(db)
    assert question_list.get(db, first).tags == ("loss-curve", "批")
    assert question_list.get(db, second).tags == ()


def test_tagging_nothing_that_exists_changes_nothing(db):
    number = questions.ask(db, "one")
    with pytest.raises(Problem, match="no question 99"):
        questions.tag(db, [number, 99], ["loss"])
    assert question_list.get(db, number).tags == ()


def test_an_answer_that_is_not_accepted_leaves_the_question_open(db):
    number = questions.ask(db, "why?")
    questions.answer(db, number, "perhaps", source="a friend", source_kind=SourceKind.PERSON,
                     accepted=False)  # fmt: skip
    question = question_list.get(db, number)
    assert question.open
    assert [(a.source, a.source_kind) for a in question.answers] == [("a friend", "person")]
    questions.answer(db, number, "so", source_kind="video")
    question = question_list.get(db, number)
    assert not question.open
    assert [a.source_kind for a in question.answers] == ["person", "video"]
    questions.answer(db, number, "or not", accepted=False)
    assert question_list.get(db, number).open


def test_an_answer_can_be_reworded(db):
    number = questions.ask(db, "why?")
    answer = questions.answer(db, number, "wy", source="P9", source_kind="video")
    questions.reword_answer(db, answer, "so", source=" p. 3 ", source_kind="page")
    (found,) = question_list.get(db, number).answers
    assert (found.text, found.source, found.source_kind) == ("so", "p. 3", "page")
    undo(db)
    (found,) = question_list.get(db, number).answers
    assert (found.text, found.source, found.source_kind) == ("wy", "P9", "video")
    with pytest.raises(Problem, match="needs some text"):
        questions.reword_answer(db, answer, " ", source="")
    for missing in (0, -1, 99, 2**63, 2**70):
        with pytest.raises(Problem, match="there is no answer"):
            questions.reword_answer(db, missing, "so", source="")


def test_several_questions_are_changed_together_or_not_at_all(db):
    first, second = questions.ask(db, "one", week=1), questions.ask(db, "two", week=1)
    acts = {
        "close": lambda *ids: questions.close(db, *ids),
        "move": lambda *ids: questions.move(db, ids, week=2, place="§3"),
        "reopen": lambda *ids: questions.reopen(db, *ids),
        "delete": lambda *ids: questions.delete(db, *ids),
    }
    for act in acts.values():
        with pytest.raises(Problem, match="no question 99"):
            act(first, 99)
    assert {(q.week, q.place, q.open) for q in question_list.listing(db)} == {(1, "", True)}
    acts["close"](first, second)
    acts["move"](first, second)
    assert {(q.week, q.place, q.open) for q in question_list.listing(db)} == {(2, "§3", False)}
    questions.move(db, [first], place="")
    moved = question_list.get(db, first)
    assert (moved.week, moved.place) == (2, "")
    acts["delete"](first, second)
    assert question_list.listing(db) == []
    assert undo(db) == "Deleted 2 questions"
    assert len(question_list.listing(db)) == 2


def test_a_deleted_question_comes_back_with_its_answers_and_tags(db):
    number = questions.ask(db, NASTY, week=6, place="§3", tags=["loss"])
    questions.answer(db, number, "so", source="P9", source_kind="video")
    before = question_list.get(db, number)
    questions.delete(db, number)
    with pytest.raises(Problem, match="no question"):
        question_list.get(db, number)
    undo(db)
    after = question_list.get(db, number)
    assert after.changed_at >= before.changed_at
    same = {"changed_at": before.changed_at, "answers": before.answers}
    assert replace(after, **same) == before
    assert [(a.text, a.uid) for a in after.answers] == [(a.text, a.uid) for a in before.answers]


def test_answers_and_tags_go_with_their_question(db):
    number = questions.ask(db, "why?", tags=["loss"])
    questions.answer(db, number, "so")
    db.execute("DELETE FROM questions")
    for table in ("answers", "question_tags"):
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


@pytest.mark.parametrize("table", ["answers", "question_tags"])
def test_nothing_belongs_to_a_question_that_is_not_there(db, table):
    row = {
        "answers": "(uid, question, text, answered_at) VALUES ('u', 99, 'so', '')",
        "question_tags": "VALUES (99, 'loss')",
    }[table]
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        db.execute(f"INSERT INTO {table} {row}")


def test_undecodable_input_is_kept_as_far_as_it_is_text(db):
    number = questions.ask(db, "a\udcff", place="b\udcff", tags=["c\udcff"])
    questions.answer(db, number, "d", source="e\udcff\x00")
    questions.move(db, [number], place="f\udcff")
    question = question_list.get(db, number)
    assert (question.text, question.place, question.tags) == ("a?", "f?", ("c?",))
    assert question.answers[0].source == "e?"
