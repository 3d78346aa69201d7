"""A run's output in the terminal, as it comes."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from studylab.cli import exit_codes, output
from studylab.cli.guard import complain, remark
from studylab.cli.session import opened
from studylab.runs.catalogue import INSTALL, missing_packages
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.log import Follower
from studylab.runs.sync import sync_all
from studylab.runs.truth import settle
from studylab.runs.wording import duration, verdict
from studylab.settings import Settings
from studylab.store import runs as store

LOOK_SECONDS = 0.2
"""How often it is looked for new lines."""

CODES = {
    State.FINISHED: exit_codes.OK,
    State.FAILED: exit_codes.FAILED,
    State.LOST: exit_codes.FAILED,
    State.STOPPED: exit_codes.INTERRUPTED,
}


class Interrupts:
    """How often Ctrl-C was pressed: it must not end a launch half-way."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count instead of raising KeyboardInterrupt."""

        def count(_number: int, _frame: FrameType | None) -> None:
            self.count += 1

        before = signal.signal(signal.SIGINT, count)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def follow(
    run: RunDirectory, log: Follower, interrupted: Callable[[], bool] = lambda: False
) -> RunState:
    """Print what a run writes into its log until it has ended or `interrupted` says so.

    Returns:
        The run's state.

    Raises:
        RunDirectoryError: the run's files can't be read.
    """
    while True:
        # The state first: what the run wrote before it ended is then surely in what is read.
        state = settle(run)
        # A lab may print faster than a terminal can show: its state is looked at all the same.
        while print_new(log) and state.state.ended and not interrupted():
            pass
        if state.state.ended or interrupted():
            print_lines(log.rest() if state.state.ended else [])
            return state
        time.sleep(LOOK_SECONDS)


def print_new(log: Follower) -> bool:
    """Print what has become whole in the log. Returns whether there was anything new."""
    before = log.offset
    print_lines(log.read())
    return log.offset != before


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of a log at once."""
    output.write("".join(f"{text}\n" for text in lines))
    output.flush()


def report(run: RunDirectory, state: RunState, settings: Settings) -> int:
    """Say how a run ended and what it reached. Returns the exit code that tells it."""
    with opened() as workspace:
        sync_all(workspace.db, [run])
        results = store.results(workspace.db, run.id)
    output.flush()
    took = ""
    if state.started_at and state.ended_at:
        took = f" after {duration(state.ended_at - state.started_at)}"
    if state.state in (State.FAILED, State.LOST):
        complain(f"{run.id} {state.state.value}{took}: {state.reason}")
        if "ModuleNotFoundError" in state.reason or "not installed" in state.reason:
            _say_how_to_install(settings)
    else:
        said = "" if state.reason == state.state.value else f" ({state.reason})"
        remark(f"{run.id} {state.state.value}{took}{said}")
    for result in results:
        output.line(f"{result.split} {result.metric} ({result.data}): ", verdict(result))
    return CODES.get(state.state, exit_codes.FAILED)


def _say_how_to_install(settings: Settings) -> None:
    missing = missing_packages()
    if missing and not settings.python:
        remark(f"the labs need {', '.join(missing)}: {INSTALL}")
