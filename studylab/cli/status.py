"""The week at a glance: what is done, what comes next, what runs, what is not understood yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from studylab.cli.output import Cell, Row, line, painted, paragraph, table, write
from studylab.cli.session import opened
from studylab.language import _
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.store import question_list, sessions
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.study import days
from studylab.study.pace import Pace, in_words, pace_of
from studylab.syllabus.model import Item, Progress, Section, Week, progress
from studylab.workspace import Workspace

COMING = 5
"""How many items of those that come next are shown."""

KEYS = (
    "number",
    "title",
    "title_zh",
    "done",
    "total",
    "all_done",
    "all_total",
    "first_day",
    "last_day",
    "days_ahead",
    "seconds",
    "open_questions",
    "all_open_questions",
    "next",
    "parts",
    "notes",
    "running",
)


@dataclass(frozen=True, slots=True)
class Status:
    """What the week's page says."""

    week: Week
    here: Progress
    overall: Progress
    coming: tuple[Item, ...]
    parts: tuple[tuple[Section, Progress], ...]
    running: tuple[RunRow, ...]
    open_here: int
    open_overall: int
    seconds: float
    """Booked to the week."""
    dates: tuple[date, date] | None
    """Its first and its last day, if the plan has a start."""
    pace: Pace | None
    today: date


def status(workspace: Workspace, week: Week | None = None) -> Status:
    """How things stand in `week`, or in the one that the next item belongs to."""
    week = week or workspace.current_week()
    done = workspace.done()
    today = days.today()
    standing = pace_of(workspace, today)
    calendar = standing[0] if standing else None
    alive = [state.value for state in State if not state.ended]
    return Status(
        week=week,
        here=progress(week, done),
        overall=progress(workspace.syllabus, done),
        coming=tuple(
            item for item in week.items if not (item.id in done or item.optional or item.planned)
        ),
        parts=tuple((section, progress(section, done)) for section in week.sections),
        running=tuple(store.listing(workspace.db, states=alive)),
        open_here=question_list.count_open(workspace.db, week.number),
        open_overall=question_list.count_open(workspace.db),
        seconds=sessions.seconds_of_week(workspace.db, week.number),
        dates=calendar.week(workspace.syllabus.weeks.index(week)) if calendar else None,
        pace=standing[1] if standing else None,
        today=today,
    )


def print_week() -> int:
    """Print the current week, for those who can't be shown the app."""
    with opened(sync=True) as workspace:
        write_status(workspace, status(workspace))
    return 0


def write_status(workspace: Workspace, now: Status) -> None:
    """Print the page."""
    week, title = now.week, workspace.title
    last = workspace.syllabus.weeks[-1].number
    which = _("Week {number} of {last}", number=week.number, last=last)
    line(Cell(f"{which}  ", "dim"), Cell(title(week), "bold"))
    here, overall = how_much(now.here), how_much(now.overall)
    line(_("{here} this week, {overall} of the whole", here=here, overall=overall))
    _write_time(now)
    _write_next(workspace, now)
    if len(now.parts) > 1:
        _heading(_("Parts"))
        table([(title(p), _tally(much)) for p, much in now.parts], flexible=[0], indent=2)
    if week.notes:
        _heading(_("Notes"))
        for note in week.notes:
            text = note.text_zh if workspace.settings.chinese and note.text_zh else note.text
            paragraph(text, first=["  "], indent=2)
    if now.running:
        _heading(_("Running"))
        rows = [(run.id, _(run.state), steps(run), _wrong(run)) for run in now.running]
        table(rows, flexible=[3], indent=2)
    if now.open_overall:
        _heading(_("Open questions"))
        counts = _(
            "{here} of this week, {overall} in all", here=now.open_here, overall=now.open_overall
        )
        line("  ", counts)
        line("  ", Cell("studylab questions", "dim"))


def status_record(now: Status) -> dict[str, Any]:
    """The page for `--json`, with the keys of `KEYS`."""
    return {
        "number": now.week.number,
        "title": now.week.title,
        "title_zh": now.week.title_zh,
        "done": now.here.done,
        "total": now.here.total,
        "all_done": now.overall.done,
        "all_total": now.overall.total,
        "first_day": now.dates[0].isoformat() if now.dates else None,
        "last_day": now.dates[1].isoformat() if now.dates else None,
        "days_ahead": now.pace.days if now.pace else None,
        "seconds": now.seconds,
        "open_questions": now.open_here,
        "all_open_questions": now.open_overall,
        "next": [
            {key: getattr(item, key) for key in ("id", "kind", "title", "title_zh", "url")}
            for item in now.coming[:COMING]
        ],
        "parts": [
            {
                "title": part.title,
                "title_zh": part.title_zh,
                "done": much.done,
                "total": much.total,
            }
            for part, much in now.parts
        ],
        "notes": [{"text": note.text, "text_zh": note.text_zh} for note in now.week.notes],
        "running": [
            {key: getattr(run, key) for key in ("id", "lab", "state", "step", "steps")}
            for run in now.running
        ],
    }


def how_much(much: Progress) -> str:
    """`12 of 57 (21 %)`; only a whole that is whole says 100 %."""
    if not much.total:
        return _("to come")
    percent = int(much.share * 100)
    return _("{done} of {total} ({percent} %)", done=much.done, total=much.total, percent=percent)


def steps(run: RunRow) -> str:
    """How far a run has come: `step 120 of 600`."""
    if run.step is None:
        return ""
    if not run.steps:
        return _("step {step}", step=run.step)
    return _("step {step} of {steps}", step=run.step, steps=run.steps)


def _write_time(now: Status) -> None:
    parts = []
    if now.dates is not None:
        parts.append(Cell(days.days(*now.dates), "dim"))
    if now.pace is not None:
        tone = "yellow" if now.pace.days < 0 else "green"
        parts.append(Cell(in_words(now.pace, now.today), tone))
    if now.seconds:
        parts.append(Cell(days.span(now.seconds), "dim"))
    if parts:
        line(*(piece for part in parts for piece in (part, "  ")))


def _write_next(workspace: Workspace, now: Status) -> None:
    if not now.coming:
        line("")
        if workspace.next_item() is None:
            line(Cell(_("All done. "), "green"), _("`studylab syllabus` shows what was optional"))
        else:
            line(Cell(_("This week is done. "), "green"), _("`studylab week` shows the next one"))
        return
    first, *later = now.coming[:COMING]
    rows: list[Row] = [
        (Cell(first.id, "bold"), _(first.kind), Cell(workspace.title(first), "bold"))
    ]
    rows += [(item.id, _(item.kind), workspace.title(item)) for item in later]
    _heading(_("Next"))
    table(rows, flexible=[2], indent=2)
    # Uncut: half an address opens nothing.
    if first.url:
        opens = _("open  {address}", address=painted(one_line(first.url), "cyan"))
        write(f"  {opens}\n")
    ticks = _("tick  {command}", command=f"studylab done {one_line(first.id)}")
    write(f"  {painted(ticks, 'dim')}\n")


def _wrong(run: RunRow) -> Cell:
    """What goes wrong in a run, as far as a short look tells."""
    from studylab.cli.diagnose import first_finding

    return Cell(first_finding(Path(run.directory)), "yellow")


def _heading(text: str) -> None:
    line("")
    line(Cell(text, "bold"))


def _tally(much: Progress) -> Cell:
    if not much.total:
        return Cell(_("to come"))
    text = _("{done} of {total}", done=much.done, total=much.total)
    return Cell(text, "green" if much.done == much.total else "")
