"""Days and spans of time on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from studylab.cli.exit_codes import UsageProblem
from studylab.problem import Problem
from studylab.study import days
from studylab.study.days import DayError


def today() -> date:
    """The date here and now."""
    return days.today()


@contextmanager
def refused(*kinds: type[Problem]) -> Iterator[None]:
    """Let a problem with a value be one of the command line.

    Raises:
        UsageProblem: instead of a problem of these kinds.
    """
    try:
        yield
    except kinds as problem:
        raise UsageProblem(str(problem)) from None


def day_of(text: str) -> date:
    """The day that an argument names.

    Raises:
        UsageProblem: it names none.
    """
    with refused(DayError):
        return days.read_day(text, today())


def seconds_of(text: str) -> float:
    """The span of time that an argument names.

    Raises:
        UsageProblem: it names none.
    """
    with refused(DayError):
        return days.read_span(text)
