"""`studylab labs`."""

from __future__ import annotations

from dataclasses import asdict

import click

from studylab.cli import complete
from studylab.cli.as_json import write_json
from studylab.cli.guard import complain, remark
from studylab.cli.json_command import JsonCommand, JsonGroup
from studylab.cli.lab_flags import write_settings
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, paragraph, table
from studylab.cli.session import opened
from studylab.labspec import Lab, Reference
from studylab.language import N_, _, listed
from studylab.runs import forecast
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


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each lab"))
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
            (_("name"), _("week"), _("takes"), _("ought to reach"), _("title")),
            flexible=[3, 4],
        )
        for lab in ordered:
            if lab.error:
                complain(f"{lab.id}: {lab.error}")
        missing = missing_packages()
        if missing:
            names = listed(missing)
            remark(_("{names} not installed here: {command}", names=names, command=INSTALL))


@labs.command("show", cls=JsonCommand, keys=KEYS, of=N_("the lab"))
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
    takes = time_needed(declared.minutes)
    line(Cell(_("week {week}, about {time}", week=declared.week, time=takes), "dim"))
    here = forecast.forecast(workspace.db, lab, {})
    if here.runs:
        line(Cell(forecast.told(here), "dim"))
    line("")
    paragraph(_teaches(workspace, declared))
    line("")
    line(Cell(_("Settings"), "bold"))
    write_settings(lab.settings)
    if declared.references:
        line("")
        line(Cell(_("Ought to reach"), "bold"))
        table(
            [(_reference(r), Cell(r.source, "dim")) for r in declared.references],
            flexible=[1],
            indent=2,
        )
    line("")
    line(Cell(f"studylab run {lab.name}", "dim"))


def _row(workspace: Workspace, lab: CatalogueEntry) -> list[Cell | str]:
    if lab.error:
        return [lab.name, "", "", Cell(_("can't be read"), "red"), lab.id]
    declared = lab.declared
    references = declared.references
    aim = _reference(references[0]) if references else ""
    needs = time_needed(declared.minutes)
    return [lab.name, str(declared.week), needs, aim, workspace.title(declared)]


def _reference(reference: Reference) -> str:
    return _(
        "{figure} on {split} ({data})",
        figure=reference_value(reference),
        split=reference.split,
        data=reference.data,
    )


def _teaches(workspace: Workspace, declared: Lab) -> str:
    if workspace.settings.chinese and declared.teaches_zh:
        return declared.teaches_zh
    return _(declared.teaches) if declared.teaches else ""


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
