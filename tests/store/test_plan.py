"""What is set of a plan, and days that are left out."""

from __future__ import annotations

from datetime import date

import pytest

from studylab.store import plan, undo
from studylab.store.plan import NoSuchPause, Pause, Plan, PlanError

START = date(2026, 9, 7)


def test_nothing_is_set_at_first(db):
    assert plan.read(db) == Plan(None, None, ())


def test_what_is_set_is_read_and_taken_back(db):
    plan.set_start(db, START)
    plan.set_weeks(db, 15)
    assert plan.read(db) == Plan(START, 15)
    plan.set_start(db, None)
    assert plan.read(db) == Plan(None, 15)
    for expected in (Plan(START, 15), Plan(START), Plan()):
        undo.undo(db)
        assert plan.read(db) == expected


def test_pauses_are_kept_in_order(db):
    second = plan.add_pause(db, date(2026, 12, 24), date(2027, 1, 2), " Christmas ")
    first = plan.add_pause(db, date(2026, 10, 1), date(2026, 10, 7))
    assert plan.read(db).pauses == (
        Pause(first, date(2026, 10, 1), date(2026, 10, 7), ""),
        Pause(second, date(2026, 12, 24), date(2027, 1, 2), "Christmas"),
    )
    assert [pause.days for pause in plan.read(db).pauses] == [7, 10]


def test_a_pause_is_changed_and_removed_and_comes_back(db):
    id = plan.add_pause(db, date(2026, 10, 1), date(2026, 10, 7), "feast")
    plan.change_pause(db, id, date(2026, 10, 1), date(2026, 10, 3), "feast")
    plan.remove_pause(db, id)
    assert plan.read(db).pauses == ()
    assert db.execute("SELECT kind FROM tombstones").fetchall()[0][0] == "pauses"
    undo.undo(db)
    assert plan.get_pause(db, id).last == date(2026, 10, 3)
    assert db.execute("SELECT * FROM tombstones").fetchall() == []
    undo.undo(db)
    assert plan.get_pause(db, id).last == date(2026, 10, 7)
    undo.undo(db)
    assert plan.read(db).pauses == ()


def test_what_no_plan_can_have_is_refused(db):
    with pytest.raises(PlanError, match="can't be meant"):
        plan.set_start(db, date(1026, 9, 7))
    with pytest.raises(PlanError, match="can't be meant"):
        plan.add_pause(db, START, date(9999, 12, 31))
    with pytest.raises(PlanError, match="before it begins on 2026-09-07"):
        plan.add_pause(db, START, date(2026, 9, 6))
    assert plan.read(db) == Plan()


def test_a_pause_that_is_not_there(db):
    for id in (7, 10**30):
        with pytest.raises(NoSuchPause):
            plan.remove_pause(db, id)
        with pytest.raises(NoSuchPause):
            plan.change_pause(db, id, START, START, "")
        with pytest.raises(NoSuchPause):
            plan.get_pause(db, id)


@pytest.mark.parametrize("value", ["", "soon", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_start_that_cannot_be_read_is_none(db, value):
    """So it may come out of a merge with a database that something else wrote."""
    db.execute("INSERT INTO plan VALUES ('start', ?, '')", (value,))
    db.execute("INSERT INTO plan VALUES ('weeks', ?, '')", (value,))
    db.execute(
        "INSERT INTO pauses (uid, first_day, last_day, changed_at) VALUES ('x', ?, ?, '')",
        (value, value),
    )
    assert plan.read(db) == Plan()
