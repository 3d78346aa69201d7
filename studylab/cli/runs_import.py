"""`studylab runs import`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from studylab.cli import exit_codes
from studylab.cli.as_json import write_json
from studylab.cli.guard import complain, remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, flush, line
from studylab.cli.session import opened
from studylab.language import N_, _, n_

KEYS = ("id", "kind", "path", "new", "records", "remark")


@click.command("import", cls=JsonCommand, keys=KEYS, of=N_("each run"))
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@json_option
def import_runs(paths: tuple[Path, ...], as_json: bool) -> int:
    """Take in runs that were made elsewhere.

    PATH is a run directory of another host, a folder of TensorBoard (each folder with event files
    becomes a run; train, val and the like belong to the folder above), an offline run of W&B, or a
    folder with any of these below it. Importing again only adds what is new.
    """
    from studylab.runs import trash
    from studylab.runs.incoming.find import find_runs
    from studylab.runs.incoming.places import ImportProblem
    from studylab.runs.incoming.take_in import import_run
    from studylab.runs.taking import read_again

    told: list[dict[str, Any]] = []
    failed = missing = 0
    with opened(sync=True) as workspace:
        for path in paths:
            try:
                found = find_runs(path)
            except OSError as error:
                complain(_("{path}: {error}", path=path, error=error.strerror or error))
                missing += 1
                continue
            if not found:
                complain(
                    _("{path} holds no run directory, no event files and no run of W&B", path=path)
                )
                missing += 1
            for run in found:
                try:
                    imported = import_run(run)
                except ImportProblem as problem:
                    complain(problem)
                    failed += 1
                    continue
                if imported.new:
                    trash.welcome(workspace.db, imported.run.id)
                if imported.new or imported.records:
                    read_again(workspace.db, imported.run)
                told.append(
                    {
                        "id": imported.run.id,
                        "kind": run.kind.value,
                        "path": run.path,
                        "new": imported.new,
                        "records": imported.records,
                        "remark": imported.remark,
                    }
                )
                if not as_json:
                    _write(told[-1])
    if as_json:
        write_json(told)
    else:
        _sum_up(told)
    if failed:
        return exit_codes.FAILED
    return exit_codes.NOT_FOUND if missing else exit_codes.OK


def _write(told: dict[str, Any]) -> None:
    count = n_("{count} record", "{count} records", told["records"])
    what = count if told["new"] or told["records"] else _("here already")
    line(Cell(told["id"], "bold"), "  ", what, "  ", Cell(str(told["path"]), "dim"))
    if told["remark"]:
        line("  ", Cell(told["remark"], "yellow"))


def _sum_up(told: list[dict[str, Any]]) -> None:
    flush()
    new = sum(1 for each in told if each["new"])
    if new:
        remark(
            n_(
                "{count} run imported; `studylab runs` lists it",
                "{count} runs imported; `studylab runs` lists them",
                new,
            )
        )
    elif told:
        remark(_("nothing new"))
