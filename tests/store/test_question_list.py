"""Filters and orders, against the plain Python answer; filters that were stored."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studylab.store import question_list, questions
from studylab.store.database import open_database
from studylab.store.question_list import SORTS, Filter

PAPERS = ["", "bert", "transformer"]
ITEMS = ["", "p9", "paper-bert"]
RUNS = ["", "r1"]
TEXTS = ["why loss", "为什么 批归一化", "What is √d?", "colossal"]


@pytest.fixture(scope="module")
def full(new_database):
    """A database with questions of every kind, in a random order of times."""
    db = open_database(new_database())
    for number, (text, paper, week) in enumerate(product(TEXTS, PAPERS, [None, 1, 2])):
        id = questions.ask(
            db,
            text,
            week=week,
            paper=paper,
            item=ITEMS[number % 3],
            run=RUNS[number % 2],
            tags=["loss", "批"][: number % 3],
        )
        if number % 4 == 0:
            questions.answer(db, id, "so", accepted=number % 8 == 0)
        db.execute(
            "UPDATE questions SET asked_at = ?, changed_at = ? WHERE id = ?",
            (f"2026-01-{number * 7 % 11 + 1:02}", f"2026-02-{number * 5 % 13 + 1:02}", id),
        )
    yield db
    db.close()


def of(full):
    return [question_list.get(full, id) for (id,) in full.execute("SELECT id FROM questions")]


KEYS = {
    "newest": lambda q: (),
    "oldest": lambda q: (),
    "changed": lambda q: (),
    "week": lambda q: (q.week or 0,),
    "paper": lambda q: (q.paper,),
}


def in_order(found, sort):
    found = sorted(found, key=lambda q: q.id, reverse=sort != "oldest")
    time = "changed_at" if sort == "changed" else "asked_at"
    found.sort(key=lambda q: getattr(q, time), reverse=sort != "oldest")
    return sorted(found, key=KEYS[sort])


FILTERS = st.builds(
    Filter,
    status=st.sampled_from([None, "", "open", "answered", "neither"]),
    week=st.sampled_from([None, 0, 1, 2, 9]),
    paper=st.sampled_from([None, *PAPERS, "gpt"]),
    item=st.sampled_from([None, *ITEMS]),
    tag=st.sampled_from([None, "", "loss", "#Loss", "批", "absent"]),
    run=st.sampled_from([None, *RUNS]),
    containing=st.sampled_from(["", " ", "why", "LOSS", "归一", "么 批归", "√", "oloss", "absent"]),
    sort=st.sampled_from(list(SORTS)),
)

WORDS = {
    "why": "why",
    "LOSS": "loss",
    "归一": "归一",
    "么 批归": "为什么",
    "√": "√",
    "oloss": "oloss",
    "absent": "absent",
}


def contains(question, containing):
    word = WORDS[containing]
    if word == "loss" and "loss" in question.tags:
        return True
    return word in question.text and (word != "loss" or "colossal" not in question.text)


def passes(question, wanted):
    plain = ("status", "paper", "item", "run")
    return (
        all(getattr(wanted, n) in (None, "", getattr(question, n)) for n in plain)
        and wanted.week in (None, question.week)
        and (not wanted.tag or wanted.tag.lower().lstrip("#") in question.tags)
    )


@settings(max_examples=300)
@given(wanted=FILTERS)
def test_a_list_is_what_python_would_pick_and_sort(full, wanted):
    pool = [question for question in of(full) if passes(question, wanted)]
    expected = pool
    if wanted.containing.strip():
        expected = [q for q in pool if contains(q, wanted.containing)]
        if not expected and wanted.containing == "LOSS":
            expected = [q for q in pool if "loss" in q.text]
    found = question_list.listing(full, **wanted.arguments())
    assert [q.id for q in found] == [q.id for q in in_order(expected, wanted.sort)]
    assert found == in_order(expected, wanted.sort)


@given(limit=st.integers(0, 40), sort=st.sampled_from(list(SORTS)))
def test_a_limit_cuts_the_end(full, limit, sort):
    whole = question_list.listing(full, sort=sort)
    assert question_list.listing(full, sort=sort, limit=limit) == whole[:limit]


def test_an_unknown_order_is_the_newest_first(full):
    assert question_list.listing(full, sort="'; --") == question_list.listing(full)


@given(wanted=FILTERS)
def test_a_stored_filter_comes_back(full, wanted):
    again = Filter.from_json(wanted.to_json())
    assert Filter.from_json(again.to_json()) == again
    assert question_list.listing(full, **again.arguments()) == question_list.listing(
        full, **wanted.arguments()
    )


def test_a_stored_filter_says_only_what_was_said():
    assert json.loads(Filter(week=7, tag="批").to_json()) == {
        "week": 7,
        "tag": "批",
        "sort": "newest",
    }
    assert "批" in Filter(tag="批").to_json()


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("{}", Filter()),
        ('{"week": 7, "colour": "red", "level": [1]}', Filter(week=7)),
        ('{"containing": null, "sort": null, "week": null, "tag": null}', Filter()),
        ('{"week": "seven", "paper": 3, "tag": ["loss"], "status": {}}', Filter()),
        ('{"week": true}', Filter()),
        ("null", Filter()),
        ("[]", Filter()),
        ('"open"', Filter()),
        ('{"status": "open"}', Filter(status="open")),
    ],
)
def test_a_filter_of_another_version_is_read_as_far_as_it_is_known(db, stored, expected):
    found = Filter.from_json(stored)
    assert found == expected
    question_list.listing(db, **found.arguments())


def test_what_is_no_json_is_told():
    with pytest.raises(ValueError):
        Filter.from_json("{week: 7")


def test_no_filter_is_sql(full):
    text = "' OR 1=1 --"
    for name in ("status", "paper", "item", "tag", "run", "containing"):
        assert question_list.listing(full, **{name: text}) == []


@pytest.mark.parametrize("containing", ["\ud800", "\x00", '"', "a" * 10_000, "NEAR(a b)", "\u0301"])
def test_a_hostile_search_raises_nothing(full, containing):
    question_list.listing(full, containing=containing)


def test_more_questions_than_parameters_of_a_statement(db):
    for number in range(1100):
        questions.ask(db, f"question {number}", tags=["all"])
    found = question_list.listing(db, limit=2000)
    assert len(found) == 1100
    assert all(question.tags == ("all",) for question in found)


def test_tallies_and_tags_count_everything(full):
    everything = of(full)
    assert sum(count for *_, count in question_list.tally(full)) == len(everything)
    for week, paper, status, count in question_list.tally(full):
        assert count == sum(
            (q.week, q.paper, q.status) == (week, paper, status) for q in everything
        )
    for week in (None, 1, 2, 9):
        expected = sum(q.open and week in (None, q.week) for q in everything)
        assert question_list.count_open(full, week) == expected
    tags = {tag: sum(tag in q.tags for q in everything) for tag in ("loss", "批")}
    assert question_list.tags(full) == sorted(tags.items(), key=lambda pair: -pair[1])


def test_answers_come_in_the_order_of_their_times(db, clock):
    number = questions.ask(db, "why?")
    questions.answer(db, number, "second")
    clock.turn(hours=-1)
    questions.answer(db, number, "first")
    assert [each.text for each in question_list.get(db, number).answers] == ["first", "second"]
