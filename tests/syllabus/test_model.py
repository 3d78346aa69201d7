from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.syllabus.model import (
    Item,
    Kind,
    Progress,
    Section,
    Syllabus,
    Week,
    next_item,
    progress,
)


def item(id: str, *, optional: bool = False, planned: bool = False) -> Item:
    return Item(id, Kind.READING, id, id, 1, "A", optional=optional, planned=planned)


def plan(*items: Item) -> Syllabus:
    week = Week(1, "One", "一", sections=(Section("A", "甲", items),))
    return Syllabus("Plan", "计划", (week,))


SMALL = plan(item("a"), item("b", optional=True), item("c", planned=True), item("d"))


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (set(), Progress(0, 2)),
        ({"a"}, Progress(1, 2)),
        ({"a", "b"}, Progress(2, 3)),
        ({"c"}, Progress(1, 3)),
        ({"a", "b", "c", "d"}, Progress(4, 4)),
        ({"gone from the syllabus"}, Progress(0, 2)),
    ],
)
def test_optional_and_planned_items_count_once_done(done: set[str], expected: Progress) -> None:
    week = SMALL.weeks[0]
    assert progress(SMALL, done) == progress(week, done) == expected
    assert progress(week.sections[0], done) == expected


def test_share() -> None:
    assert Progress(1, 4).share == 0.25
    assert Progress(0, 0).share == 0


def test_next_item_skips_what_is_done_optional_or_planned() -> None:
    first = next_item(SMALL, set())
    then = next_item(SMALL, {"a"})
    assert first is not None and first.id == "a"
    assert then is not None and then.id == "d"
    assert next_item(SMALL, {"a", "d"}) is None


@given(st.data())
def test_doing_the_next_item_each_time_ends_with_all_that_is_owed_done(data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=8))
    syllabus = plan(*(item(f"i{n}", optional=o, planned=p) for n, (o, p) in enumerate(flags)))
    ids = [i.id for i in syllabus.items]
    done: set[str] = set(data.draw(st.lists(st.sampled_from(ids)))) if ids else set()
    while (following := next_item(syllabus, done)) is not None:
        before = progress(syllabus, done)
        done.add(following.id)
        assert progress(syllabus, done) == Progress(before.done + 1, before.total)
    reached = progress(syllabus, done)
    assert reached.done == reached.total


def test_looking_things_up(syllabus: Syllabus) -> None:
    assert syllabus.item("p9").title == "What is a Neural Network?"
    assert syllabus.week(4).title == "Convolutional Neural Networks"
    assert [i.id for i in syllabus.episodes("P11, P9-P10")] == ["p9", "p10", "p11"]
    assert [i.id for i in syllabus.episodes([11, 9])] == ["p9", "p11"]
    with pytest.raises(KeyError):
        syllabus.item("p8")
    with pytest.raises(KeyError):
        syllabus.week(11)
    with pytest.raises(ValueError, match="P7-P8 not in this syllabus; it has P9-P180"):
        syllabus.episodes("P7-P9")
    with pytest.raises(ValueError, match="runs backwards"):
        syllabus.episodes("P9-P7")


def test_items_can_not_be_changed_and_can_be_kept_in_sets(syllabus: Syllabus) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        syllabus.item("p9").title = "Other"  # type: ignore[misc]
    assert len(set(syllabus.items)) == len(syllabus.items)
    assert hash(syllabus) == hash(dataclasses.replace(syllabus))
