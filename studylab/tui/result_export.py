"""Writing results and curves into files from a screen; where they went is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from studylab import locations
from studylab.language import _, n_
from studylab.problem import Problem
from studylab.store import runs as store
from studylab.study.export import curve_file, results_file
from studylab.study.export.one_file import write
from studylab.study.results import LabResults
from studylab.tui.dialogs.pick import PickDialog

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

_TITLES = {"csv": "CSV", "parquet": "Parquet", "markdown": "Markdown", "latex": "LaTeX"}


def export_results(
    app: StudylabApp, found: Sequence[LabResults], sort: str, runs: Sequence[str]
) -> None:
    """Ask for a format, and write the tables, or a curve of some runs."""
    options = [(name, title, _("the tables")) for name, title in _TITLES.items()]
    if runs:
        of_runs = n_("a curve of {count} run", "a curve of {count} runs", len(runs))
        options += [(suffix, suffix[1:].upper(), of_runs) for suffix in curve_file.FORMATS]

    def chosen(format: str | None) -> None:
        if format in results_file.FORMATS:
            path = _path("results", results_file.SUFFIXES[format])
            _write(app, path, lambda: results_file.FORMATS[format](list(found), sort))
        elif format is not None:
            export_curve(app, runs, format)

    app.push_screen(PickDialog(_("Export as"), options), chosen)


def export_curve(app: StudylabApp, runs: Sequence[str], suffix: str) -> None:
    """Ask for a metric of some runs, and write its curve."""
    db = app.workspace.db
    names = sorted({row.name for run in runs for row in store.last_values(db, run)})

    def chosen(metric: str | None) -> None:
        if metric is None:
            return
        draw = curve_file.FORMATS[suffix]
        _write(
            app,
            _path("curve", suffix),
            lambda: draw(metric, curve_file.lines_of(db, runs, metric)),
        )

    empty = _("These runs logged no metric.")
    app.push_screen(
        PickDialog(_("Which metric?"), [(name, name, "") for name in names], empty=empty), chosen
    )


def _path(what: str, suffix: str) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    return locations.home() / "exports" / f"{what}-{stamp}{suffix}"


def _write(app: StudylabApp, path: Path, make: Callable[[], bytes]) -> None:
    try:
        write(path, make())
    except Problem as problem:
        app.problem(problem)
    else:
        app.notify(str(path), title=_("Written"), timeout=12, markup=False)
