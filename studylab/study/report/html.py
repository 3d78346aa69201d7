"""The weekly report as one HTML file that opens offline, with the curves as pictures in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from studylab.language import _, spoken
from studylab.plain import plain
from studylab.runs.wording import metric_value
from studylab.store.questions import Question
from studylab.study.report import words
from studylab.study.report.content import Curve, RunReport, WeekReport
from studylab.study.report.curve import Reference, svg
from studylab.workspace import Workspace

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
.figures { display: flex; flex-wrap: wrap; gap: 0 2rem; list-style: none; padding: 0; }
.quiet { opacity: .7; font-size: .9em; } .answer { margin-left: 1.2rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.curves { display: flex; flex-wrap: wrap; gap: 1rem; } .curve { max-width: 100%; height: auto; }
@media print { body { margin: 0; max-width: none; } .run { break-inside: avoid; } }
"""


def html(workspace: Workspace, report: WeekReport) -> str:
    """The report as a whole page without links to anything outside it."""
    title = words.heading(report)
    parts = [
        f"<h1>{_e(title)}</h1>",
        f'<ul class="figures">{_items(words.summary(report))}</ul>',
        *_listed(
            _("Done"), words.item_lines(workspace, report, (item for item, _at in report.done))
        ),
        *_listed(_("Left"), words.item_lines(workspace, report, report.left)),
        *_questions(workspace, _("Questions answered"), report.answered),
        *_questions(workspace, _("Questions open"), report.open),
        *_listed(
            _("Missed points"),
            (
                f"{point.text} — {point.remark}" if point.remark else point.text
                for point in report.missed
            ),
        ),
    ]
    if report.runs:
        parts.append(f"<h2>{_e(_('Runs and results'))}</h2>")
        parts += [_run(run) for run in report.runs]
        if report.more_runs:
            parts.append(f"<p>{_e(words.more_runs(report))}</p>")
    made = _("Made {day} by studylab.", day=words.day(report.made_at))
    parts.append(f'<p class="quiet">{_e(made)}</p>')
    language = "zh-CN" if spoken() == "zh" else "en"
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_e(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n"
        "</body>\n</html>\n"
    )


def _e(text: str) -> str:
    return escape(plain(text).strip())


def _items(lines: Iterable[str]) -> str:
    return "".join(f'<li class="text">{_e(line)}</li>' for line in lines)


def _listed(title: str, lines: Iterable[str]) -> list[str]:
    items = _items(lines)
    return [f"<h2>{_e(title)}</h2>", f"<ul>{items}</ul>"] if items else []


def _questions(workspace: Workspace, title: str, asked: Sequence[Question]) -> list[str]:
    if not asked:
        return []
    return [f"<h2>{_e(title)}</h2>", "<ul>", *(_question(workspace, q) for q in asked), "</ul>"]


def _question(workspace: Workspace, question: Question) -> str:
    about = words.where(workspace, question)
    parts = [f'<li><div class="text">{_e(question.text)}</div>']
    if about:
        parts.append(f'<div class="quiet">{_e(about)}</div>')
    for answer in question.answers:
        parts.append(f'<div class="answer text">{_e(answer.text)}</div>')
        if words.source(answer):
            parts.append(f'<div class="answer quiet">{_e(words.source(answer))}</div>')
    return "".join(parts) + "</li>"


def _run(run: RunReport) -> str:
    results = _items(words.result_line(each) for each in run.results)
    curves = "".join(_picture(curve, run) for curve in run.curves)
    return (
        f'<section class="run"><h3>{_e(words.run_title(run))}</h3>'
        f'<p class="quiet">{_e(words.changed(run))}</p>'
        f"<ul>{results}</ul>"
        f'<div class="curves">{curves}</div></section>'
    )


def _picture(curve: Curve, run: RunReport) -> str:
    return svg(curve.quantity, curve.lines, reference_of(curve, run))


def reference_of(curve: Curve, run: RunReport) -> Reference | None:
    """The value that a curve is to reach, if a result of its run has one."""
    for result in run.results:
        name = result.metric.rsplit("/", 1)[-1].lower()
        if name == curve.quantity.lower() and result.reference is not None:
            figure = metric_value(result.metric, result.reference, exact=True)
            return Reference(result.reference, _("reference {figure}", figure=figure))
    return None
