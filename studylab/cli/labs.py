"""`studylab labs`."""

from __future__ import annotations

from dataclasses import asdict

import click

from studylab.cli import complete
from studylab.cli.as_json import keys_note, write_json
from studylab.cli.guard import complain, remark
from studylab.cli.lab_flags import write_settings
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, paragraph, table
from studylab.cli.session import opened
from studylab.labspec import Reference
from studylab.runs.catalogue import INSTALL, CatalogueEntry, missing_packages
from studylab.runs.wording import reference_value, time_needed
from studylab.workspace import Workspace

KEYS = (
    "id",
    "name",
    "title",
    "title_zh",
    "teaches",
    "teaches_zh",
    "week",
    "minutes",
    "episodes",
    "papers",
    "references",
    "settings",
    "path",
    "error",
)


@click.group(invoke_without_command=True, epilog=keys_note(KEYS, "each lab"))
@json_option
@click.pass_context
def labs(context: click.Context, as_json: bool) -> None:
    """List the labs, and what each ought to reach."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        if as_json:
            write_json([_record(lab) for lab in workspace.labs])
            return
        ordered = sorted(workspace.labs, key=lambda lab: (lab.declared.week, lab.id))
        table(
            [_row(workspace, lab) for lab in ordered],
            ("name", "week", "takes", "ought to reach", "title"),
            flexible=[3, 4],
        )
        for lab in ordered:
            if lab.error:
                complain(f"{lab.id}: {lab.error}")
        missing = missing_packages()
        if missing:
            remark(f"{', '.join(missing)} not installed here: {INSTALL}")


@labs.command("show", epilog=keys_note(KEYS, "the lab"))
@click.argument("name", metavar="NAME", shell_complete=complete.labs)
@json_option
def show(name: str, as_json: bool) -> None:
    """One lab with its settings and the figures that it ought to reach."""
    with opened() as workspace:
        lab = workspace.lab(name)
        if as_json:
            write_json(_record(lab))
        else:
            write_lab(workspace, lab)


def write_lab(workspace: Workspace, lab: CatalogueEntry) -> None:
    """Print what a lab teaches and takes."""
    declared = lab.declared
    line(Cell(lab.name, "bold"), "  ", workspace.title(declared))
    if lab.error:
        complain(lab.error)
        return
    line(Cell(f"week {declared.week}, about {time_needed(declared.minutes)}", "dim"))
    chinese = workspace.settings.chinese and declared.teaches_zh
    line("")
    paragraph(declared.teaches_zh if chinese else declared.teaches)
    line("")
    line(Cell("Settings", "bold"))
    write_settings(lab.settings)
    if declared.references:
        line("")
        line(Cell("Ought to reach", "bold"))
        table(
            [(_reference(r), Cell(r.source, "dim")) for r in declared.references],
            flexible=[1],
            indent=2,
        )
    line("")
    line(Cell(f"studylab run {lab.name}", "dim"))


def _row(workspace: Workspace, lab: CatalogueEntry) -> list[Cell | str]:
    if lab.error:
        return [lab.name, "", "", Cell("can't be read", "red"), lab.id]
    declared = lab.declared
    references = declared.references
    aim = _reference(references[0]) if references else ""
    needs = time_needed(declared.minutes)
    return [lab.name, str(declared.week), needs, aim, workspace.title(declared)]


def _reference(reference: Reference) -> str:
    return f"{reference_value(reference)} on {reference.split} ({reference.data})"


def _record(lab: CatalogueEntry) -> dict[str, object]:
    declared = {key: value for key, value in asdict(lab.declared).items() if key in KEYS}
    own = {
        "id": lab.id,
        "name": lab.name,
        "settings": [asdict(setting) for setting in lab.settings],
        "path": str(lab.path),
        "error": lab.error,
    }
    every = {**declared, **own}
    return {key: every[key] for key in KEYS}
