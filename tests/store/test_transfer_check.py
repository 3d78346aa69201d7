"""Records from outside: what is refused, and where the line says it is."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.transfer_check import TransferError, checked, moment
from studylab.store.transfer_format import TABLES, nothing
from tests.store.transfer_fill import sorted_records
from tests.store.transfer_records import records
from tests.store.transfer_rows import AT, answer, point, question, with_rows

card = {
    "uid": "q",
    "kind": "question",
    "of": "q",
    "state": 2,
    "step": None,
    "stability": 3.5,
    "difficulty": 5,
    "due_at": AT,
    "reviewed_at": None,
    "changed_at": AT,
}
pause = {"uid": "z", "first_day": "2026-12-24", "last_day": "2026-12-31", "changed_at": AT}
saved = {"uid": "f", "name": "mine", "filter": '{"week": 3}', "changed_at": AT}


def refused(raw):
    with pytest.raises(TransferError) as error:
        checked(raw)
    text = str(error.value)
    assert "\n" not in text
    return text


@given(records())
def test_what_a_database_has_passes_unchanged(a):
    assert sorted_records(checked(a)) == sorted_records(a)


def test_nothing_at_all_is_nothing():
    assert checked({}) == nothing()


def test_unknown_tables_and_columns_are_passed_over():
    raw = with_rows(questions=[question(mood="puzzled")]) | {"friends": [1, 2]}
    assert checked(raw)["questions"] == [question()]


def test_what_is_left_out_is_filled_in():
    raw = {"questions": [{"uid": "q", "text": "Why?", "asked_at": AT, "changed_at": AT}]}
    (row,) = checked(raw)["questions"]
    assert row["status"] == "open"
    assert row["week"] is None
    assert row["tags"] == []


def test_tags_are_folded_as_those_that_are_typed():
    raw = with_rows(questions=[question(tags=["#CNN", "cnn", "two words", " "])])
    assert checked(raw)["questions"][0]["tags"] == ["cnn", "two-words"]


@pytest.mark.parametrize(
    ("given_time", "stored"),
    [
        ("2026-11-24T09:00:00+00:00", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T17:00:00+08:00", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T09:00:00.5Z", "2026-11-24T09:00:00.500000+00:00"),
        ("2026-11-24T09:00:00", None),
        ("2026-11-24", None),
        ("2026-02-30T09:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+12:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_times_are_kept_in_utc(given_time, stored):
    assert moment(given_time) == stored


@pytest.mark.parametrize(
    ("tables", "where"),
    [
        ({"questions": {}}, "questions is {}; it has to be a list"),
        ({"questions": None}, "questions is null"),
        ({"questions": ["why"]}, 'questions[0] is "why"; it has to be an object'),
        ({"questions": [question(), question()]}, 'questions[1].uid is "q", as questions[0].uid'),
        ({"questions": [question(week="six")]}, 'questions[0].week is "six"'),
        ({"questions": [question(week=True)]}, "questions[0].week is true"),
        ({"questions": [question(week=1.0)]}, "questions[0].week is 1.0"),
        ({"questions": [question(week=-1)]}, "questions[0].week is -1"),
        ({"questions": [question(step=2**63)]}, "questions[0].step is 9223372036854775808"),
        ({"questions": [question(step=10**5000)]}, "questions[0].step is "),
        ({"questions": [question(text="  ")]}, "a text that is not empty"),
        ({"questions": [question(text=["a"])]}, 'questions[0].text is ["a"]'),
        ({"questions": [question(text="\ud800")]}, "questions[0].text is"),
        ({"questions": [question(status="done")]}, "choose from open, answered"),
        ({"questions": [question(at="yesterday")]}, 'questions[0].changed_at is "yesterday"'),
        ({"questions": [question(asked_at="2026-13-01T00:00:00Z")]}, "questions[0].asked_at"),
        ({"questions": [question(tags="cnn")]}, "questions[0].tags"),
        ({"questions": [question(tags=[1])]}, "questions[0].tags"),
        ({"questions": [{"uid": "q"}]}, "questions[0].text is missing"),
        ({"answers": [answer()]}, 'answers[0].question is "q", but there is no such question'),
        ({"cards": [card | {"of": "other"}]}, "cards[0].of"),
        ({"cards": [card | {"stability": float("inf")}]}, "cards[0].stability"),
        ({"cards": [card | {"stability": float("nan")}]}, "cards[0].stability"),
        ({"cards": [card | {"difficulty": -1}]}, "cards[0].difficulty"),
        ({"cards": [card | {"state": 4}]}, "cards[0].state is 4; choose from 1, 2, 3"),
        ({"missed_points": [point("a", text="")]}, "missed_points[0].text"),
        ({"pauses": [pause | {"last_day": "2026-02-30"}]}, "pauses[0].last_day"),
        ({"pauses": [pause | {"last_day": 20261231}]}, "pauses[0].last_day"),
        ({"saved_filters": [saved, saved | {"uid": "g"}]}, "saved_filters[1].name"),
        ({"saved_filters": [saved | {"filter": "{"}]}, "saved_filters[0].filter"),
        ({"saved_filters": [saved | {"filter": "[1]"}]}, "saved_filters[0].filter"),
        ({"saved_filters": [saved | {"filter": "[" * 100_000}]}, "saved_filters[0].filter"),
        ({"progress": [{"item": "p9"}]}, "progress[0].done_at is missing"),
        ({"papers": [{"paper": "b", "state": "read", "changed_at": AT}]}, "papers[0].state"),
        ({"reviews": [{"uid": "r", "card": "q", "rating": 0, "reviewed_at": AT}]}, "rating is 0"),
        ({"plan": [{"name": "start", "value": 5, "changed_at": AT}]}, "plan[0].value is 5"),
        ({"tombstones": [{"uid": "q", "kind": "", "deleted_at": AT}]}, "tombstones[0].kind"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tables, where):
    assert where in refused(tables)


def test_a_long_value_is_cut_in_the_line():
    assert len(refused({"questions": [question(week="x" * 10_000)]})) < 200


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(records(), st.sampled_from(sorted(TABLES)), st.data(), junk)
def test_anything_in_any_place_is_taken_or_refused_in_words(a, table, data, value):
    a = copy.deepcopy(a)
    if a[table] and data.draw(st.booleans()):
        row = data.draw(st.sampled_from(a[table]))
        row[data.draw(st.sampled_from(sorted(row)))] = value
    else:
        a[table] = value
    try:
        found = checked(a)
    except TransferError as error:
        assert "\n" not in str(error)
    else:
        assert sorted_records(checked(found)) == sorted_records(found)
