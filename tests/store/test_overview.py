"""What the lists of labs and runs read at a glance."""

from __future__ import annotations

import math

from studylab.store.overview import lab_records, main_result, results_of
from studylab.store.runs import Offsets, ResultRow, RunRow, record


def store(db, id: str, lab: str, *results: ResultRow) -> None:
    run = RunRow(
        id=id, lab=lab, command=(), settings={}, seed=None, state="finished", reason="",
        exit_code=0, signal=None, host="h", directory="/d", created_at="2026-01-01",
        started_at=None, ended_at=None, step=None, steps=None,
    )  # fmt: skip
    record(db, run, Offsets(), Offsets(events=len(results) + 1), results=results)


def accuracy(value: float, data: str = "digits", **more) -> ResultRow:
    return ResultRow("accuracy", "test", data, value, **more)


def test_the_best_of_each_data_set(db) -> None:
    store(db, "a", "vision/cnn", accuracy(0.9), accuracy(0.5, "mnist"))
    store(db, "b", "vision/cnn", accuracy(0.95), accuracy(math.nan))
    store(db, "c", "vision/cnn")
    store(db, "d", "", accuracy(1.0))
    records = lab_records(db)
    assert list(records) == ["vision/cnn"]
    assert records["vision/cnn"].runs == 3
    best = {(r.data, r.value, r.run) for r in records["vision/cnn"].best}
    assert best == {("digits", 0.95, "b"), ("mnist", 0.5, "a")}


def test_data_that_was_had_otherwise_is_another_ranking(db) -> None:
    store(db, "a", "vision/cnn", accuracy(0.99, "mnist", tier="hub"))
    store(db, "b", "vision/cnn", accuracy(0.95, "mnist", tier="local"))
    store(db, "c", "vision/cnn", accuracy(0.97, "mnist", tier="local"))
    best = {(r.tier, r.value, r.run) for r in lab_records(db)["vision/cnn"].best}
    assert best == {("hub", 0.99, "a"), ("local", 0.97, "c")}


def test_the_lowest_where_lower_is_better(db) -> None:
    for id, value in (("a", 30.0), ("b", 20.0), ("c", 25.0)):
        store(db, id, "gpt", ResultRow("ppl", "test", "wiki", value, higher_is_better=False))
    (best,) = lab_records(db)["gpt"].best
    assert (best.value, best.run) == (20.0, "b")


def test_results_of_many_runs(db) -> None:
    for number in range(3):
        store(db, f"r{number}", "x", accuracy(number / 10), accuracy(math.inf, "other"))
    found = results_of(db, ["r1", "r2", *(f"none-{n}" for n in range(1200))])
    assert set(found) == {"r1", "r2"}
    assert [r.value for r in found["r1"]] == [0.1, math.inf]
    assert results_of(db, []) == {}


def test_the_result_that_stands_for_a_run() -> None:
    train = ResultRow("accuracy", "train", "d", 1.0)
    test = ResultRow("f1", "test", "d", 0.5)
    referenced = ResultRow("bleu", "val", "d", 0.3, reference=0.2)
    assert main_result([]) is None
    assert main_result([train, test]) is test
    assert main_result([train, test, referenced]) is referenced
