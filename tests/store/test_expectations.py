"""What is expected of runs."""

from __future__ import annotations

import math

import pytest

from studylab.problem import Refused
from studylab.store import expectations, undo
from studylab.store.expectations import NothingExpected

LONG_AGO, LATER = "2026-11-24T09:00:00+00:00", "2026-11-24T10:00:00+00:00"


@pytest.fixture
def clock(monkeypatch):
    """Sets the time at which things are recorded."""

    def at(moment: str) -> None:
        monkeypatch.setattr(expectations, "now", lambda: moment)

    at(LONG_AGO)
    return at


def test_what_was_expected_is_found_again(db, clock):
    expectations.expect(db, "cnn-1", metric=" accuracy ", value=0.95, shape="falls", why="guess")
    found = expectations.expectation(db, "cnn-1")
    assert (found.metric, found.value, found.shape, found.why) == (
        "accuracy", 0.95, "falls", "guess",
    )  # fmt: skip
    assert found.told_at == found.changed_at == LONG_AGO
    assert expectations.expectation(db, "cnn-2") is None
    assert expectations.expectations(db, ["cnn-1", "cnn-2"]) == {"cnn-1": found}


def test_another_expectation_is_told_when_it_is_told(db, clock):
    """Nobody can expect after the end what they did not before; a reason may still be added."""
    expectations.expect(db, "r", metric="accuracy", value=0.95)
    clock(LATER)
    expectations.expect(db, "r", metric="accuracy", value=0.95, why="it is easy")
    assert expectations.expectation(db, "r").told_at == LONG_AGO
    expectations.expect(db, "r", metric="accuracy", value=0.9)
    assert expectations.expectation(db, "r").told_at == LATER


def test_a_clock_that_was_set_back_makes_nothing_older(db, clock):
    clock(LATER)
    expectations.expect(db, "r", shape="falls")
    clock(LONG_AGO)
    expectations.expect(db, "r", shape="rises")
    assert expectations.expectation(db, "r").changed_at == LATER


def test_what_was_expected_can_be_taken_back_and_come_again(db, clock):
    expectations.expect(db, "r", shape="falls")
    expectations.forget(db, "r")
    assert expectations.expectation(db, "r") is None
    grave = "SELECT count(*) FROM tombstones WHERE uid = 'expected-r'"
    assert db.execute(grave).fetchone()[0] == 1
    assert "expected of r" in undo.undo(db)
    assert expectations.expectation(db, "r").shape == "falls"
    undo.undo(db)
    assert expectations.expectation(db, "r") is None
    expectations.expect(db, "r", shape="rises")
    assert db.execute(grave).fetchone()[0] == 0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"metric": "accuracy"},
        {"value": 0.9},
        {"metric": "accuracy", "value": math.nan},
        {"metric": "accuracy", "value": math.inf, "shape": "falls"},
    ],
)
def test_an_expectation_that_says_nothing_is_refused(db, clock, given):
    with pytest.raises(Refused):
        expectations.expect(db, "r", **given)
    assert expectations.expectation(db, "r") is None
    assert undo.changes(db) == []


def test_what_was_never_expected_can_t_be_taken_back(db, clock):
    with pytest.raises(NothingExpected, match="nothing was expected of r"):
        expectations.forget(db, "r")
