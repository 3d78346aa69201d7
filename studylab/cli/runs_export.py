"""`studylab runs export` and `studylab runs plot`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab.cli import complete, output
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.session import opened
from studylab.language import _, listed
from studylab.store import runs as store
from studylab.study.export import curve_file, scalars_file
from studylab.study.export.one_file import write
from studylab.workspace import Workspace


@click.command("export")
@click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete.runs)
@click.option(
    "--format",
    "format",
    type=click.Choice(list(scalars_file.FORMATS)),
    help="csv or parquet; if not given, what the file's name ends in, else csv.",
)
@click.option("-o", "--output", "path", metavar="FILE", help="Where to; without it CSV is printed.")
def export_runs(ids: tuple[str, ...], format: str | None, path: str | None) -> None:
    """Write the scalars of runs into one table: run, name, step, time, value."""
    chosen = format or Path(path or "").suffix.lower().lstrip(".")
    if chosen not in scalars_file.FORMATS:
        chosen = "csv"
    if path is None and chosen != "csv":
        raise UsageProblem(_("only csv can be printed; name a file with -o"))
    with opened(sync=True) as workspace:
        data = scalars_file.FORMATS[chosen](workspace.db, _runs(workspace, ids))
    if path is None:
        output.write(data.decode("utf-8-sig").replace("\r\n", "\n"))
    else:
        _save(Path(path), data)


@click.command("plot")
@click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete.runs)
@click.option("--metric", required=True, metavar="NAME", help="Which metric.")
@click.option("-o", "--output", "path", required=True, metavar="FILE", help="A .svg or a .png.")
def plot(ids: tuple[str, ...], metric: str, path: str) -> None:
    """Draw one metric of some runs, a line for each, into a picture."""
    draw = curve_file.FORMATS.get(Path(path).suffix.lower())
    if draw is None:
        raise UsageProblem(_("{path}: a picture's name ends in .svg or .png", path=path))
    with opened(sync=True) as workspace:
        runs = _runs(workspace, ids)
        lines = curve_file.lines_of(workspace.db, runs, metric)
    _save(Path(path), draw(metric, lines))
    without = [run for run in runs if run not in lines]
    if without:
        remark(_("{runs} did not log it", runs=listed(without)))


def _runs(workspace: Workspace, ids: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(store.get(workspace.db, id).id for id in ids))


def _save(path: Path, data: bytes) -> None:
    path = path.expanduser()
    write(path, data)
    output.line(_("exported: {path}", path=path))
