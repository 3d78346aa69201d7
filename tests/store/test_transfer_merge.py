"""Merging two machines' records: the laws that make it safe, and what wins in single cases."""

from __future__ import annotations

import pytest
from hypothesis import given

from studylab.store.transfer_format import nothing
from studylab.store.transfer_merge import merged, settled
from tests.store.transfer_records import records
from tests.store.transfer_rows import (
    AT,
    BEFORE,
    LATER,
    answer,
    point,
    question,
    tombstone,
    with_rows,
)


@given(records(), records())
def test_it_does_not_matter_who_merges_whom(a, b):
    assert merged(a, b) == merged(b, a)


@given(records(), records(), records())
def test_it_does_not_matter_in_which_order_three_are_merged(a, b, c):
    assert merged(merged(a, b), c) == merged(a, merged(b, c))


@given(records(), records())
def test_merging_again_changes_nothing(a, b):
    both = merged(a, b)
    assert merged(both, b) == both
    assert merged(both, a) == both
    assert merged(both, both) == both


@given(records())
def test_settling_again_changes_nothing_and_merging_with_nothing_only_settles(a):
    once = settled(a)
    assert settled(once) == once
    assert merged(a, nothing()) == merged(once, once)


@given(records(names=lambda row: row), records(names=lambda row: row))
def test_filters_of_the_same_name_are_both_kept_under_two_names(a, b):
    for one in (a, b):
        seen = set()
        one["saved_filters"] = [
            row
            for row in one["saved_filters"]
            if not (row["name"] in seen or seen.add(row["name"]))
        ]
        one["tombstones"] = []
    both = merged(a, b)
    assert both == merged(b, a)
    assert merged(both, b) == both
    names = [row["name"] for row in both["saved_filters"]]
    assert len(names) == len(set(names))
    assert {row["uid"] for row in both["saved_filters"]} == {
        row["uid"] for one in (a, b) for row in one["saved_filters"]
    }


@given(records(), records())
def test_nothing_is_lost_without_a_tombstone(a, b):
    a["tombstones"] = b["tombstones"] = []
    both = merged(a, b)
    for table, rows in both.items():
        if table not in ("tombstones",):
            key = next(iter(rows[0])) if rows else "uid"
            assert {row[key] for row in rows} == {row[key] for one in (a, b) for row in one[table]}


def test_the_newer_version_of_a_question_wins_with_its_tags():
    old, new = question(text="Why?", tags=["cnn"]), question(at=LATER, text="How?", tags=[])
    assert merged(with_rows(questions=[new]), with_rows(questions=[old]))["questions"] == [new]


def test_of_two_versions_of_the_same_second_the_answered_one_wins():
    opened, answered = question(), question(status="answered")
    both = merged(with_rows(questions=[opened]), with_rows(questions=[answered]))
    assert both["questions"] == [answered]


def test_answers_of_both_sides_are_kept():
    mine = with_rows(questions=[question(status="answered")], answers=[answer("mine")])
    theirs = with_rows(questions=[question(status="answered")], answers=[answer("theirs")])
    assert {a["uid"] for a in merged(mine, theirs)["answers"]} == {"mine", "theirs"}


@pytest.mark.parametrize(("deleted", "left"), [(BEFORE, 1), (AT, 0), (LATER, 0)])
def test_a_deletion_takes_what_is_not_newer_than_it(deleted, left):
    here = with_rows(tombstones=[tombstone("q", at=deleted)])
    there = with_rows(questions=[question()], answers=[answer()])
    both = merged(here, there)
    assert len(both["questions"]) == len(both["answers"]) == left


def test_an_answer_that_the_deleting_side_never_saw_goes_with_its_question():
    here = with_rows(tombstones=[tombstone("q", at=LATER)])
    there = with_rows(questions=[question()], answers=[answer("never seen")])
    assert merged(here, there)["answers"] == []


def test_a_question_that_was_answered_after_it_was_deleted_elsewhere_comes_back():
    here = with_rows(tombstones=[tombstone("q"), tombstone("a", "answers")])
    there = with_rows(
        questions=[question(at=BEFORE)],
        answers=[answer("a", at=BEFORE), answer("b", at=LATER)],
    )
    both = merged(here, there)
    assert [row["uid"] for row in both["questions"]] == ["q"]
    assert [row["uid"] for row in both["answers"]] == ["b"]


def test_the_tombstone_of_an_undone_review_does_not_take_the_question():
    here = with_rows(questions=[question()], tombstones=[tombstone("q", "cards", LATER)])
    there = with_rows(questions=[question()])
    assert len(merged(here, there)["questions"]) == 1
    assert len(merged(there, here)["questions"]) == 1


def test_what_was_put_there_again_in_the_second_of_its_deletion_stays():
    here = with_rows(
        progress=[{"item": "p9", "done_at": AT}], tombstones=[tombstone("tick-p9", "progress")]
    )
    assert merged(here, here)["progress"] == [{"item": "p9", "done_at": AT}]
    assert merged(here, here)["tombstones"] == []


def test_a_tick_that_was_taken_back_is_taken_back_there_too():
    here = with_rows(tombstones=[tombstone("tick-p9", "progress", LATER)])
    there = with_rows(progress=[{"item": "p9", "done_at": AT}])
    assert merged(there, here)["progress"] == []


def test_a_point_of_a_guide_missed_on_two_machines_is_there_once():
    mine = with_rows(missed_points=[point("a")])
    theirs = with_rows(missed_points=[point("b", LATER)])
    both = merged(mine, theirs)
    assert [row["uid"] for row in both["missed_points"]] == ["b"]
    assert both == merged(theirs, mine) == merged(both, mine) == merged(both, theirs)


def test_a_remark_on_the_older_of_two_missed_points_is_not_lost():
    mine = with_rows(missed_points=[point("a", remark="I skipped the appendix")])
    theirs = with_rows(missed_points=[point("b", LATER)])
    both = merged(mine, theirs)
    assert [row["uid"] for row in both["missed_points"]] == ["a", "b"]
    assert both == merged(both, mine)


def test_missed_points_in_own_words_are_not_taken_for_one():
    mine = with_rows(missed_points=[point("a", point=None)])
    theirs = with_rows(missed_points=[point("b", point=None)])
    assert len(merged(mine, theirs)["missed_points"]) == 2
