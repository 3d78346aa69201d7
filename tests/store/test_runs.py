"""Runs in the database: stored by offset, all or nothing."""

from __future__ import annotations

import math

import pytest

from studylab.problem import Problem
from studylab.store import runs
from studylab.store.runs import MetricRow, Offsets, ResourceRow, ResultRow, RunRow


def row(id="cnn-22222", **changes):
    values = {
        "id": id,
        "lab": "vision/cnn",
        "command": ("python", "-m", "labs.vision.cnn"),
        "settings": {"epochs": 3, "data": "数字"},
        "seed": 0,
        "state": "running",
        "reason": "",
        "exit_code": None,
        "signal": None,
        "host": "box",
        "directory": f"/data/{id}",
        "created_at": "2026-11-24T05:00:00+00:00",
        "started_at": None,
        "ended_at": None,
        "step": None,
        "steps": None,
    }
    return RunRow(**{**values, **changes})


def test_a_run_is_stored_with_all_that_it_logged(db):
    values = [0.5, math.nan, math.inf, -math.inf]
    stored = runs.record(
        db,
        row(step=3, steps=9),
        Offsets(),
        Offsets(10, 20, 30),
        metrics=[MetricRow("loss", step, 1.0, value) for step, value in enumerate(values)],
        resources=[ResourceRow(1.0, 50.0, 2**40, [{"index": 0}])],
        results=[ResultRow("accuracy", "test", "digits", 0.98, reference=0.97)],
    )
    assert stored
    assert runs.get(db, "cnn-22222") == row(step=3, steps=9)
    found = [m.value for m in runs.metrics(db, "cnn-22222", "loss")]
    assert found[0] == 0.5
    assert math.isnan(found[1])
    assert found[2:] == [math.inf, -math.inf]
    (result,) = runs.results(db, "cnn-22222")
    assert (result.value, result.reached) == (0.98, True)
    assert runs.offsets(db) == {"cnn-22222": Offsets(10, 20, 30)}


def test_bytes_that_another_process_stored_are_not_stored_twice(db):
    metric = [MetricRow("loss", 1, 1.0, 0.5)]
    assert runs.record(db, row(), Offsets(), Offsets(metrics=10), metrics=metric)
    assert not runs.record(db, row(), Offsets(), Offsets(metrics=10), metrics=metric)
    assert len(runs.metrics(db, "cnn-22222")) == 1


def test_what_a_later_read_does_not_tell_stays(db):
    runs.record(db, row(step=5, steps=9), Offsets(), Offsets(metrics=1))
    runs.record(db, row(state="finished"), Offsets(metrics=1), Offsets(metrics=1, settled=True))
    found = runs.get(db, "cnn-22222")
    assert (found.state, found.step, found.steps) == ("finished", 5, 9)
    assert runs.settled(db) == {"cnn-22222"}


def test_forgetting_starts_anew(db):
    runs.record(db, row(), Offsets(), Offsets(metrics=10), metrics=[MetricRow("loss", 1, 1.0, 0.5)])
    runs.forget_logged(db, "cnn-22222")
    assert runs.metrics(db, "cnn-22222") == []
    assert runs.offsets(db) == {"cnn-22222": Offsets()}


def test_a_run_is_found_by_the_beginning_of_its_id(db):
    for number, id in enumerate(["cnn-abc", "cnn-abd", "a_c", "abc"]):
        runs.record(db, row(id, created_at=f"2026-11-24T05:00:0{number}"), Offsets(), Offsets())
    assert runs.get(db, "cnn-abd").id == "cnn-abd"
    assert runs.get(db, "a_").id == "a_c"
    assert runs.get(db, "last").id == "abc"
    for wrong, words in (("cnn-ab", "could be"), ("x", "no run"), ("%", "no run"), ("", "no run")):
        with pytest.raises(Problem, match=words):
            runs.get(db, wrong)


def test_listings_filter(db):
    runs.record(db, row("cnn-1"), Offsets(), Offsets())
    runs.record(db, row("lstm-1", lab="sequences/lstm", state="failed"), Offsets(), Offsets())
    assert [r.id for r in runs.listing(db, states=["failed", "lost"])] == ["lstm-1"]
    assert [r.id for r in runs.listing(db, lab="vision/cnn")] == ["cnn-1"]


def test_there_is_no_last_run_at_first(db):
    with pytest.raises(Problem, match="no run yet"):
        runs.get(db, "last")
