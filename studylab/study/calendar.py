"""The calendar of a plan: which days belong to which week of the syllabus.

Days that count are numbered from 0, the start; those of pauses have no number. The weeks share the
numbered days out among themselves, so nothing here depends on hours or time zones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

from studylab.language import _
from studylab.problem import Refused

LONGEST = 52
"""Calendar weeks over which a syllabus may be spread."""


def lengths(weeks: int) -> range:
    """Over how many calendar weeks a syllabus of so many weeks may be spread."""
    return range(weeks, max(LONGEST, weeks) + 1)


class LengthError(Refused):
    """A number of calendar weeks that the plan can't be spread over."""


def read_length(text: str, weeks: int) -> int:
    """Over how many calendar weeks a syllabus of so many weeks is to be spread.

    Raises:
        LengthError: no number, or one that won't do.
    """
    allowed = lengths(weeks)
    if not text.strip().isdecimal() or len(text) > 9 or int(text) not in allowed:
        raise LengthError(
            _(
                "{text!r} won't do; {weeks} weeks of the syllabus take {least} to {most} weeks",
                text=text,
                weeks=weeks,
                least=allowed[0],
                most=allowed[-1],
            )
        )
    return int(text)


class Calendar:
    """The dates of `weeks` weeks of a syllabus over `length` calendar weeks from `start`."""

    def __init__(
        self,
        start: date,
        weeks: int,
        length: int | None = None,
        pauses: Iterable[tuple[date, date]] = (),
    ) -> None:
        self.start = start
        self.length = min(max(length or weeks, weeks), lengths(weeks)[-1])
        self.days = 7 * self.length
        self._begins = [number * self.days // weeks for number in range(weeks + 1)]
        self._pauses = _united(start, pauses)

    def paused(self, day: date) -> bool:
        """Whether a day does not count."""
        return any(first <= day <= last for first, last in self._pauses)

    def day(self, number: int) -> date:
        """The date of a numbered day; those beyond the plan have dates too."""
        found = self.start + timedelta(days=number)
        for first, last in self._pauses:
            if found < first:
                break
            found += last - first + timedelta(days=1)
        return found

    def number(self, day: date) -> int:
        """How many days count before `day`; negative before the start."""
        left_out = sum(
            (min(last, day - timedelta(days=1)) - first).days + 1
            for first, last in self._pauses
            if first < day
        )
        return (day - self.start).days - left_out

    def week(self, index: int) -> tuple[date, date]:
        """The first and the last day of a week, given its index from 0."""
        return self.day(self._begins[index]), self.day(self._begins[index + 1] - 1)

    def index(self, day: date) -> int | None:
        """The index of the week that a day belongs to; None before and after the plan.

        A day of a pause belongs to the week that goes on after it.
        """
        number = self.number(day)
        if not 0 <= number < self.days or day < self.start:
            return None
        return bisect_right(self._begins, number) - 1

    def span(self, index: int) -> tuple[int, int]:
        """The number of a week's first day, and that of the day after its last."""
        return self._begins[index], self._begins[index + 1]

    @property
    def last(self) -> date:
        """The last day of the plan."""
        return self.day(self.days - 1)


def _united(start: date, pauses: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The pauses from the start on, in order, those that touch or overlap as one."""
    united: list[tuple[date, date]] = []
    for first, last in sorted(pauses):
        first = max(first, start)
        if last < first:
            continue
        if united and first <= united[-1][1] + timedelta(days=1):
            united[-1] = united[-1][0], max(united[-1][1], last)
        else:
            united.append((first, last))
    return united
