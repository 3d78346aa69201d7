"""The week at a glance: what is done, what comes next, what runs, what is not understood yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studylab.cli.output import Cell, Row, line, painted, paragraph, table, write
from studylab.cli.session import opened
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.store import question_list
from studylab.store import runs as store
from studylab.store.runs import RunRow
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


def status(workspace: Workspace, week: Week | None = None) -> Status:
    """How things stand in `week`, or in the one that the next item belongs to."""
    week = week or workspace.current_week()
    done = workspace.done()
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
    line(Cell(f"Week {week.number} of {last}  ", "dim"), Cell(title(week), "bold"))
    line(f"{how_much(now.here)} this week, {how_much(now.overall)} of the whole")
    _write_next(workspace, now)
    if len(now.parts) > 1:
        _heading("Parts")
        table([(title(p), _tally(much)) for p, much in now.parts], flexible=[0], indent=2)
    if week.notes:
        _heading("Notes")
        for note in week.notes:
            text = note.text_zh if workspace.settings.chinese and note.text_zh else note.text
            paragraph(text, first=["  "], indent=2)
    if now.running:
        _heading("Running")
        table([(run.id, run.state, steps(run)) for run in now.running], indent=2)
    if now.open_overall:
        _heading("Open questions")
        line(f"  {now.open_here} of this week, {now.open_overall} in all")
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
        return "to come"
    percent = int(much.share * 100)
    return f"{much.done} of {much.total} ({percent} %)"


def steps(run: RunRow) -> str:
    """How far a run has come: `step 120 of 600`."""
    if run.step is None:
        return ""
    return f"step {run.step} of {run.steps}" if run.steps else f"step {run.step}"


def _write_next(workspace: Workspace, now: Status) -> None:
    if not now.coming:
        line("")
        if workspace.next_item() is None:
            line(Cell("All done. ", "green"), "`studylab syllabus` shows what was optional")
        else:
            line(Cell("This week is done. ", "green"), "`studylab week` shows the next one")
        return
    first, *later = now.coming[:COMING]
    rows: list[Row] = [(Cell(first.id, "bold"), first.kind, Cell(workspace.title(first), "bold"))]
    rows += [(item.id, item.kind, workspace.title(item)) for item in later]
    _heading("Next")
    table(rows, flexible=[2], indent=2)
    if first.url:
        # Uncut: half an address opens nothing.
        write(f"  open  {painted(one_line(first.url), 'cyan')}\n")
    line(Cell(f"  tick  studylab done {first.id}", "dim"))


def _heading(text: str) -> None:
    line("")
    line(Cell(text, "bold"))


def _tally(much: Progress) -> Cell:
    text = f"{much.done} of {much.total}" if much.total else "to come"
    return Cell(text, "green" if much.total and much.done == much.total else "")
