"""What a supervisor tells, of real runs and of files that a test writes."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from studylab.metrics.records import event_line, metric_line
from studylab.runs import teller
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.notices import Kind, Notice, notices_file, notices_reader, write_notice
from studylab.runs.stop import ask_to_stop
from studylab.runs.teller import Teller
from tests.runs.conftest import Launch, ended, running, wait_for


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    (tmp_path / "cnn-a").mkdir()
    return RunDirectory(tmp_path / "cnn-a")


def log(run: RunDirectory, first: int, values: list[float], *, name: str = "train/loss") -> None:
    with run.metrics.open("ab") as file:
        for step, value in enumerate(values, start=first):
            file.write(metric_line(1000.0 + step, step, {name: value}))


def kinds(run: RunDirectory) -> list[Kind]:
    return [notice.kind for notice in notices_reader(run).read()]


def looks(run: RunDirectory) -> Teller:
    """One that looks whenever it is asked to."""
    found = Teller(run)
    found.look()
    found._next = -math.inf
    return found


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teller, "LOOK_SECONDS", 0.0)


class TestFiles:
    def test_a_nan_is_told_once(self, run: RunDirectory) -> None:
        watching = looks(run)
        log(run, 1, [1.0, math.nan, math.nan])
        watching.look()
        log(run, 4, [math.nan])
        watching.look()
        [notice] = notices_reader(run).read()
        assert (notice.kind, notice.fields["step"]) == (Kind.DIVERGED, 2)

    def test_a_nan_among_a_million_points_is_found(self, run: RunDirectory) -> None:
        watching = looks(run)
        log(run, 1, [1.0] * 5000 + [math.nan] + [1.0] * 5000)
        watching.look()
        [notice] = notices_reader(run).read()
        assert notice.fields["step"] == 5001

    def test_a_start_is_read_however_far_behind_it_is(
        self, run: RunDirectory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(teller, "MOST_BYTES", 8000)
        monkeypatch.setattr(teller, "FIRST_BYTES", 2000)
        log(run, 1, [2.0] * 20 + [1.0] * 1000 + [9.0] * 300)
        looks(run)
        [notice] = notices_reader(run).read()
        assert (notice.kind, notice.fields["start"]) == (Kind.DIVERGED, 2.0)

    def test_a_half_line_is_read_once_it_is_whole(self, run: RunDirectory) -> None:
        watching = looks(run)
        line = metric_line(1.0, 7, {"loss": math.nan})
        run.metrics.write_bytes(line[:20])
        watching.look()
        assert kinds(run) == []
        run.metrics.write_bytes(line)
        watching.look()
        assert kinds(run) == [Kind.DIVERGED]

    def test_lines_that_are_no_records_and_a_file_that_was_replaced(
        self, run: RunDirectory
    ) -> None:
        watching = looks(run)
        run.metrics.write_bytes(b"\xff\xfe nonsense\n" * 300 + b'{"half": \n')
        watching.look()
        run.metrics.write_bytes(metric_line(1.0, 1, {"loss": math.nan}))
        watching.look()
        assert kinds(run) == [Kind.DIVERGED]

    def test_a_result_that_reaches_its_reference_and_the_end_with_it(
        self, run: RunDirectory
    ) -> None:
        watching = looks(run)
        with run.events.open("ab") as file:
            for metric, value, reference in (("accuracy", 0.98, 0.97), ("loss", 0.1, None)):
                fields = {"metric": metric, "value": value, "reference": reference, "split": "test"}
                file.write(event_line(1.0, "result", fields))
        watching.read_rest()
        assert kinds(run) == [Kind.REACHED], "before the end is written"
        watching.end(RunState(State.FINISHED, "finished", started_at=1.0, ended_at=9.0))
        reached, over = notices_reader(run).read()
        assert (reached.kind, over.kind) == (Kind.REACHED, Kind.ENDED)
        assert over.fields["result"]["metric"] == "accuracy"
        assert over.fields["seconds"] == 8.0

    def test_silence_is_measured_while_nothing_comes(
        self, run: RunDirectory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log(run, 1, [1.0] * 20)
        watching = looks(run)
        now = time.time()
        for second in range(80):
            monkeypatch.setattr(teller.time, "time", lambda second=second: now + second)
            watching.look()
        assert kinds(run) == [Kind.STALLED]

    def test_one_that_takes_over_tells_nothing_again(self, run: RunDirectory) -> None:
        write_notice(run, Notice(Kind.DIVERGED, 1.0, {}))
        log(run, 1, [math.nan])
        watching = looks(run)
        watching.end(RunState(State.FAILED, "x", ended_at=1.0))
        looks(run).end(RunState(State.FAILED, "x", ended_at=1.0))
        assert kinds(run) == [Kind.DIVERGED, Kind.FAILED]

    def test_it_looks_once_a_second(
        self, run: RunDirectory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(teller, "LOOK_SECONDS", 1000.0)
        watching = Teller(run)
        watching.look()
        log(run, 1, [math.nan])
        watching.look()
        assert kinds(run) == []
        watching.read_rest()
        watching.end(RunState(State.FINISHED, "finished"))
        assert kinds(run) == [Kind.DIVERGED, Kind.ENDED], "at the end whatever was left"


class TestTrouble:
    def test_a_full_disk_is_complained_of_once_and_hurts_nothing(
        self, run: RunDirectory, monkeypatch: pytest.MonkeyPatch, capsys
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(teller, "write_notice", full)
        watching = looks(run)
        log(run, 1, [math.nan])
        watching.look()
        watching.end(RunState(State.FINISHED, "finished"))
        assert capsys.readouterr().err.count("No space left on device") == 1

    def test_a_bug_is_written_down_and_nothing_more_is_told(
        self, run: RunDirectory, monkeypatch: pytest.MonkeyPatch, capsys
    ) -> None:
        watching = looks(run)

        def bug(*_: object, **__: object) -> None:
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr("studylab.runs.watchfulness.Watchfulness.heard", bug)
        log(run, 1, [1.0])
        for _ in range(3):
            watching.look()
        watching.end(RunState(State.FINISHED, "finished"))
        assert capsys.readouterr().err.count("ZeroDivisionError: a bug") == 1

    def test_a_directory_that_was_removed(self, run: RunDirectory, capsys) -> None:
        watching = looks(run)
        run.path.rmdir()
        watching.look()
        watching.end(RunState(State.FINISHED, "finished"))
        watching.finish()
        assert "Traceback" not in capsys.readouterr().err

    def test_settings_that_are_broken_tell_nothing_but_say_so(
        self, run: RunDirectory, tmp_path: Path, capsys
    ) -> None:
        (tmp_path / "settings.toml").write_text('tell_on = "everything"')
        watching = looks(run)
        watching.end(RunState(State.FINISHED, "finished"))
        assert kinds(run) == [Kind.ENDED]
        assert capsys.readouterr().err.count("tell_on takes ended, failed") == 1


def tell_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extra: str = "") -> Path:
    """Let the student's command write what it is given into a file."""
    script = tmp_path / "tell.py"
    script.write_text(
        "import json, os, sys\n"
        "with open(sys.argv[1], 'a') as file:\n"
        "    print(json.dumps(sys.argv[2:] + [os.environ['STUDYLAB_EVENT']]), file=file)\n" + extra
    )
    found = tmp_path / "told.jsonl"
    monkeypatch.setenv(
        "STUDYLAB_TELL_COMMAND",
        f"'{sys.executable}' '{script}' '{found}' {{run}} {{event}} {{text}}",
    )
    return found


