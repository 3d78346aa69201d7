"""Deleted runs: the directories follow what the database says, whatever happens in between."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from random import Random

import pytest

from studylab import locations
from studylab.runs import trash
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import ProcessIdentity, host_name
from studylab.runs.sync import sync_all
from studylab.store import run_marks, runs, undo


@pytest.fixture
def make(home):
    """Makes run directories."""

    def made(id="cnn-1", state=State.FINISHED, *, argv=("python",)) -> RunDirectory:
        run = RunDirectory(locations.runs() / id)
        run.checkpoints.mkdir(parents=True)
        (run.checkpoints / "last.pt").write_bytes(b"x" * 1000)
        made_at = "2026-11-24T05:00:00+00:00"
        run.write_spec(
            RunSpec(id, "cnn", argv, "/", {}, 0, {}, "", None, host_name(), "python", made_at)
        )
        supervisor = None if state.ended else ProcessIdentity.of(os.getpid())
        run.write_state(RunState(state, supervisor=supervisor, started_at=1.0, ended_at=2.0))
        return run

    return made


def here(id="cnn-1"):
    """Whether a run's directory is among the runs, and whether it is in the trash."""
    return (locations.runs() / id).is_dir(), (trash.folder() / id).is_dir()


def delete(db, *ids):
    trash.delete(db, [runs.get(db, id) for id in ids])


def test_a_deleted_run_is_moved_away_and_undo_brings_it_back(db, make):
    make()
    sync_all(db)
    delete(db, "cnn-1")
    assert here() == (False, True)
    assert sync_all(db).complaints == ()
    assert runs.listing(db) == []
    undo.undo(db)
    sync_all(db)
    assert here() == (True, False)
    assert [run.state for run in runs.listing(db)] == ["finished"]


def test_it_is_restored_without_undo_too(db, make):
    make()
    sync_all(db)
    delete(db, "cnn-1")
    trash.restore(db, [runs.get(db, "cnn-1", deleted=True)])
    assert here() == (True, False)
    assert [run.id for run in runs.listing(db)] == ["cnn-1"]


@pytest.mark.parametrize("state", [State.RUNNING, State.STOPPING])
def test_a_run_that_is_not_over_stays(db, make, state):
    make("cnn-2")
    make("cnn-1", state)
    sync_all(db)
    with pytest.raises(trash.TrashError, match=r"cnn-1 is \w+; stop it first"):
        delete(db, "cnn-2", "cnn-1")
    assert here("cnn-1") == here("cnn-2") == (True, False)
    assert undo.changes(db) == []


def test_a_run_that_another_waits_to_go_on_from_stays(db, make):
    first = make("cnn-1")
    make("cnn-11")
    make("cnn-2", State.QUEUED, argv=("python", "--resume", str(first.path)))
    sync_all(db)
    with pytest.raises(trash.TrashError, match="cnn-2 waits to go on from cnn-1"):
        delete(db, "cnn-1")
    assert here("cnn-1") == (True, False)
    trash.delete(db, [run for run in runs.listing(db) if run.id == "cnn-11"])
    assert here("cnn-11") == (False, True)


def test_a_crash_between_directory_and_database_heals(db, make):
    make()
    sync_all(db)
    trash.folder().mkdir()
    (locations.runs() / "cnn-1").rename(trash.folder() / "cnn-1")
    sync_all(db)
    assert here() == (True, False)

    with run_marks.deleting(db, ["cnn-1"]):
        pass
    sync_all(db)
    assert here() == (False, True)


def test_a_run_that_goes_on_is_not_moved_whatever_the_database_says(db, make):
    make("cnn-1", State.RUNNING)
    sync_all(db)
    with run_marks.deleting(db, ["cnn-1"]):
        pass
    sync_all(db)
    assert here() == (True, False)


def test_a_new_database_leaves_the_trash_alone(db, make):
    make()
    trash.folder().mkdir()
    (locations.runs() / "cnn-1").rename(trash.folder() / "cnn-1")
    sync_all(db)
    assert here() == (False, True)
    assert runs.listing(db) == []


