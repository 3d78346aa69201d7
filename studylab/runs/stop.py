"""Asking a run to stop."""

from __future__ import annotations

import getpass
import time
from datetime import UTC, datetime

from studylab.language import _
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunState, write_json
from studylab.runs.identity import host_name
from studylab.runs.truth import settle


class StopError(Problem):
    """The run can't be asked; one line that says why."""


def ask_to_stop(run: RunDirectory) -> RunState:
    """Leave the request in the run's directory, where its supervisor, on whatever host, finds it.

    Returns the state at that moment; a run that has ended is left alone.

    Raises:
        StopError: the directory can't be read or written.
    """
    try:
        state = settle(run)
        if not state.state.ended:
            write_json(
                run.stop_request,
                {"by": _asker(), "at": datetime.now(UTC).isoformat(timespec="seconds")},
            )
    except (OSError, RunDirectoryError) as error:
        raise StopError(
            _("{run} can't be asked to stop: {error}", run=run.id, error=error)
        ) from error
    return state


def wait_for_end(run: RunDirectory, seconds: float) -> RunState:
    """The state once the run has ended, or as it is after `seconds`.

    Raises:
        RunDirectoryError: the run's files can't be read.
    """
    deadline = time.monotonic() + seconds
    while True:
        state = settle(run)
        if state.state.ended or time.monotonic() >= deadline:
            return state
        time.sleep(0.1)


def _asker() -> str:
    try:
        return _("{user} on {host}", user=getpass.getuser(), host=host_name())
    except (OSError, KeyError):
        return _("somebody on {host}", host=host_name())
