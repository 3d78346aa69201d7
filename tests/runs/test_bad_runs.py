"""Run directories that are moved, removed, read-only, odd or from elsewhere, and commands that
misbehave. Of each run the truth is told, and no run hurts another."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psutil
import pytest

from studylab import atomic, locations
from studylab.metrics.reader import metrics_reader
from studylab.metrics.reporter import Reporter
from studylab.runs import directory, memory_kills, outcome, truth
from studylab.runs.directory import RunDirectory, RunDirectoryError, State
from studylab.runs.launch import launch
from studylab.runs.log import tail
from studylab.runs.stop import StopError, ask_to_stop
from studylab.runs.sync import sync_all
from studylab.runs.truth import settle, state_of
from studylab.store import runs as store
from tests.runs.conftest import ended, running, wait_for
from tests.runs.test_supervisor import LOGS
from tests.runs.test_sync import make_run


def steps(run: RunDirectory) -> list[int]:
    return [record.step for record in metrics_reader(run.metrics).read()]


def removed(run: RunDirectory) -> None:
    """Take the directory away, whatever its supervisor writes into it meanwhile."""
    wait_for(lambda: shutil.rmtree(run.path, ignore_errors=True) or not run.path.exists(), 5)


class TestCommands:
    """One that ignores SIGTERM, or forks daemons: in test_supervisor.py."""

    def test_one_that_closes_its_output_goes_on_and_is_seen_to_its_end(self, start) -> None:
        run = start("""
            import os, time
            from studylab.metrics.reporter import Reporter
            print("the last words", flush=True)
            os.close(0); os.close(1); os.close(2)
            with Reporter.open("test") as reporter:
                for step in range(10):
                    reporter.log({"loss": 1.0}, step=step)
                    time.sleep(0.05)
            os._exit(3)
        """)
        wait_for(lambda: len(steps(run)) > 2)
        assert settle(run).state is State.RUNNING
        state = ended(run)
        assert (state.state, state.exit_code) == (State.FAILED, 3)
        assert "the last words" in state.reason
        assert steps(run) == list(range(10))

    def test_one_whose_folder_and_words_are_no_text(self, settings, tmp_path, db) -> None:
        """A folder that was named on a machine with another encoding: 你好 in GBK."""
        folder = tmp_path / os.fsdecode("你好".encode("gbk"))
        folder.mkdir()
        word = os.fsdecode(b"\xff\xfe")
        program = "import os, sys; print(os.getcwdb(), os.fsencode(sys.argv[1]))"
        run = launch("odd", [sys.executable, "-c", program, word], settings, folder=folder)
        assert ended(run).state is State.FINISHED
        assert tail(run.output, 1) == [f"{os.fsencode(folder)} {os.fsencode(word)}"]
        assert run.read_spec().argv[-1] == word
        assert sync_all(db).complaints == ()
        assert store.get(db, run.id).command[-1] == "??"


class TestMoved:
    def test_one_that_is_moved_while_it_runs_is_supervised_where_it_is_now(self, start, db) -> None:
        run = start(LOGS)
        wait_for(lambda: len(steps(run)) > 5)
        sync_all(db)
        new = RunDirectory(run.path.rename(run.path.with_name("moved-22222")))
        before = running(new)
        wait_for(lambda: new.read_state().heartbeat > before.heartbeat, 5)
        ask_to_stop(new)
        assert "stopped by" in ended(new).reason
        assert not run.path.exists()
        assert steps(new) == list(range(len(steps(new))))
        sync_all(db)
        assert store.get(db, new.id).state == "stopped"
        assert len(store.metrics(db, new.id, "loss")) == len(steps(new))
        old = store.get(db, run.id)
        assert (old.state, "removed" in old.reason) == ("lost", True)

    def test_one_that_is_removed_while_it_runs_leaves_no_process(self, start, db) -> None:
        run = start("import time; time.sleep(1.5)")
        state = running(run)
        sync_all(db)
        removed(run)
        wait_for(lambda: not state.child.alive and not state.supervisor.alive)
        assert not run.path.exists()
        sync_all(db)
        found = store.get(db, run.id)
        assert (found.state, "removed" in found.reason) == ("lost", True)


class TestFromElsewhere:
    @pytest.mark.parametrize("file", ["run.json", "state.json"])
    def test_one_of_a_newer_studylab_is_told_and_read_after_the_upgrade(
        self, db, monkeypatch, file
    ) -> None:
        run = make_run("newer-22222")
        path = run.path / file
        path.write_text(json.dumps({**json.loads(path.read_text()), "contract": 2}))
        if file == "state.json":
            path.write_text(path.read_text().replace('"finished"', '"paused"'))
        for _again in range(2):
            assert sync_all(db).complaints == ()
            if file == "state.json":
                found = store.get(db, run.id)
                assert (found.state, "upgrade studylab" in found.reason) == ("lost", True)
        with pytest.raises(RunDirectoryError, match="upgrade studylab"):
            run.read_spec(), run.read_state()
        monkeypatch.setattr(directory, "CONTRACT", 2)
        path.write_text(path.read_text().replace('"paused"', '"finished"'))
        sync_all(db)
        assert store.get(db, run.id).state == "finished"
        assert store.settled(db) == {run.id}

    def test_fields_of_an_older_one_that_are_missing_are_empty(self, db) -> None:
        run = make_run("older-22222")
        run.state_file.write_text('{"state": "finished"}')
        spec = json.loads(run.spec_file.read_text())
        needed = ("contract", "lab", "argv", "cwd", "settings", "host", "created_at")
        run.spec_file.write_text(json.dumps({name: spec[name] for name in needed}))
        sync_all(db)
        assert store.get(db, run.id).state == "finished"

    def test_odd_values_in_any_field_stop_no_run(self, db) -> None:
        odd = ["x", [], {}, 10**30, -(10**30), 1e300, -5, True, "NaN", "\ud800", None, 1.5]
        number = count()

        def damaged(file: str, record: dict[str, object]) -> None:
            for field in record:
                for value in odd:
                    run = make_run(f"odd-{next(number):04}")
                    text = json.dumps({**record, field: value})
                    (run.path / file).write_text(text + "\n")

        whole = make_run("whole-22222")
        for file in ("run.json", "state.json"):
            damaged(file, json.loads((whole.path / file).read_text()))
        damaged("resources.jsonl", {"time": 1.0, "cpu_percent": 1.0, "rss_bytes": 1, "gpus": []})
        result = {"metric": "a", "value": 1, "split": "t", "data": "d", "baseline": 0.1}
        result |= {"reference": 0.2, "source": "s", "verdict": "v", "higher_is_better": True}
        damaged("events.jsonl", {"time": 1.0, "event": "result", **result})
        damaged("events.jsonl", {"time": 1.0, "event": "plan", "steps": 5})
        damaged("metrics.jsonl", {"time": 1.0, "step": 1, "scalars": {}})
        with Reporter(whole.path) as reporter:
            reporter.log({"loss": 0.5}, step=1)
        report = sync_all(db)
        assert report.complaints == ()
        assert len(store.metrics(db, whole.id, "loss")) == 1
        assert db.execute("SELECT count(*) FROM runs").fetchone()[0] == next(number) + 1

    def test_a_mistake_of_ours_with_one_run_is_told_and_the_others_are_read(
        self, db, monkeypatch
    ) -> None:
        for name in ("a", "b", "c"):
            make_run(f"{name}-22222")
        real = RunDirectory.read_spec

        def read(run: RunDirectory):
            if run.id == "b-22222":
                raise TypeError("nobody thought of this")
            return real(run)

        monkeypatch.setattr(RunDirectory, "read_spec", read)
        [complaint] = sync_all(db).complaints
        assert complaint == "b-22222: nobody thought of this"
        assert store.settled(db) == {"a-22222", "c-22222"}

    def test_names_of_any_kind_and_number_are_stored(self, db) -> None:
        run = make_run()
        names = {f"layer{n}": 0.5 for n in range(5000)} | {"🎉 a b": 1.0, "长" * 1000: 2.0}
        with Reporter(run.path) as reporter:
            reporter.log(names, step=10**12)
            reporter.log({"🎉 a b": 1.5}, step=3)
        sync_all(db)
        stored = db.execute("SELECT count(DISTINCT name) FROM metrics").fetchone()[0]
        assert stored == 5002
        found = [(row.step, row.value) for row in store.metrics(db, run.id, "🎉 a b")]
        assert found == [(3, 1.5), (10**12, 1.0)]


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the file system of run directories refuse every write from here on; root, as which
    tests may run, is refused nothing by permissions."""

    def refuse(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    def made() -> None:
        monkeypatch.setattr(atomic, "replace", refuse)
        monkeypatch.setattr(truth, "start_supervisor", refuse)

    return made


class TestReadOnly:
    def test_a_dead_run_is_told_as_what_it_is(self, start, db, read_only) -> None:
        run = start("import time; time.sleep(300)")
        state = running(run)
        state.supervisor.send(signal.SIGKILL)
        state.child.send(signal.SIGKILL)
        wait_for(lambda: not state.supervisor.alive and not state.child.alive)
        read_only()
        told = settle(run)
        assert (told.state, "supervisor was killed" in told.reason) == (State.LOST, True)
        sync_all(db)
        assert store.get(db, run.id).reason == told.reason
        assert run.read_state() == state

    def test_a_run_that_finished_meanwhile_is_not_lost(self, start, read_only) -> None:
        run = start("""
            from studylab.metrics.reporter import Reporter
            with Reporter.open("test"): pass
            import time; time.sleep(300)
        """)
        state = running(run)
        wait_for(lambda: "finished" in run.events.read_text() if run.events.exists() else False)
        state.supervisor.send(signal.SIGKILL)
        state.child.send(signal.SIGKILL)
        wait_for(lambda: not state.supervisor.alive and not state.child.alive)
        read_only()
        assert state_of(run).state is State.FINISHED

    def test_a_living_run_without_supervisor_is_not_told_as_lost(self, start, read_only) -> None:
        run = start("import time; time.sleep(300)")
        state = running(run)
        state.supervisor.send(signal.SIGKILL)
        wait_for(lambda: not state.supervisor.alive)
        read_only()
        told = state_of(run)
        assert told.state is State.RUNNING
        assert "no new one can be started: Read-only file system" in told.reason
        state.child.send(signal.SIGKILL)

    def test_it_cant_be_asked_to_stop_and_that_is_one_line(self, start, read_only) -> None:
        run = start("import time; time.sleep(300)")
        running(run)
        read_only()
        with pytest.raises(StopError, match="Read-only file system") as refused:
            ask_to_stop(run)
        assert "\n" not in str(refused.value)


class TestFullDisk:
    def test_the_end_is_told_at_once_and_written_down_when_there_is_room(
        self, start, monkeypatch
    ) -> None:
        run = start("import time; time.sleep(1)")
        state = running(run)
        supervisor = psutil.Process(state.supervisor.pid)
        limits = resource.RLIMIT_FSIZE, resource.RLIM_INFINITY
        # No file of the supervisor may grow from here on.
        supervisor.rlimit(limits[0], (0, limits[1]))
        monkeypatch.setattr(truth, "MUTE_SECONDS", 0.2)
        wait_for(lambda: not state.child.alive)
        told = wait_for(lambda: (s := settle(run)).state is not State.RUNNING and s)
        assert told.state is State.STOPPING
        assert "the disk is full" in told.reason
        assert supervisor.is_running()
        supervisor.rlimit(limits[0], (limits[1], limits[1]))
        assert ended(run, 5).state is State.FINISHED

    def test_a_lab_that_failed_on_one_says_so(self, monkeypatch) -> None:
        run = make_run()
        monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 0))
        assert outcome.of_exit(run, 1, 0).reason == "exit code 1; the disk is full"
        assert outcome.of_exit(run, 0, 0).reason == "finished"