def told(found: Path) -> list[list[str]]:
    return [json.loads(line) for line in found.read_text().splitlines()] if found.exists() else []


class TestRealRuns:
    def test_the_command_is_run_with_no_app_open(
        self, start: Launch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        found = tell_into(monkeypatch, tmp_path)
        run = start("""
            from studylab.metrics.reporter import Reporter
            with Reporter.open("x") as reporter:
                reporter.log({"train/loss": float("nan")}, step=3)
                reporter.result("accuracy", 0.98, split="test", data="d", reference=0.97)
        """)
        ended(run)
        wait_for(lambda: len(told(found)) == 3)
        assert sorted(line[1] for line in told(found)) == ["diverged", "ended", "reached"]
        for id, event, text, variable in told(found):
            assert (id, event) == (run.id, variable)
            assert text.startswith(run.id)
        assert kinds(run) == [Kind.REACHED, Kind.DIVERGED, Kind.ENDED]
        assert run.supervisor_log.read_text() == ""

    def test_only_what_the_rules_say(
        self, start: Launch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        found = tell_into(monkeypatch, tmp_path)
        monkeypatch.setenv("STUDYLAB_TELL_ON", "failed stalled")
        ended(start("pass"))
        failed = start("raise ValueError('shapes do not fit')")
        ended(failed)
        wait_for(lambda: told(found))
        [[id, event, text, _variable]] = told(found)
        assert (id, event) == (failed.id, "failed")
        assert "shapes do not fit" in text
        monkeypatch.setenv("STUDYLAB_TELL_BY", "bell desktop")
        ended(start("raise ValueError"))
        time.sleep(0.3)
        assert len(told(found)) == 1

    def test_a_program_that_cannot_be_started_is_told_as_failed(
        self, settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from studylab.runs.launch import launch

        found = tell_into(monkeypatch, tmp_path)
        ended(launch("x", ["/no/such/python"], settings))
        wait_for(lambda: told(found))
        assert told(found)[0][1] == "failed"

    def test_a_command_that_fails_hurts_no_run(
        self, start: Launch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STUDYLAB_TELL_COMMAND", "no-such-program {text}")
        run = start("pass")
        state = ended(run)
        assert (state.state, state.reason) == (State.FINISHED, "finished")
        wait_for(lambda: "could not start no-such-program" in run.supervisor_log.read_text())

    def test_a_command_that_still_runs_is_no_part_of_the_run(
        self, start: Launch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """It is neither ended with the run nor counted among what the lab left behind, and the
        same goes for what it has started."""
        found = tell_into(
            monkeypatch, tmp_path,
            "import subprocess, time\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])\n"
            "open(sys.argv[1] + '.pids', 'w').write(f'{os.getpid()} {child.pid}')\n"
            "time.sleep(3)\n",
        )  # fmt: skip
        monkeypatch.setenv("STUDYLAB_TELL_ON", "diverged")
        run = start("""
            from studylab.metrics.reporter import Reporter
            import time
            with Reporter.open("x") as reporter:
                reporter.log({"loss": float("nan")}, step=1)
                time.sleep(30)
        """)
        running(run)
        pids = found.with_name("told.jsonl.pids")
        wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2)
        ask_to_stop(run)
        state = ended(run)
        assert state.state is State.STOPPED
        assert "left behind" not in state.reason
        assert [psutil.pid_exists(int(pid)) for pid in pids.read_text().split()] == [True, True]

    def test_the_run_is_over_while_its_last_command_still_runs(
        self, start: Launch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        found = tell_into(monkeypatch, tmp_path, "import time; time.sleep(2)\n")
        run = start("pass")
        began = time.monotonic()
        state = ended(run)
        assert time.monotonic() - began < 2 or told(found)
        assert state.supervisor is not None
        wait_for(lambda: told(found))
        assert state.supervisor.alive, "it waits for the command, with the state written"
        wait_for(lambda: not state.supervisor.alive)

    def test_a_killed_supervisors_notices_are_not_told_again(
        self, start: Launch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        found = tell_into(monkeypatch, tmp_path)
        run = start("""
            from studylab.metrics.reporter import Reporter
            import time
            with Reporter.open("x") as reporter:
                reporter.log({"loss": float("nan")}, step=1)
                time.sleep(4)
        """)
        state = running(run)
        wait_for(lambda: notices_file(run).exists() and told(found))
        assert state.supervisor is not None
        os.kill(state.supervisor.pid, 9)
        ended(run)
        wait_for(lambda: len(told(found)) == 2)
        assert [line[1] for line in told(found)] == ["diverged", "ended"]
