"""The weekly report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studylab.language import _
from studylab.plain import plain
from studylab.store.questions import Question
from studylab.study.report import words
from studylab.study.report.content import RunReport, WeekReport
from studylab.workspace import Workspace

# What may begin or be a piece of markup. A student's words are words, in every renderer.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def markdown(workspace: Workspace, report: WeekReport) -> str:
    """The report; without the curves, which `html` has."""
    parts = [f"# {quoted(words.heading(report))}", _bullets(words.summary(report))]
    lines = words.item_lines(workspace, report, (item for item, _at in report.done))
    parts += _section(_("Done"), [_bullets(map(quoted, lines))] if lines else [])
    lines = words.item_lines(workspace, report, report.left)
    parts += _section(_("Left"), [_bullets(map(quoted, lines))] if lines else [])
    parts += _section(
        _("Questions answered"), [_question(workspace, each) for each in report.answered]
    )
    parts += _section(_("Questions open"), [_question(workspace, each) for each in report.open])
    points = [
        f"{quoted(point.text)}" + (f" — {quoted(point.remark)}" if point.remark else "")
        for point in report.missed
    ]
    parts += _section(_("Missed points"), [_bullets(points)] if points else [])
    runs = [_run(run) for run in report.runs]
    if report.more_runs:
        runs.append(words.more_runs(report))
    parts += _section(_("Runs and results"), runs)
    made = _("Made {day} by studylab.", day=words.day(report.made_at))
    return "\n\n".join([*parts, f"*{made}*"]) + "\n"


def quoted(text: str) -> str:
    """A text of the student's on one or more lines, none of which is markup."""
    text = _SPECIAL.sub(r"\\\1", plain(text).strip())
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}", text)


def _section(title: str, parts: Sequence[str]) -> list[str]:
    return [f"## {title}", *parts] if parts else []


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_indented(line)}" for line in lines)


def _question(workspace: Workspace, question: Question) -> str:
    about = words.where(workspace, question)
    lines = [f"- {_indented(quoted(question.text))}"]
    if about:
        lines.append(f"  *{quoted(about)}*")
    for answer in question.answers:
        came_from = words.source(answer)
        lines.append(f"  - {_indented(quoted(answer.text), 4)}")
        if came_from:
            lines.append(f"    *{quoted(came_from)}*")
    return "\n".join(lines)


def _run(run: RunReport) -> str:
    results = "\n".join(f"- **{quoted(words.result_line(each))}**" for each in run.results)
    lines = [f"### {quoted(words.run_title(run))}", quoted(words.changed(run)), results]
    return "\n\n".join(line for line in lines if line)


def _indented(text: str, by: int = 2) -> str:
    return text.replace("\n", "\n" + " " * by)
