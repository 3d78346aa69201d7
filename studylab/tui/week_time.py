"""What the Week screen says of time: dates, pace, hours, days in a row, and the session."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from textual.content import Content

from studylab.language import _, n_
from studylab.runs.wording import duration
from studylab.store import plan as store_plan
from studylab.store import sessions
from studylab.store.activity import Day, activity
from studylab.store.sessions import Session
from studylab.study import days, pace, session_words
from studylab.study.calendar import Calendar
from studylab.study.pace import Pace
from studylab.study.streak import streak
from studylab.syllabus.model import Week
from studylab.tui import ages
from studylab.tui.time_line import Part
from studylab.tui.tones import BUSY, GOOD, QUIET, WARN
from studylab.workspace import Workspace

MINUTE = 60

LOOKED_BACK = timedelta(days=370)
"""How far back activity is counted: no streak needs more, nor does the map."""


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """What is known, now."""

    today: date
    calendar: Calendar | None
    dates: tuple[date, date] | None
    pace: Pace | None
    seconds: float
    session: Session | None
    subject: str
    activity: Mapping[date, Day]
    streak: int


def read_time(workspace: Workspace, week: Week, done: Collection[str]) -> TimeFacts:
    """The facts about a week, now."""
    today = days.today(ages.present())
    calendar = pace.calendar_of(store_plan.read(workspace.db), workspace.syllabus)
    weeks = workspace.syllabus.weeks
    opened = sessions.open_sessions(workspace.db)
    session = opened[0] if opened else None
    done_on = activity(workspace.db, today - LOOKED_BACK, today, ages.present().isoformat())
    return TimeFacts(
        today,
        calendar,
        calendar.week(weeks.index(week)) if calendar else None,
        pace.pace(calendar, weeks, done, today) if calendar else None,
        sessions.seconds_of_week(workspace.db, week.number),
        session,
        session_words.short_subject(workspace, session) if session else "",
        done_on,
        streak(done_on, today, calendar.paused if calendar else None),
    )


def parts(facts: TimeFacts) -> list[Part]:
    """What the line says, in order."""
    found: list[Part] = []
    calendar, stands = facts.calendar, facts.pace
    if facts.dates is not None:
        found.append((1, Content.styled(days.days(*facts.dates), QUIET)))
    if stands is not None:
        tone = WARN if stands.days < 0 else GOOD if stands.days > 0 or stands.done else ""
        found.append((0, Content.styled(pace.in_words(stands, facts.today), tone)))
    if calendar is not None and calendar.paused(facts.today):
        found.append((2, Content.styled(_("pause"), QUIET)))
    if facts.seconds >= MINUTE:
        found.append((3, Content.styled(days.span(facts.seconds), QUIET)))
    if facts.streak:
        row = n_("{count} day in a row", "{count} days in a row", facts.streak)
        found.append((4, Content.styled(row, QUIET)))
    if calendar is None:
        hint = _("p sets a start date, and each week gets its dates")
        found.append((5, Content.styled(hint, QUIET)))
    return found


def clock(facts: TimeFacts) -> Content:
    """The open session with its clock."""
    session = facts.session
    if session is None:
        return Content("")
    passed = duration(session.seconds_at(ages.present().isoformat()))
    sign = "▸" if session.running else _("paused")
    tone = BUSY if session.running else QUIET
    subject = Content(facts.subject).truncate(24, ellipsis=True)
    return Content.assemble((f"{sign} {passed}", tone), (f" {subject.plain}", QUIET))
