"""`studylab export`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab import locations
from studylab.cli import output
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import complain
from studylab.cli.session import opened
from studylab.language import _
from studylab.study.export.everything import gather
from studylab.study.export.json_file import lines
from studylab.study.export.save import ALL, FORMATS, default_path, save
from studylab.workspace import Workspace


@click.command()
@click.option(
    "--format",
    "format",
    type=click.Choice([*FORMATS, ALL]),
    help="json (the default), markdown, csv, anki, or all of them.",
)
@click.option(
    "-o",
    "--output",
    "path",
    metavar="PATH",
    help="Where to; - prints the JSON. Otherwise it goes into the data folder.",
)
def export(format: str | None, path: str | None) -> None:
    """Write down everything that you did and wrote, to keep or to take elsewhere.

    Items done, papers, questions with answers, missed points, reviews, sessions, the plan, notes;
    runs and results to read. JSON is one file, which `studylab import` takes back. Markdown and CSV
    are folders. Anki is a deck of answered questions and missed points.
    """
    chosen = format or _of_suffix(path)
    if path == "-" and chosen != "json":
        raise UsageProblem(_("only json can be printed; name a place with -o"))
    with opened(sync=True) as workspace:
        if path == "-":
            _print(workspace)
            return
        target = Path(path).expanduser() if path else default_path(chosen)
        saved = save(workspace, chosen, target)
    for complaint in saved.complaints:
        complain(complaint)
    output.line(_("exported: {path}", path=saved.path))


def _print(workspace: Workspace) -> None:
    everything = gather(workspace.db, locations.notes())
    for complaint in everything.complaints:
        complain(complaint)
    for line in lines(everything):
        output.write(line)


def _of_suffix(path: str | None) -> str:
    suffix = Path(path or "").suffix.lower()
    return {".apkg": "anki"}.get(suffix, "json")
