"""`studylab artifacts`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from studylab import atomic
from studylab.cli import complete, output
from studylab.cli.as_json import write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.output import Cell
from studylab.cli.session import run_directory
from studylab.language import N_, _
from studylab.plain import plain
from studylab.problem import Unusable
from studylab.runs.artifacts import Artifact, Artifacts, Table
from studylab.tui.artifact_text import csv_of, text_of

KEYS = ("name", "step", "kind", "time", "text", "columns", "rows", "path")


class NotSaved(Unusable):
    """A file that can't be written."""


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each sample, table, picture and warning"))
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@click.argument("name", required=False)
@click.option("--step", type=int, metavar="N", help="Of step N instead of the newest.")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE",
              help="Write it there: a text, a picture, a table as CSV.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def artifacts(
    id: str, name: str | None, step: int | None, save: Path | None, as_json: bool
) -> None:
    """What a run has logged beside its figures: samples of text, tables, pictures, warnings.

    ID may be short, or `last`. With a NAME it is shown; of a picture, where its file is.
    """
    run = run_directory(id)
    found = Artifacts(run)
    found.read()
    if name is None:
        if step is not None or save is not None:
            raise UsageProblem(_("say which one: `studylab artifacts {run} NAME`", run=run.id))
        _list(found, as_json)
        return
    artifact = found.find(name, step)
    if save is not None:
        _save(found, artifact, save)
    elif as_json:
        write_json(_record(artifact))
    elif artifact.kind == "image":
        # Whole, however narrow the terminal is: it is there to be copied.
        output.write(plain(str(found.file(artifact))) + "\n")
    else:
        output.write(text_of(artifact) + "\n")


def _list(found: Artifacts, as_json: bool) -> None:
    if as_json:
        write_json([_record(each) for each in found])
        return
    if not len(found):
        remark(
            _("{run} has logged no text, table or picture; `reporter.text(...)` does",
              run=found.run.id)
        )  # fmt: skip
        return
    output.table(
        (
            (each.title, "" if each.step is None else f"{each.step:,}", Cell(_(each.kind), "dim"))
            for each in found
        ),
        (_("Name"), _("Step"), _("Kind")),
        flexible=(0,),
    )


def _record(artifact: Artifact) -> dict[str, Any]:
    content = artifact.content
    table = content if isinstance(content, Table) else None
    return {
        "name": artifact.name,
        "step": artifact.step,
        "kind": artifact.kind,
        "time": artifact.time,
        "text": content if artifact.kind in ("text", "warning") else None,
        "columns": table.columns if table else None,
        "rows": table.rows if table else None,
        "path": content if artifact.kind == "image" else None,
    }


def _save(found: Artifacts, artifact: Artifact, path: Path) -> None:
    content = artifact.content
    try:
        if artifact.kind == "image":
            data = found.file(artifact).read_bytes()
        elif isinstance(content, Table):
            data = csv_of(content).encode("utf-8", "replace")
        else:
            data = content.encode("utf-8", "replace")
        atomic.create(path, data)
    except FileExistsError:
        raise NotSaved(_("{path} is there already; give another name", path=path)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise NotSaved(_("{path} can't be written: {error}", path=path, error=why)) from error
    output.line(_("{name} is saved as {path}", name=artifact.title, path=path))
