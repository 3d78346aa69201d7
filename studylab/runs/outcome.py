"""How a run ended, in words: from its exit code or signal, who asked, and its last words.

The words are in the language of whoever tells it first, and are kept as they are told.
"""

from __future__ import annotations

import json
import shutil
import signal
from dataclasses import dataclass

from studylab.language import _
from studylab.metrics.reader import events_reader
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory, State
from studylab.runs.log import tail

LAST_WORDS = 200
FULL = 1 << 20
"""Bytes of free space at which a disk counts as full."""
INTERRUPTED = (128 + signal.SIGINT, 128 + signal.SIGTERM)
"""Exit codes of a lab that was signalled, saved, and ended by itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A final state with its reason."""

    state: State
    reason: str
    exit_code: int | None = None
    signal: int | None = None


def of_exit(
    run: RunDirectory, returncode: int, left_behind: int, *, memory_ran_out: bool = False
) -> Outcome:
    """The outcome of a child whose exit status is known, negative for a signal as in Python.

    `memory_ran_out` says that the kernel has killed something for want of memory meanwhile.
    """
    code, number = (returncode, None) if returncode >= 0 else (None, -returncode)
    state, reason = _told(run, code, number, memory_ran_out)
    if state is State.FAILED and _disk_is_full(run):
        reason = _("{reason}; the disk is full", reason=reason)
    if left_behind:
        reason = _(
            "{reason}; {count} processes it left behind were ended",
            reason=_(reason) if reason == state.value else reason,
            count=left_behind,
        )
    return Outcome(state, reason, code, number)


def _told(
    run: RunDirectory, code: int | None, number: int | None, memory_ran_out: bool
) -> tuple[State, str]:
    """The state that an exit code or a signal means, and why."""
    if number is None:
        how = _("exit code {code}", code=code)
    else:
        how = _("killed by {signal}", signal=signal_name(number))
    request = stop_request(run)
    if request is not None:
        return State.STOPPED, _("stopped by {who}: {how}", who=request, how=how)
    if code == 0:
        # Nothing to add: whoever shows it says the state's own word in the language of then.
        return State.FINISHED, State.FINISHED.value
    if number == signal.SIGKILL and memory_ran_out:
        return State.FAILED, _("{how} by the kernel: the memory ran out", how=how)
    if number == signal.SIGKILL:
        return State.FAILED, _(
            "{how}; nobody here asked for it: often the kernel, when memory runs out", how=how
        )
    saved_and_left = code in INTERRUPTED and _said_end(run) == "stopped"
    if number == signal.SIGINT or saved_and_left:
        return State.STOPPED, _("interrupted from outside: {how}", how=how)
    return State.FAILED, _with_last_words(run, how)


def of_unseen_end(run: RunDirectory, what: str) -> Outcome:
    """The outcome of a child that ended while nobody watched: only its own events can tell."""
    said = _said_end(run)
    if said == "finished":
        return Outcome(State.FINISHED, _("finished, as it says itself; {what}", what=what))
    request = stop_request(run)
    if request:
        return Outcome(State.STOPPED, _("stopped by {who}; {what}", who=request, what=what))
    if said == "stopped" or request is not None:
        return Outcome(State.STOPPED, _("stopped, as it says itself; {what}", what=what))
    unknown = _("{what}; how the lab ended is not known", what=what)
    return Outcome(State.LOST, _with_last_words(run, unknown))


def stop_request(run: RunDirectory) -> str | None:
    """Who asked this run to stop; None if nobody did."""
    try:
        record = json.loads(run.stop_request.read_text("utf-8"))
        return one_line(str(record["by"]), 80)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return _("somebody")


def signal_name(number: int) -> str:
    """`SIGKILL` for 9; the number in words for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return _("signal {number}", number=number)


def _disk_is_full(run: RunDirectory) -> bool:
    try:
        return shutil.disk_usage(run.path).free < FULL
    except OSError:
        return False


def _said_end(run: RunDirectory) -> str:
    said = ""
    try:
        for event in events_reader(run.events).read():
            if event.kind == "end":
                said = str(event.fields.get("outcome", ""))
            elif event.kind in ("plan", "resumed"):
                said = ""
    except OSError:
        return said
    return said


def _with_last_words(run: RunDirectory, reason: str) -> str:
    """A reason with the last line of the output that says something: of a traceback, the error."""
    lines = [line for line in tail(run.output, 20) if line.strip()]
    if not lines:
        return reason
    return _("{reason}: {words}", reason=reason, words=one_line(lines[-1], LAST_WORDS))
