"""Runs from the shell: start, follow, stop, and read what came out."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from studylab.cli.log import start_of_last
from studylab.runs.directory import RunDirectory, RunState, State


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> object:
    """The first true value of `condition`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value


def output_of(home: Path) -> str:
    """All that the runs have written."""
    return "".join(log.read_text("utf-8") for log in home.glob("runs/*/output.log"))


def strict(text: str) -> object:
    """JSON without Python's own NaN and Infinity."""

    def refuse(word: str) -> object:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


@pytest.mark.usefixtures("labs")
def test_a_run_is_followed_to_its_result(program):
    ran = program("run", "quick", "--steps", "4", "--no-shuffle", "--rate=0.25")

    assert ran.code == 0, ran.err
    *lines, ending, result = ran.out.splitlines()
    assert lines == ["step 1", "step 2", "step 3", "step 4"]
    assert ending == "[bold]red[/] end without newline"
    assert result == "test accuracy (made up): 95.0 % (reference: 90 %, reached)"
    assert "finished after 0:0" in ran.err and "\x1b" not in ran.out + ran.err

    (run,) = strict(program("runs", "--json").out)
    assert (run["lab"], run["state"], run["step"], run["steps"]) == ("mine/quick", "finished", 4, 4)
    assert run["settings"] == {"steps": 4, "rate": 0.25, "shuffle": False, "data": "auto"}
    assert "✓ finished" in program("runs").out
    shown = program("runs", "show", run["id"][:8])
    assert "Results" in shown.out and "95.0 %" in shown.out
    (row,) = strict(program("results", "--json").out)
    assert (row["run"], row["value"], row["reached"]) == (run["id"], 0.95, True)
    assert program("log", "last", "-n", "2").out == "step 4\n[bold]red[/] end without newline\n"


@pytest.mark.usefixtures("labs")
def test_what_is_not_a_number_is_a_string_in_json(cli):
    cli("run", "quick", "--steps", "1")

    shown = strict(cli("runs", "show", "last", "--json").out)
    assert shown["metrics"] == {"loss": {"step": 1, "value": "NaN"}}
    assert math.isnan(float(shown["metrics"]["loss"]["value"]))


@pytest.mark.usefixtures("labs")
def test_a_failed_run_says_why(cli):
    ran = cli("run", "failing")

    assert ran.code == 1
    last = ran.err.splitlines()[-1]
    assert "failed" in last and "ValueError: shapes (3, 4) and (5,) do not fit" in last
    assert "ValueError" in ran.out  # the lab's own traceback, as it printed it