def test_a_folder_that_is_read_only_is_one_line_and_nothing_is_done(db, make, monkeypatch):
    make("cnn-1")
    make("cnn-2")
    sync_all(db)
    whole = type(locations.runs()).rename

    def refused(self, target):
        if self.name == "cnn-2" and self.parent == locations.runs():
            raise PermissionError(13, "Permission denied")
        return whole(self, target)

    monkeypatch.setattr("pathlib.Path.rename", refused)
    with pytest.raises(trash.TrashError) as told:
        delete(db, "cnn-1", "cnn-2")
    assert "Permission denied; mend the permissions" in str(told.value)
    assert "\n" not in str(told.value)
    assert here("cnn-1") == here("cnn-2") == (True, False)
    assert len(runs.listing(db)) == 2


def test_what_undo_can_not_move_is_a_complaint(db, make, monkeypatch):
    make()
    sync_all(db)
    delete(db, "cnn-1")
    undo.undo(db)
    (locations.runs() / "cnn-1").mkdir()
    (complaint,) = sync_all(db).complaints
    assert "is there already" in complaint


def test_a_run_whose_directory_is_gone_can_be_deleted(db, make):
    make()
    sync_all(db)
    shutil.rmtree(locations.runs() / "cnn-1")
    delete(db, "cnn-1")
    assert runs.listing(db) == []
    assert sync_all(db).complaints == ()


def test_only_what_is_old_is_thrown_out(db, make):
    make("cnn-1")
    make("cnn-2")
    sync_all(db)
    delete(db, "cnn-1")
    delete(db, "cnn-2")
    db.execute("UPDATE run_marks SET changed_at = '2026-01-01T00:00:00+00:00' WHERE run = 'cnn-1'")
    (old,) = trash.outdated(db)
    assert (old.id, old.bytes > 1000) == ("cnn-1", True)
    assert trash.throw_out(db, [old]) == []
    assert here("cnn-1") == (False, False)
    assert here("cnn-2") == (False, True)
    with pytest.raises(runs.NoSuchRun, match="gone for good"):
        runs.get(db, "cnn-1")
    sync_all(db)
    assert runs.listing(db) == []


def test_what_was_restored_meanwhile_is_not_thrown_out(db, make):
    make()
    sync_all(db)
    delete(db, "cnn-1")
    found = trash.outdated(db, days=0)
    trash.restore(db, [runs.get(db, "cnn-1", deleted=True)])
    assert trash.throw_out(db, found) == []
    assert here() == (True, False)


@pytest.mark.parametrize("thrown_out", [False, True])
def test_a_deleted_run_that_is_imported_is_listed_again(db, make, thrown_out):
    make()
    sync_all(db)
    delete(db, "cnn-1")
    if thrown_out:
        trash.throw_out(db, trash.outdated(db, days=0))
    make()
    trash.welcome(db, "cnn-1")
    assert sync_all(db).complaints == ()
    assert here() == (True, False)
    assert [run.id for run in runs.listing(db)] == ["cnn-1"]


BUSY = """
from studylab import locations
from studylab.runs import trash
from studylab.store import runs, undo
from studylab.store.database import open_database

db = open_database(locations.database())
print("ready", flush=True)
while True:
    trash.delete(db, runs.listing(db))
    undo.undo(db)
    trash.follow(db)
    trash.delete(db, runs.listing(db))
    trash.restore(db, [runs.get(db, run, deleted=True) for run in ("cnn-1", "cnn-2", "cnn-3")])
"""


def test_whenever_it_is_killed_directories_and_database_agree_at_the_next_look(db, make):
    every = {make(f"cnn-{number}").id for number in (1, 2, 3)}
    sync_all(db)
    random = Random(7)
    for _kill in range(10):
        with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) as busy:
            assert busy.stdout is not None
            assert busy.stdout.readline() == b"ready\n"
            time.sleep(random.uniform(0, 0.05))
            assert busy.poll() is None
            busy.kill()
        assert sync_all(db).complaints == ()
        listed = {run.id for run in runs.listing(db)}
        assert {run for run in every if here(run) == (True, False)} == listed
        assert {run for run in every if here(run) == (False, True)} == every - listed
        for run in sorted(every - listed):
            trash.restore(db, [runs.get(db, run, deleted=True)])


def test_no_trash_is_empty(db):
    assert trash.trashed(db) == []
    assert trash.follow(db) == []
