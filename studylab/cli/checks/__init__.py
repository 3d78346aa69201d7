"""What `studylab doctor` looks at: one small function a check, each given what it looks at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from studylab.language import N_
from studylab.problem import Problem, in_parts

NAMES = (
    "Python",
    N_("terminal"),
    N_("clock"),
    "git",
    N_("home"),
    N_("disk"),
    N_("settings"),
    N_("database"),
    N_("syllabus"),
    N_("papers"),
    N_("labs"),
    N_("runs"),
    "GPU",
    "torch",
    N_("hub"),
)
"""What is looked at, in that order. `--json` has the names as they are, a person `_(name)`."""


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    """Something is missing that the rest can do without."""
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, what was found, and what to do about it."""

    name: str
    level: Level
    found: str
    mend: str = ""


def fine(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, found)


def warning(name: str, found: str, mend: str) -> Check:
    """Something is missing that the rest can do without."""
    return Check(name, Level.WARNING, found, mend)


def failure(name: str, found: str, mend: str) -> Check:
    """Something has to be mended."""
    return Check(name, Level.FAILURE, found, mend)


def from_problem(name: str, problem: Problem) -> Check:
    """A problem's line, taken apart where the mend begins."""
    return failure(name, *in_parts(str(problem)))


def in_background(
    check: Callable[[], Check], seconds: float, otherwise: Check
) -> Callable[[], Check]:
    """Begin a slow check now. What is returned waits for it, and gives `otherwise` if it takes
    longer than `seconds`: looking up a name can hang without end."""
    found: list[Check] = []
    worker = threading.Thread(target=lambda: found.append(check()), daemon=True)
    worker.start()

    def wait() -> Check:
        worker.join(seconds)
        return found[0] if found else otherwise

    return wait
