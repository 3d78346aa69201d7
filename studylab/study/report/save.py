"""The weekly report as a file."""

from __future__ import annotations

import os
from pathlib import Path

from studylab import locations
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
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True) if beside.parent.is_dir() else None
        raise ReportError(
            _(
                "{path} can't be written ({reason}); choose another place, or free some space",
                path=path,
                reason=error.strerror or error,
            )
        ) from error
