"""How far a student is against the plan, and when the end will be reached.

Done work is laid along the planned weeks from their beginning ("earned schedule"): the day of the
plan that it reaches is held against today. Within a week the plan is a straight line.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studylab.language import _, n_
from studylab.store import plan as store_plan
from studylab.store import progress
from studylab.store.plan import Plan
from studylab.study.calendar import Calendar
from studylab.study.days import counted, local_date, short_day
from studylab.syllabus.model import Item, Kind, Syllabus, Week
from studylab.workspace import Workspace

MINUTES = {
    Kind.VIDEO: 12.0,
    Kind.READING: 45.0,
    Kind.HOMEWORK: 90.0,
    Kind.PAPER: 150.0,
    Kind.LAB: 60.0,
}
"""About what an item takes, where the syllabus does not say it."""

WINDOW = 14
"""Days whose pace a forecast goes by."""

ENOUGH = 3
"""Fewer days than these tell no pace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a student stands."""

    days: int = 0
    """Ahead of the plan, or behind it where negative."""
    items: int = 0
    """About how many are missing where it is behind."""
    begins: date | None = None
    """The start, where it is still to come."""
    done: bool = False
    """Nothing is left to do."""


def calendar_of(plan: Plan, syllabus: Syllabus) -> Calendar | None:
    """The dates of the weeks; None as long as no start is set."""
    if plan.start is None:
        return None
    pauses = [(pause.first, pause.last) for pause in plan.pauses]
    return Calendar(plan.start, len(syllabus.weeks), plan.weeks, pauses)


def minutes(item: Item) -> float:
    """About what an item takes."""
    return item.minutes or MINUTES[item.kind]


def owed(week: Week) -> Iterator[Item]:
    """What is to be done in a week: nothing optional, nothing that is still to come."""
    return (item for item in week.items if not (item.optional or item.planned))


def pace(calendar: Calendar, weeks: Sequence[Week], done: Collection[str], today: date) -> Pace:
    """How a student stands at a day, of which the work until its end may be done or not."""
    left = [item for week in weeks for item in owed(week) if item.id not in done]
    if not left:
        return Pace(done=True)
    if today < calendar.start:
        return Pace(begins=calendar.start)
    sizes = [sum(map(minutes, owed(week))) for week in weeks]
    earned = sum(sizes) - sum(map(minutes, left))
    reached = _reached(calendar, sizes, earned)
    due = calendar.number(today)
    if reached < due:
        missing = _planned(calendar, sizes, due) - earned
        days = _rounded(due - reached)
        return Pace(-days, _count(left, missing) if days else 0)
    tomorrow = due + (not calendar.paused(today))
    return Pace(_rounded(max(0.0, reached - tomorrow)))


def finish(plan: Plan, syllabus: Syllabus, done: Mapping[str, str], today: date) -> date | None:
    """When the end will be reached at the pace of the last 14 days; None where that tells nothing.

    `done` has the time of each tick. Days of pauses are left out before and after.
    """
    pauses = [(pause.first, pause.last) for pause in plan.pauses]
    ticked = {id: day for id, at in done.items() if (day := local_date(at)) and day <= today}
    items = [item for week in syllabus.weeks for item in owed(week)]
    left = sum(minutes(item) for item in items if item.id not in done)
    if not left or not ticked:
        return None
    begun = min(min(ticked.values()), plan.start or today)
    first = max(begun, today - timedelta(days=WINDOW - 1))
    calendar = Calendar(first, 1, pauses=pauses)
    days = calendar.number(today + timedelta(days=1))
    work = sum(minutes(item) for item in items if first <= ticked.get(item.id, date.min))
    if days < ENOUGH or not work:
        return None
    needed = math.ceil(left / (work / days))
    return calendar.day(days - 1 + needed) if needed < 366 * 20 else None


def pace_of(workspace: Workspace, today: date) -> tuple[Calendar, Pace] | None:
    """The plan's calendar and how the student stands; None as long as no start is set."""
    calendar = calendar_of(store_plan.read(workspace.db), workspace.syllabus)
    if calendar is None:
        return None
    done = progress.done_items(workspace.db)
    return calendar, pace(calendar, workspace.syllabus.weeks, done, today)


def in_words(pace: Pace, today: date) -> str:
    """`on plan`, `2 days ahead`, `3 days behind: about 9 items`."""
    if pace.done:
        return _("all done")
    if pace.begins is not None:
        return _(
            "starts on {day}, in {days}",
            day=short_day(pace.begins),
            days=counted((pace.begins - today).days),
        )
    if pace.days > 0:
        return n_("{count} day ahead", "{count} days ahead", pace.days)
    if pace.days < 0:
        behind = n_("{count} day behind", "{count} days behind", -pace.days)
        items = n_("about {count} item", "about {count} items", pace.items)
        return _("{behind}: {items}", behind=behind, items=items)
    return _("on plan")


def _reached(calendar: Calendar, sizes: Sequence[float], earned: float) -> float:
    """The day of the plan at which so much work is due."""
    for index, size in enumerate(sizes):
        first, end = calendar.span(index)
        if earned < size - 1e-6:
            return first + (end - first) * earned / size
        earned -= size
    return calendar.days


def _planned(calendar: Calendar, sizes: Sequence[float], number: int) -> float:
    """The work that is due before a day of the plan."""
    due = 0.0
    for index, size in enumerate(sizes):
        first, end = calendar.span(index)
        due += size * min(1.0, max(0.0, (number - first) / (end - first)))
    return due


def _count(left: Sequence[Item], missing: float) -> int:
    """How many of what is left make up for what is missing."""
    count = 0
    for item in left:
        if missing <= 1e-6:
            break
        missing -= minutes(item)
        count += 1
    return count


def _rounded(days: float) -> int:
    return math.floor(days + 0.5)
