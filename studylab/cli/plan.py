"""`studylab plan`: the dates of the weeks, pauses, and how the student stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import click

from studylab.cli.as_json import write_json
from studylab.cli.heat_map import write_heat_map
from studylab.cli.json_command import JsonGroup
from studylab.cli.options import json_option
from studylab.cli.output import Cell, Row, line, table
from studylab.cli.session import opened
from studylab.language import N_, _, n_
from studylab.store import plan as store
from studylab.store import progress, sessions
from studylab.store.activity import activity
from studylab.store.database import now
from studylab.store.plan import Plan
from studylab.study import days, pace
from studylab.study.calendar import Calendar, read_length
from studylab.study.pace import Pace
from studylab.study.streak import streak
from studylab.syllabus.model import progress as progress_of
from studylab.workspace import Workspace

LOOKED_BACK = timedelta(days=370)

KEYS = (
    "start",
    "last",
    "length",
    "days_ahead",
    "items_behind",
    "finish",
    "weeks",
    "pauses",
)


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("the object"))
@json_option
@click.pass_context
def plan(context: click.Context, as_json: bool) -> None:
    """The dates of the weeks, pauses, and whether you are on plan.

    A DAY is 2026-11-24, today, yesterday, tomorrow or +3d.
    """
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        if as_json:
            write_json(_record(_read(workspace)))
        else:
            _write(_read(workspace))


@plan.command("start")
@click.argument("day", metavar="DAY|none")
def start(day: str) -> None:
    """Let the plan begin on DAY; `none` takes the dates away."""
    with opened() as workspace:
        store.set_start(workspace.db, None if day == "none" else days.read_day(day, days.today()))
        _write_ends(_read(workspace))


@plan.command("stretch")
@click.argument("weeks", metavar="WEEKS")
def stretch(weeks: str) -> None:
    """Spread the plan over WEEKS calendar weeks."""
    with opened() as workspace:
        length = read_length(weeks, len(workspace.syllabus.weeks))
        store.set_weeks(workspace.db, length)
        line(n_("{count} calendar week", "{count} calendar weeks", length))
        _write_ends(_read(workspace))


@plan.command("pause")
@click.argument("first", metavar="DAY")
@click.argument("last", metavar="[DAY]", required=False)
@click.option("--why", default="", metavar="TEXT", help="What for.")
def pause(first: str, last: str | None, why: str) -> None:
    """Leave out the days from the first DAY to the second; what follows moves on."""
    with opened() as workspace:
        begins = days.read_day(first, days.today())
        ends = days.read_day(last, days.today()) if last else begins
        id = store.add_pause(workspace.db, begins, ends, why)
        line(_("pause {id}: {first} to {last}", id=id, first=begins, last=ends))
        _write_ends(_read(workspace))


@plan.command("edit")
@click.argument("id", type=int, metavar="ID")
@click.option("--from", "first", metavar="DAY", help="The first day.")
@click.option("--to", "last", metavar="DAY", help="The last day.")
@click.option("--why", metavar="TEXT", help="What for.")
def edit(id: int, first: str | None, last: str | None, why: str | None) -> None:
    """Change pause ID."""
    with opened() as workspace:
        old = store.get_pause(workspace.db, id)
        begins = days.read_day(first, days.today()) if first else old.first
        ends = days.read_day(last, days.today()) if last else old.last
        store.change_pause(workspace.db, id, begins, ends, old.why if why is None else why)
        line(_("pause {id}: {first} to {last}", id=id, first=begins, last=ends))
        _write_ends(_read(workspace))


@plan.command("resume")
@click.argument("id", type=int, metavar="ID")
def resume(id: int) -> None:
    """Remove pause ID: its days count again."""
    with opened() as workspace:
        store.remove_pause(workspace.db, id)
        line(_("pause {id} is removed", id=id))
        _write_ends(_read(workspace))


@plan.command("calendar")
def calendar() -> None:
    """A heat map of what you did on each day, and how many days in a row."""
    with opened() as workspace:
        here, at = days.today(), now()
        done = activity(workspace.db, here - LOOKED_BACK, here, at)
        dates = _read(workspace).calendar
    write_heat_map(done, here)
    count = streak(done, here, dates.paused if dates else None)
    line(n_("{count} day in a row", "{count} days in a row", count))


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan, and how the student stands."""

    workspace: Workspace
    plan: Plan
    calendar: Calendar | None
    pace: Pace | None
    finish: date | None
    here: date


