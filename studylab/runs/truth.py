"""What is true of a run now, whatever its state file last said."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from studylab import locations
from studylab.language import _
from studylab.runs import outcome, queue
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunState, State
from studylab.runs.identity import ProcessIdentity, boot_id, host_name
from studylab.runs.launch import start_supervisor
from studylab.runs.lock import held
from studylab.runs.private import forget
from studylab.runs.scalars import left_behind
from studylab.runs.tree import of_run

MUTE_SECONDS = 20.0
"""How long a supervisor may be silent after its child's end: it beats while it reads the rest."""

STARTUP_SECONDS = 30.0
"""How long a supervisor may take to write its name."""


def all_runs() -> Iterator[RunDirectory]:
    """Every run directory of this student."""
    try:
        with os.scandir(locations.runs()) as entries:
            for entry in entries:
                if entry.is_dir() and not entry.name.startswith("."):
                    yield RunDirectory(Path(entry.path))
    except (FileNotFoundError, NotADirectoryError):
        return


def settle(run: RunDirectory) -> RunState:
    """The run's state, made true: a run whose supervisor is gone is adopted if its child lives,
    and lost (or what its own events tell) if it does not.

    Runs of another host are left as they are: from here nobody can tell.

    Where the truth can't be written down (a read-only folder, a full disk), it is only told.

    Raises:
        RunDirectoryError: the run's files can't be read.
        OSError: the run's files are gone meanwhile.
    """
    state = run.read_state()
    if state.state.ended:
        return state
    spec = run.read_spec()
    if spec.host != host_name():
        return state
    if state.supervisor is None:
        if state.state is State.QUEUED and queue.is_waiting(run.id):
            queue.ensure_keeper()
            return state
        age = time.time() - run.state_file.stat().st_mtime
        if 0 <= age < STARTUP_SECONDS:
            return state
        return _lost(run, state, _with_complaint(run, _("its supervisor never started")))
    if state.supervisor.alive:
        return _unless_mute(state)
    # It may have ended properly between the two looks.
    state = run.read_state()
    if state.state.ended or (state.supervisor and state.supervisor.alive):
        return state
    child = state.child or _unnamed_child(run)
    if child is not None and child.alive:
        try:
            if state.child is None:
                run.write_state(state.with_(child=child))
            start_supervisor(run, adopt=True)
        except OSError as error:
            alone = _(
                "its supervisor is gone, and no new one can be started: {error}",
                error=error.strerror or error,
            )
            return state.with_(child=child, reason=alone)
        return state.with_(reason=_("its supervisor is gone; a new one takes over"))
    if left_behind(run):
        # Only then it is lost: what is in the database of a run that is over is all of it.
        with held(run.supervisor_lock) as nobody_reads:
            pass
        if nobody_reads:
            start_supervisor(run, catch_up=True)
        gone = _("its supervisor is gone; what the run wrote is still being read")
        return state.with_(state=State.STOPPING, reason=gone)
    if state.supervisor and state.supervisor.boot != boot_id():
        return _lost(run, state, _("the machine was restarted before it ended"))
    killed = _("its supervisor was killed before it ended")
    return _lost(run, state, _with_complaint(run, killed))


def _unless_mute(state: RunState) -> RunState:
    """The state that a supervisor wrote, unless its child has ended and it can't write how."""
    silence = time.time() - (state.heartbeat or 0)
    if state.child is None or state.child.alive or silence < MUTE_SECONDS:
        return state
    mute = _("it has ended, and how can't be written down: the disk is full, or not to be written")
    return state.with_(state=State.STOPPING, reason=mute)


def _unnamed_child(run: RunDirectory) -> ProcessIdentity | None:
    """The child of a supervisor that was killed after it had started it and before it wrote so:
    of the processes that carry the run's directory, the eldest."""
    return min(of_run(str(run.path)), key=lambda process: process.started, default=None)


def _lost(run: RunDirectory, state: RunState, what: str) -> RunState:
    how = outcome.of_unseen_end(run, what)
    ended_at = state.heartbeat or run.state_file.stat().st_mtime
    settled = state.with_(state=how.state, reason=how.reason, ended_at=ended_at)
    with suppress(OSError):
        run.write_state(settled)
    if state.supervisor is not None:
        # Without a name it may only be late, and then needs them.
        forget(run)
    return settled


def _with_complaint(run: RunDirectory, what: str) -> str:
    """What happened, with the supervisor's own last words."""
    try:
        lines = run.supervisor_log.read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return what
    return _("{what} ({words})", what=what, words=lines[-1][:200]) if lines else what


def state_of(run: RunDirectory) -> RunState:
    """As `settle`, with unreadable files told as a lost run instead of an error."""
    try:
        return settle(run)
    except RunDirectoryError as error:
        return RunState(State.LOST, str(error))
    except OSError as error:
        return RunState(State.LOST, f"{run.path}: {error.strerror or error}")