class TestMemory:
    def test_a_kill_by_the_kernel_is_named(self) -> None:
        told = outcome.of_exit(make_run(), -signal.SIGKILL, 0, memory_ran_out=True)
        assert told.state is State.FAILED
        assert told.reason == "killed by SIGKILL by the kernel: the memory ran out"

    def test_another_signal_is_not_the_kernels(self) -> None:
        told = outcome.of_exit(make_run(), -signal.SIGSEGV, 0, memory_ran_out=True)
        assert told.reason == "killed by SIGSEGV"

    @pytest.mark.parametrize(
        ("text", "kills"),
        [("nr_free 5\noom_kill 7\noom_kill_x 9\n", 7), ("", 0), ("oom_kill many\n", 0)],
    )
    def test_how_many_there_were(self, tmp_path: Path, monkeypatch, text: str, kills: int) -> None:
        path = tmp_path / "vmstat"
        path.write_text(text)
        monkeypatch.setattr(memory_kills, "VMSTAT", path)
        assert memory_kills.count() == kills
        path.unlink()
        assert memory_kills.count() == 0


def test_a_copy_of_a_living_run_gets_no_supervisor_and_ends_with_it(start) -> None:
    run = start("import time; time.sleep(300)")
    state = running(run)
    copy = RunDirectory(locations.runs() / "copy-22222")
    shutil.copytree(run.path, copy.path)
    assert settle(copy).supervisor == state.supervisor
    ask_to_stop(run)
    assert ended(run).state is State.STOPPED
    assert ended(copy).state is State.LOST
    assert copy.read_state().supervisor == state.supervisor
