"""A run's output in the terminal, as it comes."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from studylab.cli import exit_codes, output
from studylab.cli.guard import complain, remark
from studylab.cli.ring import Ears
from studylab.cli.session import opened
from studylab.language import _, listed
from studylab.runs.catalogue import INSTALL, missing_packages
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.log import Follower
from studylab.runs.sync import sync_all
from studylab.runs.truth import settle
from studylab.runs.wording import duration, told_reason, told_result
from studylab.settings import Settings
from studylab.store import runs as store
from studylab.study.expectation import gap_of
from studylab.study.expectation_words import told_gap

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
    ears = Ears(run)
    while True:
        # The state first: what the run wrote before it ended is then surely in what is read.
        state = settle(run)
        # A lab may print faster than a terminal can show: its state is looked at all the same.
        while print_new(log) and state.state.ended and not interrupted():
            pass
        if state.state.ended or interrupted():
            print_lines(log.rest() if state.state.ended else [])
            if state.state.ended:
                ears.hear_end(state)
            return state
        ears.listen()
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
        found = gap_of(workspace.db, run.id, state.ended_at)
    output.flush()
    ended = _ended(run, state)
    reason = told_reason(state.state, state.reason)
    if state.state in (State.FAILED, State.LOST):
        complain(_("{ended}: {reason}", ended=ended, reason=reason) if reason else ended)
        if "ModuleNotFoundError" in reason or "not installed" in reason:
            _say_how_to_install(settings)
    else:
        remark(_("{ended} ({reason})", ended=ended, reason=reason) if reason else ended)
    for result in results:
        output.line(told_result(result))
    for text in told_gap(found) if found is not None else ():
        output.line(text)
    return CODES.get(state.state, exit_codes.FAILED)


def _ended(run: RunDirectory, state: RunState) -> str:
    word = _(state.state.value)
    if not (state.started_at and state.ended_at):
        return _("{run} {state}", run=run.id, state=word)
    took = duration(state.ended_at - state.started_at)
    return _("{run} {state} after {time}", run=run.id, state=word, time=took)


def _say_how_to_install(settings: Settings) -> None:
    missing = missing_packages()
    if missing and not settings.python:
        names = listed(missing)
        remark(_("the labs need {names}: {command}", names=names, command=INSTALL))