@pytest.mark.usefixtures("labs")
def test_detached_watched_and_stopped(program, home):
    started = program("run", "slow", "--detach")
    assert started.code == 0
    run = started.out.strip()
    assert (home / "runs" / run).is_dir()
    wait_for(lambda: "ready" in output_of(home))

    assert strict(program("runs", "--state", "running", "--json").out)[0]["id"] == run
    assert run in program("week").out
    with subprocess.Popen(
        [sys.executable, "-m", "studylab", "watch", run],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None and watching.stdout.readline() == "ready\n"
        stopped = program("stop", run[:7])
        assert stopped.code == 0
        assert f"{run} is asked to stop\n{run} stopped: " in stopped.out
        assert watching.wait(10) == 130
    assert "has ended already" in program("stop", "last").out
    assert [r["state"] for r in strict(program("runs", "--json").out)] == ["stopped"]


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_asks_the_run_to_stop(home, presses, labs):
    if presses == 2:
        # A lab that takes its time to save.
        text = (labs / "slow.py").read_text("utf-8")
        ignore = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        (labs / "slow.py").write_text(text.replace("import time\n", f"import time\n{ignore}"))
    following = subprocess.Popen(
        [sys.executable, "-m", "studylab", "run", "slow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: "ready" in output_of(home))
    following.send_signal(signal.SIGINT)
    (run,) = (RunDirectory(path) for path in (home / "runs").iterdir())
    wait_for(run.stop_request.exists)
    if presses == 2:
        assert following.poll() is None
        following.send_signal(signal.SIGINT)
    out, err = following.communicate(timeout=15)

    assert following.returncode == 130
    assert out.startswith("ready\n")
    assert "is asked to stop" in err
    if presses == 1:
        assert run.read_state().state is State.STOPPED
    else:
        assert "goes on stopping" in err and not run.read_state().state.ended
        wait_for(lambda: run.read_state().state.ended)


@pytest.mark.usefixtures("labs")
def test_a_log_is_followed_to_its_end(program):
    program("run", "quick", "--steps", "200", "--detach")
    shown = program("log", "last", "--follow", "--all")

    assert shown.code == 0
    assert [line for line in shown.out.splitlines() if line.startswith("step")] == [
        f"step {number}" for number in range(1, 201)
    ]


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["quik"], 3, "did you mean quick?"),
        (["qqqq"], 3, "`studylab labs` lists them"),
        (["broken"], 1, "mend that line"),
        (["quick", "--stepz", "3"], 2, "did you mean --steps?"),
        (["quick", "--steps", "0"], 2, "--steps takes a whole number from 1 to 1000, not 0"),
        (["quick", "--steps", "many"], 2, "not 'many'"),
        (["quick", "--steps"], 2, "and none follows it"),
        (["quick", "--rate", "nan"], 2, "--rate takes a number from 0 to 1, not nan"),
        (["quick", "--data", "mnits"], 2, "did you mean mnist?"),
        (["quick", "--shuffle=perhaps"], 2, "--shuffle takes yes or no"),
        (["quick", "3"], 2, "settings begin with --"),
        (["--steps", "3", "quick"], 2, "the lab comes before its settings"),
        ([], 2, "which lab?"),
        (["quick", "--resume", "nope"], 3, "there is no run 'nope'"),
    ],
)
def test_a_run_that_can_not_be_is_not_started(cli, home, words, code, said):
    ran = cli("run", *words)

    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("studylab: ") and ran.err.count("\n") == 1
    assert said in ran.err
    assert not (home / "runs").exists()


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("command", ["watch", "stop", "log", "runs show"])
def test_a_run_that_is_not_there(cli, command):
    none_yet = cli(*command.split(), "last")
    assert none_yet.code == 3 and "there is no run yet" in none_yet.err
    unknown = cli(*command.split(), "cnn-xyz")
    assert unknown.code == 3 and "there is no run 'cnn-xyz'" in unknown.err
    assert unknown.err.count("\n") == 1


def test_an_id_that_names_several_runs(cli, labs):
    for _ in range(2):
        cli("run", "quick", "--steps", "1")
    shown = cli("log", "quick")

    assert shown.code == 3 and "type more" in shown.err


def test_help_after_a_lab_shows_its_settings(cli, labs):
    shown = cli("run", "quick", "--help")

    assert shown.code == 0
    assert "--steps         3     how many steps (a whole number from 1 to 1000)" in shown.out
    assert "--[no-]shuffle  yes   in another order (yes or no)" in shown.out
    assert "accuracy 90 %" in shown.out
    assert "--detach" in cli("run", "--help").out


def test_the_labs_that_are_there(cli, labs):
    shown = cli("labs")

    assert shown.code == 0
    assert any(line.startswith("cnn ") for line in shown.out.splitlines())
    assert "A quick lab" in shown.out and "can't be read" in shown.out
    assert "mine/broken" in shown.err
    by_id = {lab["id"]: lab for lab in strict(cli("labs", "--json").out)}
    assert by_id["mine/quick"]["references"][0]["value"] == 0.9
    assert by_id["mine/quick"]["settings"][0]["name"] == "steps"
    assert by_id["mine/broken"]["error"]
    assert strict(cli("labs", "show", "quick", "--json").out) == by_id["mine/quick"]


def test_a_run_directory_that_is_garbage_is_told_and_the_rest_is_listed(cli, home, labs):
    cli("run", "quick", "--steps", "1")
    garbage = home / "runs" / "garbage-12345"
    garbage.mkdir()
    (garbage / "state.json").write_text("{half")
    (garbage / "metrics.jsonl").write_bytes(b'\xff\xfe{"time":')
    shown = cli("runs")

    assert shown.code == 0
    assert "quick-" in shown.out and "Traceback" not in shown.err
    assert cli("log", "garbage").code == 0
    assert cli("watch", "garbage").code in (1, 4)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


@pytest.mark.parametrize(
    ("data", "lines", "rest"),
    [
        (b"", 5, b""),
        (b"a\nb\nc\n", 2, b"b\nc\n"),
        (b"a\nb\nc", 2, b"b\nc"),
        (b"a\nb\nc\n", 9, b"a\nb\nc\n"),
        (b"a\nb\n", 0, b""),
        (b"\n\n\n", 2, b"\n\n"),
        (b"x" * 200_000 + b"\nlast\n", 1, b"last\n"),
        (b"first\n" + b"x" * 200_000, 1, b"x" * 200_000),
    ],
)
def test_the_last_lines_of_a_file(log, data, lines, rest):
    log.write_bytes(data)

    assert data[start_of_last(log, lines) :] == rest


