"""Questions and answers come back as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.problem import Problem
from studylab.store import question_list, questions
from studylab.store.database import open_database

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
