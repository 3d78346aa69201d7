"""Single answers."""

from __future__ import annotations

import pytest

from studylab.store import answers, questions
from studylab.store.questions import NoSuchQuestion


def test_an_answer_is_found_with_its_question(db):
    first = questions.ask(db, "why?")
    one = questions.answer(db, first, "because", source="P32", source_kind="video")
    two = questions.answer(db, first, "no, because")

    question, answer = answers.get_answer(db, two)
    assert (question.id, answer.text) == (first, "no, because")
    assert answers.get_answer(db, one)[1].source_kind == "video"


@pytest.mark.parametrize("number", [0, 7, -1, 10**30])
def test_an_answer_that_there_is_not(db, number):
    with pytest.raises(NoSuchQuestion, match="there is no answer"):
        answers.get_answer(db, number)


def test_the_last_kind_of_source_that_was_said(db):
    assert answers.last_source_kind(db) == ""
    asked = questions.ask(db, "why?")
    questions.answer(db, asked, "a", source_kind="link")
    questions.answer(db, asked, "b", source_kind="page")
    questions.answer(db, asked, "c")

    assert answers.last_source_kind(db) == "page"
