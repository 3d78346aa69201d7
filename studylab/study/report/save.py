"""The weekly report as a file."""

from __future__ import annotations

from pathlib import Path

from studylab import atomic, locations
from studylab.language import _
from studylab.problem import Problem
from studylab.study.report.content import WeekReport
from studylab.study.report.html import html
from studylab.study.report.markdown import markdown
from studylab.workspace import Workspace

FORMATS = {"md": markdown, "html": html}
"""What makes the report in a format, by the suffix of its file."""


class ReportError(Problem):
    """The report's file can't be written; the text says why."""


def default_file(report: WeekReport, format: str) -> Path:
    """Where the report of a week goes if nobody says where."""
    return locations.home() / "reports" / f"week-{report.week.number}.{format}"


def save(workspace: Workspace, report: WeekReport, path: Path, format: str) -> None:
    """Write the report to `path`, whole or not at all.

    Raises:
        ReportError: it can't be written; a file that was there is as it was.
    """
    text = FORMATS[format](workspace, report)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.replace(path, text.encode("utf-8"))
    except OSError as error:
        raise ReportError(
            _(
                "{path} can't be written ({reason}); choose another place, or free some space",
                path=path,
                reason=error.strerror or error,
            )
        ) from error
