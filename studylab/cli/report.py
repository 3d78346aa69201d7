"""`studylab report`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab.cli import output
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.names import find_week
from studylab.cli.session import opened
from studylab.language import _
from studylab.study.report.content import report_on
from studylab.study.report.save import FORMATS, save


@click.command()
@click.option("--week", type=int, metavar="N", help="Of week N instead of the one you are in.")
@click.option(
    "--format", "format", type=click.Choice(list(FORMATS)), help="Markdown, or one HTML file."
)
@click.option(
    "-o",
    "--output",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it there; its suffix tells the format.",
)
def report(week: int | None, format: str | None, path: Path | None) -> None:
    """What you did in a week, to send to your advisor.

    Done and left, hours, questions with answers, missed points, runs against their references.
    The HTML file opens offline and has the loss curves as pictures.
    """
    chosen = format or _of_suffix(path)
    with opened(sync=True) as workspace:
        found = find_week(workspace, week) if week is not None else workspace.current_week()
        made = report_on(workspace, found.number)
        if path is None:
            output.write(FORMATS[chosen](workspace, made))
            return
        save(workspace, made, path, chosen)
    output.line(_("week {number}: {path}", number=found.number, path=path))


def _of_suffix(path: Path | None) -> str:
    suffix = path.suffix.lstrip(".").lower() if path is not None else "md"
    known = {"markdown": "md", "htm": "html"}.get(suffix, suffix)
    if known not in FORMATS:
        raise UsageProblem(_("{path} is neither .md nor .html; say which with --format", path=path))
    return known
