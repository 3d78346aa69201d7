"""Small commands that behave like labs, good and bad."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.launch import launch
from studylab.runs.tree import of_run
from studylab.runs.truth import all_runs, settle
from studylab.settings import Settings
from studylab.store.database import open_database

Launch = Callable[..., RunDirectory]


@pytest.fixture
def settings() -> Settings:
    return Settings(stop_grace=3.0, kill_grace=1.0)


@pytest.fixture
def start(settings: Settings) -> Iterator[Launch]:
    """Starts a Python program as a run; what is left of it at the end is killed."""

    def start(program: str, **more: object) -> RunDirectory:
        return launch("test", [sys.executable, "-c", textwrap.dedent(program)], settings, **more)

    yield start
    for run in all_runs():
        # The supervisor first, which would tell of the others' end; then whatever the run started.
        for identity in [*_identities(run), *of_run(str(run.path))]:
            identity.send(signal.SIGKILL)


def _identities(run: RunDirectory):
    try:
        state = run.read_state()
    except ValueError:
        return []
    return [i for i in (state.supervisor, state.child) if i is not None]


@pytest.fixture
def db(home):
    connection = open_database(home / "studylab.db")
    yield connection
    connection.close()


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> object:
    """The first true value of `condition`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value


def ended(run: RunDirectory, seconds: float = 20.0) -> RunState:
    """The state of a run once it is over."""
    wait_for(lambda: settle(run).state.ended, seconds)
    return run.read_state()


def running(run: RunDirectory) -> RunState:
    """The state of a run once its child lives."""
    wait_for(lambda: run.read_state().state is State.RUNNING)
    return run.read_state()


def keepers() -> list[psutil.Process]:
    """The keepers of this test's queue."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = process.environ().get("STUDYLAB_HOME") == os.environ["STUDYLAB_HOME"]
            if ours and "studylab.runs.keeper" in process.cmdline():
                found.append(process)
    return found
