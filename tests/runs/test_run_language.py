"""Why a run ended is told in the language of whoever started it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from studylab import language
from studylab.labspec import Setting, SettingError
from studylab.runs import outcome
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.identity import host_name
from studylab.runs.launch import launch
from studylab.runs.log import tail
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.runs.wording import told_reason
from studylab.settings import Settings

CHINESE = re.compile("[一-鿿]")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    language.use("zh")
    yield
    language.use("en")


@pytest.fixture
def run(tmp_path) -> RunDirectory:
    return RunDirectory(tmp_path)


def test_the_supervisor_speaks_it_and_the_lab_does_not(start):
    run = start("print('loss'); raise ValueError('odd')")
    state = wait_for_end(run, 20)

    assert state.state is State.FAILED
    assert CHINESE.search(state.reason) and "exit code" not in state.reason
    assert state.reason.endswith("ValueError: odd")
    assert tail(run.output, 20)[0] == "loss"


def test_a_language_that_only_the_environment_names_is_overruled(start, monkeypatch):
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "zh")
    language.use("en")
    state = wait_for_end(start("raise SystemExit(3)"), 20)

    assert state.reason == "exit code 3"


def test_a_program_that_is_not_there(settings: Settings):
    state = wait_for_end(launch("ghost", ["/no/such/program"], settings), 20)

    assert CHINESE.search(state.reason) and "/no/such/program" in state.reason


def test_who_stopped_it(start):
    run = start("import time; time.sleep(60)")
    ask_to_stop(run)
    state = wait_for_end(run, 20)

    assert state.state is State.STOPPED
    assert CHINESE.search(json.loads(run.stop_request.read_text("utf-8"))["by"])
    assert host_name() in state.reason and "stopped" not in state.reason


def test_a_run_that_finished_says_so_in_the_language_of_whoever_asks(run):
    how = outcome.of_exit(run, 0, 0)

    assert how.reason == "finished"
    assert told_reason(how.state, how.reason) == ""


def test_what_it_left_behind_is_told_in_one_language(run):
    reason = outcome.of_exit(run, 0, 2).reason

    assert "2" in reason and "finished" not in reason
    assert told_reason(State.FINISHED, reason) == reason


def test_the_state_is_stored_as_a_word_of_the_contract(run):
    run.write_state(RunState(State.RUNNING))

    assert json.loads(run.state_file.read_text("utf-8"))["state"] == "running"


def test_a_refused_setting():
    epochs = Setting("epochs", "int", 3, "passes", low=1, high=9)

    assert CHINESE.search(epochs.allowed)
    with pytest.raises(SettingError, match=CHINESE):
        epochs.parse("ten")
