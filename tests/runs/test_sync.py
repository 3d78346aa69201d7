"""Run directories into SQLite: every record once, in order, from whatever moment on."""

from __future__ import annotations

import itertools
import math
import shutil
import threading
import uuid
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studylab import locations
from studylab.metrics.records import metric_line
from studylab.metrics.reporter import Reporter
from studylab.runs import sync
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import host_name
from studylab.runs.sync import sync_all
from studylab.store import runs as store
from studylab.store.database import open_database


def make_run(name="cnn-22222", state=State.FINISHED) -> RunDirectory:
    run = RunDirectory(locations.runs() / name)
    run.path.mkdir(parents=True)
    run.write_spec(
        RunSpec(
            id=name,
            lab="vision/cnn",
            argv=("python", "cnn.py"),
            cwd="/",
            settings={"epochs": 3},
            seed=0,
            environment={},
            git_commit="",
            git_dirty=None,
            host=host_name(),
            python="python",
            created_at="2026-11-24T05:00:00.000+00:00",
        )
    )
    run.write_state(RunState(state, "finished", started_at=1.0, ended_at=2.0))
    return run


def test_a_finished_run_is_copied_whole_and_settled(db):
    run = make_run()
    with Reporter(run.path) as reporter:
        reporter.plan(steps=30)
        for step in range(30):
            reporter.log({"loss": math.nan if step == 7 else 1.0, "acc": 0.5}, step=step)
        reporter.result(
            "accuracy",
            0.98,
            split="test",
            data="digits",
            reference=0.97,
            source="a book",
            tier="embedded",
        )
    run.resources.write_text(
        '{"time": 1.0, "cpu_percent": 99.5, "rss_bytes": 1000, "gpus": []}\nhalf a li'
    )
    report = sync_all(db)
    assert (report.alive, report.complaints) == ((), ())
    row = store.get(db, run.id)
    assert (row.state, row.step, row.steps, row.lab) == ("finished", 29, 30, "vision/cnn")
    losses = store.metrics(db, run.id, "loss")
    assert [m.step for m in losses] == list(range(30))
    assert math.isnan(losses[7].value)
    (result,) = store.results(db, run.id)
    assert (result.value, result.reference, result.reference_source) == (0.98, 0.97, "a book")
    assert result.tier == "embedded"
    assert db.execute("SELECT count(*) FROM resources").fetchone()[0] == 1
    assert store.settled(db) == {run.id}


def test_syncing_again_changes_nothing(db):
    run = make_run(state=State.FINISHED)
    with Reporter(run.path) as reporter:
        reporter.log({"loss": 1.0}, step=1)
    for _ in range(3):
        sync_all(db)
    assert len(store.metrics(db, run.id)) == 1


@given(cuts=st.lists(st.integers(0, 1500), max_size=6))
@settings(max_examples=25)
def test_any_split_of_the_writes_gives_each_metric_once(db, cuts):
    run = make_run(f"cnn-{uuid.uuid4().hex}")
    data = b"".join(metric_line(1.0, step, {"loss": 1.0}) for step in range(20))
    edges = sorted({0, *(min(cut, len(data)) for cut in cuts), len(data)})
    for start, end in itertools.pairwise(edges):
        db.execute("UPDATE runs SET settled = 0")
        with run.metrics.open("ab") as file:
            file.write(data[start:end])
        sync_all(db, [run])
    assert [m.step for m in store.metrics(db, run.id)] == list(range(20))


def test_a_long_run_is_copied_in_several_transactions(db, monkeypatch):
    monkeypatch.setattr(sync, "BATCH", 7)
    run = make_run()
    with Reporter(run.path) as reporter:
        for step in range(50):
            reporter.log({"loss": 1.0}, step=step)
    sync_all(db)
    assert [m.step for m in store.metrics(db, run.id)] == list(range(50))
    assert store.settled(db) == {run.id}


def test_several_threads_may_sync_the_same_runs(db, monkeypatch, home):
    monkeypatch.setattr(sync, "BATCH", 5)
    for number in range(4):
        with Reporter(make_run(f"cnn-{number}").path) as reporter:
            for step in range(60):
                reporter.log({"loss": 1.0}, step=step)

    def work():
        mine = open_database(home / "studylab.db")
        sync_all(mine)
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(4):
        steps = [m.step for m in store.metrics(db, f"cnn-{number}")]
        assert steps == list(range(60))


def test_the_database_can_be_deleted_and_made_anew(db, home):
    run = make_run()
    with Reporter(run.path) as reporter:
        reporter.log({"loss": 1.0}, step=1)
        reporter.result("accuracy", 0.98, split="test", data="digits")
    sync_all(db)
    before = [tuple(r) for r in db.execute("SELECT * FROM metrics")]
    db.close()
    for file in home.glob("studylab.db*"):
        file.unlink()
    again = open_database(home / "studylab.db")
    sync_all(again)
    assert [tuple(r) for r in again.execute("SELECT * FROM metrics")] == before
    assert len(store.results(again, run.id)) == 1
    again.close()


def test_files_that_were_replaced_are_read_anew(db):
    run = make_run()
    with Reporter(run.path) as reporter:
        for step in range(10):
            reporter.log({"loss": 1.0}, step=step)
    sync_all(db)
    db.execute("UPDATE runs SET settled = 0")
    run.metrics.write_bytes(metric_line(1.0, 99, {"loss": 2.0}))
    sync_all(db)
    assert [m.step for m in store.metrics(db, run.id)] == [99]


@pytest.mark.parametrize("missing", ["run.json", "state.json", "metrics.jsonl", "events.jsonl"])
def test_a_directory_with_a_missing_file_is_still_listed(db, missing):
    run = make_run()
    with Reporter(run.path) as reporter:
        reporter.log({"loss": 1.0}, step=1)
    (run.path / missing).unlink()
    sync_all(db)
    assert store.get(db, run.id).state in ("finished", "lost")


def test_garbage_in_every_file_stops_no_other_run(db):
    broken = make_run("broken-1")
    for name in ("run.json", "state.json", "metrics.jsonl", "events.jsonl", "resources.jsonl"):
        (broken.path / name).write_bytes(b"\xff{not json\n[]\n" * 10)
    (locations.runs() / "a-file").write_text("not a run")
    good = make_run("good-1")
    with Reporter(good.path) as reporter:
        reporter.log({"loss": 1.0}, step=1)
    sync_all(db)
    assert len(store.metrics(db, "good-1")) == 1
    lost = store.get(db, "broken-1")
    assert lost.state == "lost"
    assert "can't be read" in lost.reason


def test_a_run_whose_directory_was_removed_is_lost(db):
    run = make_run(state=State.RUNNING)
    run.write_spec(replace(run.read_spec(), host="elsewhere"))
    sync_all(db)
    assert store.get(db, run.id).state == "running"
    shutil.rmtree(run.path)
    sync_all(db)
    found = store.get(db, run.id)
    assert found.state == "lost"
    assert "removed" in found.reason


def test_a_run_of_another_host_is_left_as_it_says(db):
    run = make_run(state=State.RUNNING)
    run.write_spec(replace(run.read_spec(), host="elsewhere"))
    report = sync_all(db)
    assert report.alive == (run.id,)
    assert run.read_state().state is State.RUNNING
