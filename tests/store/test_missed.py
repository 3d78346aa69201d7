"""Missed points: noted, changed, taken back."""

from __future__ import annotations

import pytest

from studylab.problem import Problem
from studylab.store import missed
from studylab.store.questions import EmptyText
from studylab.store.undo import changes, undo


def test_a_point_comes_back_as_it_was_noted(db):
    number = missed.note_missed(
        db, "  预热 \x00warm-up ", paper="transformer", week=6, point=2, remark=" why 4000? "
    )
    point = missed.get_missed(db, number)
    assert (point.text, point.remark) == ("预热 warm-up", "why 4000?")
    assert (point.paper, point.week, point.point) == ("transformer", 6, 2)
    assert point.noted_at == point.changed_at
    alone = missed.get_missed(db, missed.note_missed(db, "of my own"))
    assert (alone.paper, alone.week, alone.point, alone.remark) == ("", None, None, "")


def test_a_point_of_the_guide_is_noted_once(db):
    first = missed.note_missed(db, "the warm-up", paper="transformer", point=0)
    count = len(changes(db))
    assert missed.note_missed(db, "the warm-up", paper="transformer", point=0) == first
    assert len(changes(db)) == count
    assert missed.note_missed(db, "other", paper="transformer", point=1) != first
    assert missed.note_missed(db, "other", paper="bert", point=0) != first
    assert len({missed.note_missed(db, "my own", paper="bert") for _ in range(2)}) == 2


def test_points_are_listed_by_paper_and_week_the_newest_first(db, clock):
    numbers = []
    for paper, week in (("bert", 7), ("bert", 8), ("gpt", 7)):
        numbers.append(missed.note_missed(db, "x", paper=paper, week=week))
        clock.turn(seconds=1)

    def found(**filters):
        return [point.id for point in missed.missed_points(db, **filters)]

    assert found() == numbers[::-1]
    assert found(paper="bert") == numbers[1::-1]
    assert found(week=7) == [numbers[2], numbers[0]]
    assert found(paper="bert", week=7) == numbers[:1]
    assert found(paper="' OR 1=1 --") == []
    assert found(limit=1) == numbers[2:]


def test_a_point_can_be_reworded_and_remarked_on(db, clock):
    number = missed.note_missed(db, "wy", remark="first")
    clock.turn(hours=1)
    missed.change_missed(db, number, text="why")
    assert missed.get_missed(db, number).remark == "first"
    missed.change_missed(db, number, remark="")
    point = missed.get_missed(db, number)
    assert (point.text, point.remark) == ("why", "")
    assert point.changed_at > point.noted_at
    undo(db)
    undo(db)
    assert missed.get_missed(db, number).text == "wy"


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
def test_a_point_needs_text(db, text):
    number = missed.note_missed(db, "why")
    with pytest.raises(EmptyText):
        missed.note_missed(db, text)
    with pytest.raises(EmptyText):
        missed.change_missed(db, number, text=text)
    assert [point.text for point in missed.missed_points(db)] == ["why"]


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 2**70])
def test_a_missing_point_is_told_and_nothing_is_changed(db, number):
    there = missed.note_missed(db, "why")
    for act in (
        lambda: missed.get_missed(db, number),
        lambda: missed.change_missed(db, number, remark="x"),
        lambda: missed.forget_missed(db, there, number),
    ):
        with pytest.raises(Problem, match="there is no missed point"):
            act()
    assert [point.id for point in missed.missed_points(db)] == [there]
    assert len(changes(db)) == 1


def test_a_point_that_was_taken_back_comes_again(db):
    number = missed.note_missed(db, "why", paper="bert", point=0, remark="oh")
    before = missed.get_missed(db, number)
    missed.forget_missed(db, number)
    assert missed.missed_points(db) == []
    undo(db)
    after = missed.get_missed(db, number)
    assert after.changed_at >= before.changed_at
    assert (after.uid, after.text, after.remark) == (before.uid, before.text, before.remark)


def test_undecodable_input_is_kept_as_far_as_it_is_text(db):
    number = missed.note_missed(db, "a\udcff", remark="b\udcff\x00")
    point = missed.get_missed(db, number)
    assert (point.text, point.remark) == ("a?", "b?")
