"""What is kept about runs: stars, tags, notes, and where the runs are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.problem import Problem
from studylab.store import overview, run_marks, runs, undo
from studylab.store.database import transaction
from studylab.store.runs import NoSuchRun, Offsets, ResultRow, RunRow


def put(db, *ids):
    for number, id in enumerate(ids):
        at = f"2026-11-24T05:{number // 60:02}:{number % 60:02}+00:00"
        row = RunRow(
            id, "cnn", ("python",), {"epochs": 3}, 0, "finished", "", 0, None, "box",
            f"/data/{id}", at, at, at, 1, 1,
        )  # fmt: skip
        result = ResultRow("accuracy", "test", "digits", 0.5 + number / 10)
        runs.record(db, row, Offsets(), Offsets(settled=True), results=[result])


def ids(rows):
    return [row.id for row in rows]


def test_stars_tags_and_notes_are_told_with_the_run(db):
    put(db, "cnn-1", "cnn-2")
    run_marks.star(db, ["cnn-1", "cnn-2"])
    run_marks.star(db, ["cnn-2"], on=False)
    run_marks.tag(db, ["cnn-1"], ["#Loss", "ＮａＮ", "批 归一"])
    run_marks.write_note(db, "cnn-1", "  too high a rate\n")
    run = runs.get(db, "cnn-1")
    assert (run.star, run.tags, run.note) == (True, ("loss", "nan", "批-归一"), "too high a rate")
    assert runs.get(db, "cnn-2").star is False
    assert ids(runs.listing(db, starred=True)) == ["cnn-1"]
    assert ids(runs.listing(db, tag="#NaN")) == ["cnn-1"]
    assert runs.listing(db, tag="na") == []
    assert run_marks.starred(db) == {"cnn-1"}


def test_tags_are_counted_the_most_used_first(db):
    run_marks.tag(db, ["cnn-1"], ["loss", "a"])
    run_marks.tag(db, ["cnn-2"], ["loss", "b"])
    run_marks.tag(db, ["cnn-1"], remove=["a"])
    assert run_marks.tags(db) == [("loss", 2), ("b", 1)]


@pytest.mark.parametrize(
    "act",
    [
        lambda db: run_marks.star(db, ["cnn-1"]),
        lambda db: run_marks.tag(db, ["cnn-1"], ["x"], ["loss"]),
        lambda db: run_marks.write_note(db, "cnn-1", "another"),
        lambda db: run_marks.archive(db, ["cnn-1"]),
    ],
)
@pytest.mark.parametrize("marked", [False, True])
def test_each_change_is_taken_back(db, act, marked):
    put(db, "cnn-1")
    if marked:
        run_marks.tag(db, ["cnn-1"], ["loss"])
        run_marks.write_note(db, "cnn-1", "a note")
    before = runs.get(db, "cnn-1")
    act(db)
    assert runs.get(db, "cnn-1") != before
    said = undo.undo(db)
    assert "cnn-1" in said
    assert runs.get(db, "cnn-1") == before


def test_what_is_so_already_leaves_nothing_to_undo(db):
    run_marks.star(db, ["cnn-1"], on=False)
    run_marks.tag(db, ["cnn-1"], [], ["loss"])
    run_marks.write_note(db, "cnn-1", "  ")
    run_marks.archive(db, ["cnn-1"], on=False)
    assert undo.changes(db) == []
    run_marks.star(db, ["cnn-1"])
    run_marks.star(db, ["cnn-1"])
    assert len(undo.changes(db)) == 1


def test_a_mark_that_comes_back_has_no_tombstone(db):
    run_marks.star(db, ["cnn-1"])
    undo.undo(db)
    assert db.execute("SELECT count(*) FROM tombstones").fetchone()[0] == 1
    run_marks.star(db, ["cnn-1"])
    assert db.execute("SELECT count(*) FROM tombstones").fetchone()[0] == 0


def test_archived_runs_are_left_out_where_that_is_wanted(db):
    put(db, "cnn-1", "cnn-2")
    run_marks.archive(db, ["cnn-1"])
    assert ids(runs.listing(db, archived=False)) == ["cnn-2"]
    assert ids(runs.listing(db, archived=True)) == ["cnn-1"]
    assert ids(runs.listing(db)) == ["cnn-2", "cnn-1"]
    assert runs.get(db, "cnn-1").archived


def test_a_deleted_run_is_in_no_list_and_says_how_it_comes_back(db):
    put(db, "cnn-1", "cnn-2")
    with run_marks.deleting(db, ["cnn-2"]):
        pass
    assert ids(runs.listing(db)) == ["cnn-1"]
    assert runs.get(db, "last").id == "cnn-1"
    with pytest.raises(NoSuchRun, match="deleted; `studylab runs restore cnn-2`"):
        runs.get(db, "cnn-2")
    assert [result.run for result in runs.results(db)] == ["cnn-1"]
    record = overview.lab_records(db)["cnn"]
    assert (record.runs, [best.value for best in record.best]) == (1, [0.5])
    assert runs.get(db, "cnn-", deleted=True).id == "cnn-2"
    assert runs.get(db, "cnn-").id == "cnn-1"
    with pytest.raises(NoSuchRun, match="was not deleted"):
        runs.get(db, "cnn-1", deleted=True)
    undo.undo(db)
    assert runs.get(db, "cnn-2").id == "cnn-2"


def test_a_deletion_that_fails_on_the_way_is_none(db):
    put(db, "cnn-1")
    with pytest.raises(Problem), run_marks.deleting(db, ["cnn-1"]):
        raise Problem("the disk is full")
    assert ids(runs.listing(db)) == ["cnn-1"]
    assert undo.changes(db) == []


def test_what_is_gone_for_good_does_not_come_back(db):
    put(db, "cnn-1")
    with run_marks.deleting(db, ["cnn-1"]):
        pass
    run_marks.forget(db, ["cnn-1"])
    with pytest.raises(undo.ChangedSince):
        undo.undo(db)
    with pytest.raises(NoSuchRun, match="gone for good"):
        runs.get(db, "cnn-1")
    with pytest.raises(NoSuchRun, match="gone for good"):
        runs.get(db, "cnn-1", deleted=True)


def test_a_note_that_is_no_note_is_refused(db):
    with pytest.raises(run_marks.NoteTooLong, match="20,001"):
        run_marks.write_note(db, "cnn-1", "x" * 20_001)


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=12))
def test_tags_are_found_whole_whatever_they_are(db, words, other):
    db.execute("DELETE FROM run_marks")
    put(db, "cnn-1")
    run_marks.tag(db, ["cnn-1"], words)
    tags = runs.get(db, "cnn-1").tags
    assert len(set(tags)) == len(tags)
    for tag in tags:
        assert ids(runs.listing(db, tag=tag)) == ["cnn-1"]
    folded = run_marks.folded_tag(other)
    assert bool(runs.listing(db, tag=other)) == (folded in tags)
    run_marks.tag(db, ["cnn-1"], remove=tags)
    assert runs.get(db, "cnn-1").tags == ()


def test_ten_thousand_runs_are_filtered_at_once(db):
    with transaction(db):
        db.executemany(
            "INSERT INTO runs (id, lab, command, settings, state, directory, created_at,"
            " settled) VALUES (?, 'cnn', '[]', '{}', 'finished', '', ?, 1)",
            [(f"cnn-{n:05}", f"2026-11-24T05:00:00.{n:05}") for n in range(10_000)],
        )
        db.executemany(
            "INSERT INTO run_marks VALUES (?, ?, ?, ' loss ', '', '2026')",
            [(f"cnn-{n:05}", n % 3 == 0, n % 2) for n in range(10_000)],
        )
    for wanted in ({"archived": False}, {"starred": True}, {"tag": "loss"}, {"tag": "none"}):
        best = min(_seconds(db, wanted) for _ in range(3))
        assert best < 0.1, wanted


def _seconds(db, wanted):
    began = time.perf_counter()
    runs.listing(db, **wanted)
    return time.perf_counter() - began
