"""What the exit code of `studylab` says."""

from __future__ import annotations

from studylab.language import N_
from studylab.problem import Missing, Problem, Refused, Unusable

OK = 0
FAILED = 1
"""What was asked for did not work: a run failed, a check of `doctor` did not pass."""
USAGE = 2
"""The command line was not understood, or a value was refused."""
NOT_FOUND = 3
"""No item, paper, lab, run or question has that name."""
UNUSABLE = 4
"""The settings, the syllabus, the database or the disk can't be read or written."""
INTERRUPTED = 130
"""Ctrl-C, or a run that was stopped before its end."""
BROKEN_PIPE = 141
"""Whoever read the output went away (`studylab runs | head -1`)."""

MEANINGS = {
    OK: N_("all went well"),
    FAILED: N_("what was asked for failed: a run, a check of doctor"),
    USAGE: N_("the command line was not understood, or a value was refused"),
    NOT_FOUND: N_("nothing has that name"),
    UNUSABLE: N_("settings, syllabus, database or disk can't be used"),
    INTERRUPTED: N_("interrupted by Ctrl-C, or the run was stopped"),
}


class UsageProblem(Refused):
    """A command line that asks for something that can't be meant."""


class NotFound(Missing):
    """A name that nothing has; the nearest is offered."""


class OutputError(Unusable):
    """What was printed could not be written."""


def of(problem: Problem) -> int:
    """The exit code that tells a problem's kind."""
    if isinstance(problem, Refused):
        return USAGE
    if isinstance(problem, Missing):
        return NOT_FOUND
    if isinstance(problem, Unusable):
        return UNUSABLE
    # A run's directory, a note: whatever it was, the disk is behind it.
    return UNUSABLE if isinstance(problem.__cause__, OSError) else FAILED
