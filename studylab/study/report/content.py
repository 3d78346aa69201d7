"""What a week's report says, gathered from the database and the syllabus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studylab.labspec import Setting
from studylab.metrics.groups import group_metrics
from studylab.metrics.series import Series
from studylab.runs.wording import changed_settings
from studylab.store import missed, progress, question_list, sessions
from studylab.store import runs as stored_runs
from studylab.store.database import now
from studylab.store.missed import MissedPoint
from studylab.store.overview import results_of
from studylab.store.questions import Question
from studylab.store.runs import ResultRow, RunRow
from studylab.syllabus.model import Item, Progress, Week
from studylab.syllabus.model import progress as progress_of
from studylab.workspace import Workspace

MOST_RUNS = 20
"""Runs of a week that are reported, the newest; the others are counted."""

CURVES = 2
"""Charts of a run: its loss, and what it is held against."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One chart: what it shows, and a line for each split."""

    quantity: str
    lines: Mapping[str, Series]


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run with its results and its main curves."""

    run: RunRow
    title: str
    changed: Mapping[str, Any]
    """The hyper-parameters that differ from the lab's defaults."""
    results: tuple[ResultRow, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class WeekReport:
    """A week: everything in the order in which it happened, the newest last."""

    week: Week
    title: str
    made_at: str
    share: Progress
    done: tuple[tuple[Item, str], ...]
    left: tuple[Item, ...]
    seconds: float
    """Booked to the week in study sessions."""
    answered: tuple[Question, ...]
    open: tuple[Question, ...]
    missed: tuple[MissedPoint, ...]
    runs: tuple[RunReport, ...]
    more_runs: int

    @property
    def asked(self) -> int:
        """How many questions there are about the week."""
        return len(self.answered) + len(self.open)


def report_on(workspace: Workspace, number: int) -> WeekReport:
    """The report on a week of the syllabus.

    Raises:
        KeyError: the syllabus has no such week.
        StoreError: the database can't be read.
    """
    db, week = workspace.db, workspace.syllabus.week(number)
    times = progress.done_items(db)
    asked = question_list.listing(db, week=number, sort="oldest", limit=100_000)
    rows = _runs_of(workspace, week)
    shown = sorted(rows[:MOST_RUNS], key=lambda run: run.created_at)
    results = results_of(db, [run.id for run in shown])
    return WeekReport(
        week=week,
        title=workspace.title(week),
        made_at=now(),
        share=progress_of(week, times),
        done=tuple(
            sorted(
                ((item, times[item.id]) for item in week.items if item.id in times),
                key=lambda pair: pair[1],
            )
        ),
        left=tuple(
            item for item in week.items if not (item.id in times or item.optional or item.planned)
        ),
        seconds=sessions.seconds_of_week(db, number),
        answered=tuple(question for question in asked if not question.open),
        open=tuple(question for question in asked if question.open),
        missed=tuple(reversed(missed.missed_points(db, week=number))),
        runs=tuple(_run_report(workspace, run, results.get(run.id, [])) for run in shown),
        more_runs=max(0, len(rows) - MOST_RUNS),
    )


def _runs_of(workspace: Workspace, week: Week) -> list[RunRow]:
    labs = {item.ref for item in week.items if item.ref}
    found = [
        run
        for lab in sorted(labs)
        for run in stored_runs.listing(workspace.db, lab=lab, limit=10_000)
    ]
    return sorted(found, key=lambda run: run.created_at, reverse=True)


def _run_report(workspace: Workspace, run: RunRow, results: Iterable[ResultRow]) -> RunReport:
    entry = next((each for each in workspace.labs if each.id == run.lab), None)
    declared: tuple[Setting, ...] = entry.settings if entry is not None else ()
    title = workspace.title(entry.declared) if entry is not None else ""
    results = tuple(results)
    return RunReport(
        run=run,
        title=title,
        changed=changed_settings(dict(run.settings), declared),
        results=results,
        curves=_curves(workspace, run.id, results),
    )


def _curves(workspace: Workspace, run: str, results: tuple[ResultRow, ...]) -> tuple[Curve, ...]:
    """The loss, and the quantities of the results."""
    names = [row.name for row in stored_runs.last_values(workspace.db, run)]
    wanted = ["loss", *(result.metric.rsplit("/", 1)[-1] for result in results)]
    groups = {group.quantity.lower(): group for group in group_metrics(names)}
    chosen = [groups[name] for name in dict.fromkeys(map(str.lower, wanted)) if name in groups]
    curves = []
    for group in chosen[:CURVES]:
        lines = {line: _series(workspace, run, name) for line, name in group.lines.items()}
        curves.append(Curve(group.quantity, lines))
    return tuple(curves)


def _series(workspace: Workspace, run: str, name: str) -> Series:
    rows = stored_runs.metrics(workspace.db, run, name)
    series = Series()
    series.extend(
        [row.step for row in rows], [row.value for row in rows], [row.time for row in rows]
    )
    return series
