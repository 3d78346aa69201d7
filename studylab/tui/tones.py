"""What a colour means in this app; every one of them stands beside a word or a symbol."""

from __future__ import annotations

from studylab.language import _
from studylab.runs.directory import State
from studylab.runs.wording import SYMBOLS

GOOD, BAD, WARN, BUSY = "$text-success", "$text-error", "$text-warning", "$text-primary"
QUIET = "$foreground 65%"

_OF_STATE = {
    State.QUEUED: QUIET,
    State.STARTING: BUSY,
    State.RUNNING: BUSY,
    State.STOPPING: WARN,
    State.FINISHED: GOOD,
    State.FAILED: BAD,
    State.STOPPED: WARN,
    State.LOST: BAD,
}
_OF_VERDICT = {"reached": GOOD, "within noise": WARN, "not reached": BAD, "collapsed": BAD}
_SYMBOL_OF_VERDICT = {"reached": "✓", "within noise": "~", "not reached": "✗", "collapsed": "✗"}


def state_tone(state: State) -> str:
    """The theme variable of a state's colour; empty for the text's own."""
    return _OF_STATE[state]


def state_text(state: State) -> str:
    """A state as symbol and word, so that colour is never needed to read it."""
    return f"{SYMBOLS[state]} {_(state.value)}"


def verdict_tone(word: str) -> str:
    """The theme variable of a verdict's colour."""
    return _OF_VERDICT.get(word, QUIET)


def verdict_symbol(word: str) -> str:
    """A cell that says the same without colour; a space for no verdict."""
    return _SYMBOL_OF_VERDICT.get(word, " ")
