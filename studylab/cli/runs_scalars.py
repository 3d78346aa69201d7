"""`studylab runs scalars`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.language import N_, _, listed, n_
from studylab.metrics.adapters.output_log import Seen, look
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory
from studylab.runs.scalars import LINES, Source, read_sources, read_wanted
from studylab.runs.wording import metric_value
from studylab.store import runs as store

KEYS = ("id", "lines_taken", "added", "taken", "seen")
TAKEN_KEYS = ("kind", "path", "prefix", "records", "trouble")
SEEN_KEYS = ("name", "count", "last", "step", "example")

GLANCE = 256 << 10
"""Bytes of the output that are looked at for a hint."""

MOST_NAMES = 6


@click.command("scalars", cls=JsonCommand, keys=KEYS, of=N_("the scalars"))
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@click.option("--take", is_flag=True, help="Take those of the output into the run's metrics.")
@json_option
def scalars(id: str, take: bool, as_json: bool) -> None:
    """Where the scalars of a run come from, and which ones its output seems to hold.

    What the output seems to hold is only shown. With --take it becomes metrics of the run; of a run
    that goes on, what it will print as well. Taking twice adds nothing.
    """
    with opened(sync=True) as workspace:
        run = RunDirectory(Path(store.get(workspace.db, id).directory))
        added: int | None = 0
        if take:
            from studylab.runs.taking import read_again, take_lines

            added = take_lines(run)
            if added:
                read_again(workspace.db, run)
    sources = read_sources(run).sources
    lines_taken = any(source.kind == LINES for source in sources) or _wants_lines(run)
    seen = look(run.output)
    if as_json:
        more: dict[str, Any] = {
            "id": run.id,
            "lines_taken": lines_taken,
            "added": added,
            "taken": [picked(source, TAKEN_KEYS) for source in sources],
            "seen": [picked(each, SEEN_KEYS) for each in seen],
        }
        write_json(more)
        return
    _write(run, sources, seen)
    if take and added is None:
        remark(_("{run} goes on; its supervisor takes them from now on", run=run.id))
    elif take:
        count = added or 0
        remark(n_("{count} record was added", "{count} records were added", count))
    elif seen and not lines_taken:
        remark(_("`studylab runs scalars {run} --take` takes them", run=run.id))


def hint(directory: Path) -> str:
    """What to say of a run that has no metric while its output seems to hold some; else empty."""
    run = RunDirectory(directory)
    if _wants_lines(run) or (run.metrics.exists() and run.metrics.stat().st_size):
        return ""
    names = [one_line(each.name, 40) for each in look(run.output, most=GLANCE)]
    if not names:
        return ""
    shown = listed(names[:MOST_NAMES]) + (" ..." if len(names) > MOST_NAMES else "")
    return _(
        "the output seems to hold {names}; `studylab runs scalars {run}` shows it, with --take it "
        "is taken",
        names=shown,
        run=run.id,
    )


def _wants_lines(run: RunDirectory) -> bool:
    wanted = read_wanted(run)
    return wanted is not None and wanted.lines


def _write(run: RunDirectory, sources: list[Source], seen: list[Seen]) -> None:
    if sources:
        line(Cell(_("Taken"), "bold"))
        table(
            [
                (
                    _kind(source),
                    n_("{count} record", "{count} records", source.records),
                    source.path,
                    Cell(source.trouble, "red"),
                )
                for source in sources
            ],
            flexible=[2, 3],
            indent=2,
        )
    if seen:
        line(Cell(_("Seen in the output"), "bold"))
        table(
            [
                (
                    each.name,
                    n_("{count} time", "{count} times", each.count),
                    metric_value(each.name, each.last),
                    _("step {step}", step=each.step),
                    Cell(each.example.strip(), "dim"),
                )
                for each in seen
            ],
            flexible=[4, 0],
            indent=2,
        )
    if not sources and not seen:
        remark(_("{run} has no scalars but those that it reported itself", run=run.id))


def _kind(source: Source) -> str:
    return {"events": "TensorBoard", "wandb": "W&B"}.get(source.kind) or _("output")
