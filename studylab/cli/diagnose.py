"""`studylab diagnose`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from studylab.cli import complete
from studylab.cli.as_json import write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, paragraph
from studylab.cli.session import opened, run_directory
from studylab.language import N_, _
from studylab.runs.directory import RunDirectory
from studylab.study.diagnosis.model import Finding
from studylab.study.diagnosis.reading import diagnose as diagnosed
from studylab.study.diagnosis.reading import is_small
from studylab.study.lessons import items_of_lab, lesson_of
from studylab.syllabus.model import Item
from studylab.workspace import Workspace

MOST_BYTES = 16 << 20
"""Of metrics, that are read for the page of a run: some tenths of a second."""

KEYS = ("kind", "step", "metric", "words", "mend", "evidence", "setting", "episodes")


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each finding"))
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@json_option
def diagnose(id: str, as_json: bool) -> None:
    """What goes wrong in a run, and what teaches the mend. ID may be short, or `last`.

    A run in which nothing is found may still be no good one: only what is sure is told.
    """
    run = run_directory(id)
    found = diagnosed(run)
    if as_json:
        write_json([record(finding) for finding in found])
        return
    with opened() as workspace:
        lab = _lab_of(workspace, run.id)
        if not found:
            remark(_("{run}: nothing is found to be wrong", run=run.id))
            if lab and (own := items_of_lab(workspace, lab)):
                line(Cell(_("Of the lab {lab}", lab=lab), "bold"))
                _write_items(workspace, own)
        for number, (finding, items) in enumerate(lesson_of(workspace, found, lab).findings):
            if number:
                line("")
            write_finding(finding)
            _write_items(workspace, items)


def record(finding: Finding) -> dict[str, Any]:
    """A finding for `--json`, with the keys of `KEYS`."""
    setting = finding.setting
    return {
        "kind": finding.kind.value,
        "step": finding.step,
        "metric": finding.metric,
        "words": finding.words,
        "mend": finding.mend,
        "evidence": dict(finding.evidence),
        "setting": setting
        and {"name": setting.name, "value": setting.value, "instead": setting.instead},
        "episodes": list(finding.episodes),
    }


def first_finding(directory: Path) -> str:
    """What goes wrong in a run, in one line; empty if nothing is found in a moment."""
    found = _found(RunDirectory(directory))
    return f"! {found[0].words}" if found else ""


def write_findings(directory: Path) -> None:
    """For the page of a run: what goes wrong in it; nothing for one that is long to read."""
    run = RunDirectory(directory)
    found = _found(run)
    if found:
        line("")
        line(Cell(_("What goes wrong"), "bold"))
    for finding in found:
        write_finding(finding)
    if found:
        line("  ", Cell(f"studylab diagnose {run.id}", "dim"))


def write_finding(finding: Finding) -> None:
    """What goes wrong, and what to try."""
    paragraph(finding.words, first=[Cell("! ", "yellow")], indent=2)
    paragraph(finding.mend, first=["  "], indent=2)


def _found(run: RunDirectory) -> list[Finding]:
    try:
        return diagnosed(run) if is_small(run, MOST_BYTES) else []
    except OSError:
        return []


def _write_items(workspace: Workspace, items: Sequence[Item]) -> None:
    for item in items:
        number = f"P{item.episode}" if item.episode is not None else item.ref
        line("  ", Cell(f"{number}  ", "dim"), workspace.title(item))
    if items:
        line("  ", Cell(f"studylab open {_name(items[0])}", "dim"))


def _name(item: Item) -> str:
    return f"P{item.episode}" if item.episode is not None else item.id


def _lab_of(workspace: Workspace, run: str) -> str:
    from studylab.store import runs

    return runs.get(workspace.db, run).lab
