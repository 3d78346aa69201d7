"""What the exit code of `studylab` says."""

from __future__ import annotations

from studylab.labspec import SettingError
from studylab.language import N_
from studylab.problem import Problem
from studylab.runs.catalogue import NoSuchLab
from studylab.settings import SettingsError
from studylab.store.database import StoreError
from studylab.store.filters import NoSuchFilter
from studylab.store.missed import NoSuchPoint
from studylab.store.plan import NoSuchPause
from studylab.store.questions import EmptyText, NoSuchQuestion
from studylab.store.runs import NoSuchRun
from studylab.store.sessions import NoSuchSession
from studylab.syllabus.errors import FileError

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


class UsageProblem(Problem):
    """A command line that asks for something that can't be meant."""


class NotFound(Problem):
    """A name that nothing has; the nearest is offered."""


class OutputError(Problem):
    """What was printed could not be written."""


def of(problem: Problem) -> int:
    """The exit code that tells a problem's kind."""
    if isinstance(problem, (UsageProblem, SettingError, EmptyText)):
        return USAGE
    if isinstance(
        problem, (NotFound, NoSuchFilter, NoSuchLab, NoSuchRun, NoSuchQuestion, NoSuchPoint)
    ):
        return NOT_FOUND
    if isinstance(problem, (NoSuchSession, NoSuchPause)):
        return NOT_FOUND
    if isinstance(problem, (OutputError, SettingsError, StoreError, FileError)):
        return UNUSABLE
    # A run's directory, a note: whatever it was, the disk is behind it.
    return UNUSABLE if isinstance(problem.__cause__, OSError) else FAILED