def test_a_line_of_ten_megabytes_is_shown_by_its_end(cli, home, labs):
    cli("run", "quick", "--steps", "1")
    (log,) = home.glob("runs/*/output.log")
    log.write_bytes(b"begin\n" + b"x" * 10_000_000 + b"END\nlast\n")
    started = time.monotonic()
    shown = cli("log", "last", "--all")

    lines = shown.out.splitlines()
    assert (lines[0], lines[-1]) == ("begin", "last") and lines[1].endswith("END")
    assert len(shown.out) < 10_000 and time.monotonic() - started < 5


def test_a_log_that_is_missing(cli, home, labs):
    cli("run", "quick", "--steps", "1")
    (log,) = home.glob("runs/*/output.log")
    log.unlink()

    assert "has written nothing" in cli("log", "last").err


def test_stopping_without_waiting_for_it(cli, home, labs):
    run = cli("run", "slow", "--detach").out.strip()
    directory = RunDirectory(home / "runs" / run)
    wait_for(lambda: directory.read_state().state is State.RUNNING)

    assert cli("stop", "--no-wait", run).out == f"{run} is asked to stop\n"
    wait_for(lambda: directory.read_state().state.ended)


def test_a_run_of_another_machine_can_be_asked_but_not_awaited(cli, home, monkeypatch, labs):
    monkeypatch.setattr("studylab.cli.stop.SPARE_SECONDS", -4.5)
    run = RunDirectory(home / "runs" / "far-abcde")
    run.path.mkdir(parents=True)
    spec = {
        "contract": 1, "lab": "", "argv": ["x"], "cwd": "/", "settings": {},
        "host": "elsewhere", "created_at": "2026-11-01T00:00:00+00:00",
        "stop_grace": 3, "kill_grace": 1,
    }  # fmt: skip
    run.spec_file.write_text(json.dumps(spec))
    run.write_state(RunState(State.RUNNING))
    shown = cli("stop", "far")

    assert shown.code == 1
    assert "has not ended yet" in shown.err and run.stop_request.exists()


def test_resuming_goes_on_with_the_same_settings(cli, home, labs, monkeypatch):
    started = []

    def launched(entry, values, settings, *, resume="", turn=None):
        started.append((values, resume))
        raise KeyboardInterrupt

    cli("run", "quick", "--steps", "2", "--data", "digits")
    monkeypatch.setattr("studylab.cli.run.submit_lab", launched)
    (run,) = (home / "runs").iterdir()
    cli("run", "quick", "--resume", "last", "--steps", "7")

    ((values, resume),) = started
    assert values == {"steps": 7, "rate": 0.5, "shuffle": True, "data": "digits"}
    assert resume == str(run)
    assert "not of mine/slow" in cli("run", "slow", "--resume", "last").err


def test_results_are_of_one_lab_if_asked(cli, labs):
    cli("run", "quick", "--steps", "1")

    assert "95.0 %" in cli("results", "--lab", "quick").out
    assert cli("results", "--lab", "slow").out == ""


def test_python_of_the_labs_that_is_not_there(cli, monkeypatch, labs):
    monkeypatch.setenv("STUDYLAB_PYTHON", os.fspath(labs / "no-python"))
    ran = cli("run", "quick")

    assert ran.code == 1 and "could not start" in ran.err


def test_one_run_in_full(cli, labs):
    cli("run", "quick", "--steps", "2", "--data", "mnist")
    lines = cli("runs", "show", "last").out.splitlines()

    assert "✓ finished" in lines[0]
    assert "  data     mnist" in lines
    assert any(line.split() == ["loss", "0.5", "step", "2"] for line in lines)
    assert "  test accuracy (made up): 95.0 % (reference: 90 %, reached)" in lines


def test_a_lab_whose_packages_are_missing_says_how_to_install_them(cli, labs, monkeypatch):
    text = (labs / "failing.py").read_text("utf-8")
    (labs / "failing.py").write_text(
        text.replace("raise ValueError", "import torchless\nraise ValueError")
    )
    monkeypatch.setattr("studylab.cli.follow.missing_packages", lambda: ["torchless"])
    ran = cli("run", "failing")

    assert ran.code == 1
    assert "No module named 'torchless'" in ran.err
    assert ran.err.endswith("the labs need torchless: pip install 'studylab[labs]'\n")
