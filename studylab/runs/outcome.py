"""How a run ended, in words: from its exit code or signal, who asked, and its last words."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

from studylab.metrics.reader import events_reader
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory, State
from studylab.runs.log import tail

LAST_WORDS = 200
INTERRUPTED = (128 + signal.SIGINT, 128 + signal.SIGTERM)
"""Exit codes of a lab that was signalled, saved, and ended by itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A final state with its reason."""

    state: State
    reason: str
    exit_code: int | None = None
    signal: int | None = None


def of_exit(run: RunDirectory, returncode: int, left_behind: int) -> Outcome:
    """The outcome of a child whose exit status is known, negative for a signal as in Python."""
    code, number = (returncode, None) if returncode >= 0 else (None, -returncode)
    behind = f"; {left_behind} processes it left behind were ended" if left_behind else ""
    how = f"exit code {code}" if number is None else f"killed by {signal_name(number)}"
    request = stop_request(run)
    if request is not None:
        return Outcome(State.STOPPED, f"stopped by {request}: {how}{behind}", code, number)
    if returncode == 0:
        return Outcome(State.FINISHED, f"finished{behind}", code, number)
    if number == signal.SIGKILL:
        hint = "; nobody here asked for it: often the kernel, when memory runs out"
        return Outcome(State.FAILED, how + hint + behind, code, number)
    saved_and_left = code in INTERRUPTED and _said_end(run) == "stopped"
    if number == signal.SIGINT or saved_and_left:
        return Outcome(State.STOPPED, f"interrupted from outside: {how}{behind}", code, number)
    return Outcome(State.FAILED, how + _last_words(run) + behind, code, number)


def of_unseen_end(run: RunDirectory, what: str) -> Outcome:
    """The outcome of a child that ended while nobody watched: only its own events can tell."""
    said = _said_end(run)
    if said == "finished":
        return Outcome(State.FINISHED, f"finished, as it says itself; {what}")
    request = stop_request(run)
    if said == "stopped" or request is not None:
        by = f" by {request}" if request else ", as it says itself"
        return Outcome(State.STOPPED, f"stopped{by}; {what}")
    return Outcome(State.LOST, f"{what}; how the lab ended is not known{_last_words(run)}")


def stop_request(run: RunDirectory) -> str | None:
    """Who asked this run to stop; None if nobody did."""
    try:
        record = json.loads(run.stop_request.read_text("utf-8"))
        return one_line(str(record["by"]), 80)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return "somebody"


def signal_name(number: int) -> str:
    """`SIGKILL` for 9; the number in words for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


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


def _last_words(run: RunDirectory) -> str:
    """The last line of the output that says something: of a traceback, the error."""
    lines = [line for line in tail(run.output, 20) if line.strip()]
    return f": {one_line(lines[-1], LAST_WORDS)}" if lines else ""
