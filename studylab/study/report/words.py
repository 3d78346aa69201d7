"""The lines that the report has in every format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.runs.wording import duration, setting_value, verdict
from studylab.store.questions import Answer, Question
from studylab.store.runs import ResultRow
from studylab.study.days import local_date, span
from studylab.study.report.content import RunReport, WeekReport
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item
from studylab.workspace import Workspace


def day(moment: str) -> str:
    """The local day of a time of the database; what is no time is shown as it is."""
    found = local_date(moment)
    return found.isoformat() if found else one_line(moment, 20)


def heading(report: WeekReport) -> str:
    """The report's title."""
    return _("Week {number}: {title}", number=report.week.number, title=one_line(report.title))


def summary(report: WeekReport) -> list[str]:
    """The week in a few figures, a line each."""
    share, booked = report.share, report.seconds
    lines = [_("Done: {done} of {total}", done=share.done, total=share.total)]
    if booked:
        lines.append(_("Time: {time}", time=span(booked)))
    lines.append(
        _(
            "Questions: {asked} asked, {answered} answered, {open} open",
            asked=report.asked,
            answered=len(report.answered),
            open=len(report.open),
        )
    )
    lines.append(_("Missed points: {count}", count=len(report.missed)))
    lines.append(_("Runs: {count}", count=len(report.runs) + report.more_runs))
    return lines


def item_line(workspace: Workspace, item: Item) -> str:
    """An item's number and title."""
    number = f"P{item.episode} " if item.episode is not None else ""
    return one_line(f"{number}{workspace.title(item)}")


def item_lines(workspace: Workspace, report: WeekReport, items: Iterable[Item]) -> list[str]:
    """Items a line each, but the videos of a section together: `P108-P118 Foundations`."""
    wanted = {item.id for item in items}
    lines = []
    for section in report.week.sections:
        here = [item for item in section.items if item.id in wanted]
        videos = [item for item in here if item.episode is not None]
        episodes = [item.episode for item in videos if item.episode is not None]
        if len(videos) > 1:
            title = one_line(workspace.title(section))
            lines.append(f"{format_episodes(episodes)} {title}".strip())
        else:
            lines += [item_line(workspace, item) for item in videos]
        lines += [item_line(workspace, item) for item in here if item not in videos]
    return lines


def where(workspace: Workspace, question: Question) -> str:
    """What a question is about, beside its week."""
    paper = workspace.papers.get(question.paper)
    item = next((each for each in workspace.syllabus.items if each.id == question.item), None)
    parts = [paper.short if paper else question.paper]
    if item is not None and (paper is None or item.ref != paper.id):
        parts.append(item_line(workspace, item))
    parts.append(question.place)
    if question.run:
        step = question.step
        parts.append(
            _("run {id}", id=question.run)
            if step is None
            else _("run {id}, step {step}", id=question.run, step=step)
        )
    return one_line(" · ".join(part for part in parts if part))


def source(answer: Answer) -> str:
    """Where an answer comes from: `video: P32 12:40`; empty if that was not said."""
    kind = _(answer.source_kind) if answer.source_kind else ""
    return one_line(": ".join(part for part in (kind, answer.source) if part))


def run_title(run: RunReport) -> str:
    """A run's lab, its state and how long it took."""
    title = run.title or run.run.lab or " ".join(run.run.command)
    taken = _taken(run)
    parts = [one_line(title, 80), run.run.id, _(run.run.state), taken]
    return " · ".join(part for part in parts if part)


def changed(run: RunReport) -> str:
    """The hyper-parameters that differ from the defaults."""
    if not run.changed:
        return _("default settings")
    return ", ".join(f"{name}={setting_value(value)}" for name, value in run.changed.items())


def result_line(result: ResultRow) -> str:
    """A result beside its reference."""
    return _(
        "{metric} on {split} ({data}): {verdict}",
        metric=one_line(result.metric, 40),
        split=one_line(result.split, 40),
        data=one_line(result.data, 60),
        verdict=verdict(result),
    )


def more_runs(report: WeekReport) -> str:
    """How many runs are not shown."""
    return n_("{count} older run", "{count} older runs", report.more_runs)


def _taken(run: RunReport) -> str:
    try:
        start = datetime.fromisoformat(run.run.started_at or "")
        end = datetime.fromisoformat(run.run.ended_at or "")
    except ValueError:
        return ""
    return duration((end - start).total_seconds())
