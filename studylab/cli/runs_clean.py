"""`studylab runs disk` and `studylab runs clean`: what runs take of the disk, and less of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from studylab import locations
from studylab.cli import exit_codes, output
from studylab.cli.as_json import write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import complain, remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import EVERY, json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.cli.times import local
from studylab.language import N_, _, listed, n_
from studylab.monitor.disk import disk_of
from studylab.runs import old_checkpoints, trash
from studylab.runs.directory import RunDirectory
from studylab.runs.disk import DiskUse, measure
from studylab.runs.old_checkpoints import Old, Rule
from studylab.runs.trash import Trashed
from studylab.runs.wording import size
from studylab.store import runs as store

PARTS = ("total", "checkpoints", "artifacts", "logs", "metrics")
KEYS = (*PARTS, "trash", "free", "runs")


@click.command(cls=JsonCommand, keys=KEYS, of=N_("the disk use"),
               epilog="In `runs`, each run has: id, lab, state, total and its parts.")  # fmt: skip
@json_option
def disk(as_json: bool) -> None:
    """How much of the disk each run takes, the biggest first."""
    with opened(sync=True) as workspace:
        rows = store.listing(workspace.db, limit=EVERY)
        thrown = trash.trashed(workspace.db)
    uses = [(row, measure(RunDirectory(locations.runs() / row.id))) for row in rows]
    uses.sort(key=lambda each: -each[1].total)
    total = sum((use for _row, use in uses), DiskUse())
    waiting = sum(each.bytes for each in thrown)
    sample = disk_of(locations.runs())
    if as_json:
        write_json({
            **_parts(total),
            "trash": waiting,
            "free": sample.free if sample else None,
            "runs": [
                {"id": row.id, "lab": row.lab, "state": row.state, **_parts(use)}
                for row, use in uses
            ],
        })  # fmt: skip
        return
    if uses:
        header = [_("run"), _("all"), _("checkpoints"), _("artifacts"), _("logs"), _("metrics"), ""]
        cells = [[row.id, *_cells(use), Cell(row.lab, "dim")] for row, use in uses]
        if len(uses) > 1:
            cells.append([Cell(_("all runs"), "bold"), *_cells(total), ""])
        table(cells, header, flexible=[6])
    else:
        remark(_("no run yet; `studylab run cnn` starts one"))
    if thrown:
        remark(
            n_(
                "{count} deleted run takes {size}; `studylab runs clean` throws it out after "
                "{days} days",
                "{count} deleted runs take {size}; `studylab runs clean` throws them out after "
                "{days} days",
                len(thrown),
                size=size(waiting),
                days=trash.DAYS,
            )
        )
    if sample:
        remark(_("{size} is free on this disk", size=size(sample.free)))


@click.command()
@click.option("--keep-last", type=click.IntRange(0), default=1, metavar="N",
              help="Keep the newest N checkpoints of each run; 1 if not given.")  # fmt: skip
@click.option("--keep-best/--no-keep-best", default=True, help="Keep the best one (the default).")
@click.option("--older-than", type=click.FloatRange(0, 100_000), default=0.0, metavar="DAYS",
              help="Only of runs that ended longer ago.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(keep_last: int, keep_best: bool, older_than: float, dry_run: bool, yes: bool) -> int:
    """Delete old checkpoints, and throw out what was deleted 30 days ago or earlier.

    Everything that would go is listed first, and nothing goes without a yes: it can't be taken
    back. Runs that are not over and runs with a star keep all their checkpoints, and a checkpoint
    that another run goes on from stays.
    """
    rule = Rule(keep_last, keep_best, older_than)
    with opened(sync=True) as workspace:
        rows = store.listing(workspace.db, limit=EVERY)
        old = old_checkpoints.old_checkpoints(rows, rule)
        thrown = trash.outdated(workspace.db)
        if not old and not thrown:
            remark(_("there is nothing to clean up"))
            return exit_codes.OK
        _list(old, thrown)
        if dry_run:
            remark(_("nothing was deleted"))
            return exit_codes.OK
        if not yes and not _sure():
            remark(_("nothing was deleted"))
            return exit_codes.FAILED
        freed, complaints = old_checkpoints.remove(old)
        complaints += trash.throw_out(workspace.db, thrown)
    freed += sum(each.bytes for each in thrown if not each.path.exists())
    for complaint in complaints:
        complain(complaint)
    line(_("freed {size}", size=size(freed)))
    return exit_codes.FAILED if complaints else exit_codes.OK


COMMANDS = (disk, clean)
"""The commands of this file, for the group that they belong to."""


def _list(old: Sequence[Old], thrown: Sequence[Trashed]) -> None:
    rows = [[each.run, each.path.name, size(each.bytes)] for each in old]
    for each in thrown:
        at = local(datetime.fromtimestamp(each.at, UTC).isoformat())
        rows.append([each.id, _("deleted {time}", time=at), size(each.bytes)])
    table(rows, flexible=[1])
    parts = []
    if old:
        parts.append(n_("{count} checkpoint", "{count} checkpoints", len(old)))
    if thrown:
        parts.append(n_("{count} deleted run", "{count} deleted runs", len(thrown)))
    total = sum(each.bytes for each in old) + sum(each.bytes for each in thrown)
    line(Cell(_("{what}: {size}", what=listed(parts), size=size(total)), "bold"))


def _sure() -> bool:
    if not output.on_terminal():
        raise UsageProblem(_("say --yes to delete this for good, or --dry-run to list it"))
    return click.confirm(_("This can't be taken back. Delete it?"))


def _parts(use: DiskUse) -> dict[str, int]:
    return {name: getattr(use, name) for name in PARTS}


def _cells(use: DiskUse) -> list[Cell | str]:
    return [size(getattr(use, name)) if getattr(use, name) else "" for name in PARTS]
