"""What `studylab run` does for a lab and for any command: its turn, and following or leaving it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

import click

from studylab.cli import complete, exit_codes
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.follow import Interrupts, follow, report
from studylab.cli.guard import remark
from studylab.cli.output import flush, line
from studylab.cli.session import sync_runs
from studylab.language import _, n_
from studylab.runs import queue
from studylab.runs.directory import RunDirectory
from studylab.runs.log import Follower
from studylab.runs.queue import Turn
from studylab.runs.stop import ask_to_stop
from studylab.settings import Settings
from studylab.store import runs as store

Command = TypeVar("Command", bound=Callable[..., Any])

detach_option = click.option(
    "--detach", is_flag=True, help="Print the run's id and leave it running."
)


def turn_options(command: Command) -> Command:
    """When a run starts: `now`, `after` and `priority`, which `turn_of` reads."""
    for option in reversed(_TURN):
        command = option(command)
    return command


def turn_of(
    db: sqlite3.Connection, now: bool, after: tuple[str, ...], priority: int
) -> Turn | None:
    """The turn that the options ask for; None for a run that takes none and starts at once.

    Raises:
        UsageProblem: the options contradict each other.
        NoSuchRun: one of `after`.
    """
    if now and after:
        raise UsageProblem(_("--now and --after exclude each other"))
    if now:
        return None
    if after:
        sync_runs(db)
    return Turn(tuple(store.get(db, id).id for id in after), priority)


def leave(launched: RunDirectory) -> int:
    """Print a run's id for whoever started it, and how it is found again. Returns the exit code."""
    line(launched.id)
    flush()
    remark(_("`studylab watch {run}` shows it, `studylab stop {run}` ends it", run=launched.id))
    return exit_codes.OK


def stay_with(launched: RunDirectory, interrupts: Interrupts, settings: Settings) -> int:
    """Follow a run to its end, or until Ctrl-C has been pressed twice. Returns the exit code."""
    remark(_told(launched))
    log = Follower(launched.output)
    state = follow(launched, log, lambda: interrupts.count > 0)
    if not state.state.ended:
        ask_to_stop(launched)
        remark(
            _(
                "{run} is asked to stop and may save first; Ctrl-C again to not wait",
                run=launched.id,
            )
        )
        state = follow(launched, log, lambda: interrupts.count > 1)
    if not state.state.ended:
        remark(_("{run} goes on stopping; `studylab watch {run}` shows it", run=launched.id))
        return exit_codes.INTERRUPTED
    return report(launched, state, settings)


def _told(launched: RunDirectory) -> str:
    """Whether a run has started, or what it waits for."""
    waiting = [entry.run for entry in queue.waiting()]
    if launched.id not in waiting:
        return _("{run} is running; Ctrl-C stops it", run=launched.id)
    before = waiting.index(launched.id)
    if before:
        return n_(
            "{run} waits, {count} is before it; Ctrl-C takes it out of the queue",
            "{run} waits, {count} are before it; Ctrl-C takes it out of the queue",
            before,
            run=launched.id,
        )
    return _("{run} waits and is the next; Ctrl-C takes it out of the queue", run=launched.id)


_TURN = (
    click.option("--now", is_flag=True, help="Start at once, whatever else runs."),
    click.option(
        "--after",
        multiple=True,
        metavar="ID",
        shell_complete=complete.runs,
        help="Start when that run has finished; may be given several times.",
    ),
    click.option(
        "--priority",
        type=int,
        default=0,
        metavar="N",
        help="Start before those that wait with a lower one.",
    ),
)