def _read(workspace: Workspace) -> Standing:
    found, here = store.read(workspace.db), days.today()
    dates = pace.calendar_of(found, workspace.syllabus)
    done = progress.done_items(workspace.db)
    stands = pace.pace(dates, workspace.syllabus.weeks, done, here) if dates else None
    finish = pace.finish(found, workspace.syllabus, done, here)
    return Standing(workspace, found, dates, stands, finish, here)


def _record(standing: Standing) -> dict[str, Any]:
    dates, stands = standing.calendar, standing.pace
    weeks = standing.workspace.syllabus.weeks
    booked = sessions.seconds_by_week(standing.workspace.db)
    spans = [dates.week(index) if dates else (None, None) for index in range(len(weeks))]
    return {
        "start": _text(standing.plan.start),
        "last": _text(dates.last if dates else None),
        "length": dates.length if dates else standing.plan.weeks or len(weeks),
        "days_ahead": stands.days if stands else None,
        "items_behind": stands.items if stands else None,
        "finish": _text(standing.finish),
        "weeks": [
            {
                "number": week.number,
                "first_day": _text(first),
                "last_day": _text(last),
                "seconds": booked.get(week.number, 0.0),
            }
            for week, (first, last) in zip(weeks, spans, strict=True)
        ],
        "pauses": [
            {
                "id": each.id,
                "first_day": _text(each.first),
                "last_day": _text(each.last),
                "why": each.why,
            }
            for each in standing.plan.pauses
        ],
    }


def _write(standing: Standing) -> None:
    dates = standing.calendar
    if dates is None or standing.pace is None:
        line(_("no start date; `studylab plan start today` gives the weeks their dates"))
    else:
        length = n_("{count} week", "{count} weeks", dates.length)
        line(_("{first} to {last}", first=dates.start, last=dates.last), "  ", Cell(length, "dim"))
        tone = "yellow" if standing.pace.days < 0 else "green"
        line(Cell(pace.in_words(standing.pace, standing.here), tone))
    if standing.finish is not None:
        forecast = _("At the pace of the last 14 days you finish on {day}", day=standing.finish)
        line(Cell(forecast, "dim"))
    line("")
    table(_week_rows(standing), flexible=[2])
    if standing.plan.pauses:
        line("")
        table(
            [
                (str(p.id), f"{p.first}", f"{p.last}", days.counted(p.days), p.why)
                for p in standing.plan.pauses
            ],
            (_("pause"), _("first day"), _("last day"), _("days"), _("why")),
            flexible=[4],
        )


def _week_rows(standing: Standing) -> Iterator[Row]:
    workspace, dates = standing.workspace, standing.calendar
    done = workspace.done()
    booked = sessions.seconds_by_week(workspace.db)
    at_hand = dates.index(standing.here) if dates else None
    for index, week in enumerate(workspace.syllabus.weeks):
        part = progress_of(week, done)
        span = " – ".join(map(str, dates.week(index))) if dates else ""
        seconds = booked.get(week.number, 0.0)
        yield (
            Cell(_("Week {number}", number=week.number), "bold" if index == at_hand else ""),
            Cell(span, "dim"),
            workspace.title(week),
            f"{part.done}/{part.total}",
            days.span(seconds) if seconds else "",
        )


def _write_ends(standing: Standing) -> None:
    if standing.calendar is None:
        line(_("The weeks have no dates."))
        return
    number = standing.workspace.syllabus.weeks[-1].number
    line(_("Week {number} ends on {day}.", number=number, day=standing.calendar.last))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
