"""`studylab queue`."""

from __future__ import annotations

from collections.abc import Callable

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonGroup
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.language import N_, _, listed
from studylab.problem import Problem
from studylab.runs import queue as runs_queue
from studylab.runs.keeper import kick
from studylab.runs.queue import Entry
from studylab.store import runs as store

KEYS = ("run", "lab", "place", "priority", "after", "started", "gpu")


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each run of the queue"))
@json_option
@click.pass_context
def queue(context: click.Context, as_json: bool) -> None:
    """List the runs that wait for their turn, and what they wait for.

    As many run at once as the settings `slots` and `gpu_slots` say. `studylab run` puts a run at
    the end; `studylab stop` takes one out.
    """
    if context.invoked_subcommand:
        return
    with opened(sync=True) as workspace:
        kick(workspace.settings)
        found = runs_queue.entries()
        labs = {run.id: run.lab for run in store.listing(workspace.db, limit=10_000)}
    places = {entry.run: place for place, entry in enumerate(_waiting(found), start=1)}
    if as_json:
        write_json(
            [
                picked(entry, KEYS, lab=labs.get(entry.run, ""), place=places.get(entry.run, 0))
                for entry in found
            ]
        )
        return
    if not found:
        remark(_("nothing runs and nothing waits"))
        return
    rows = [
        (
            str(places.get(entry.run, "")),
            Cell(_("running"), "green") if entry.started else Cell(_("waiting"), "yellow"),
            entry.run,
            labs.get(entry.run, ""),
            str(entry.priority or ""),
            _about(entry),
        )
        for entry in sorted(found, key=lambda each: (not each.started, each.order))
    ]
    table(rows, ("", "", _("run"), _("lab"), _("priority"), ""), flexible=[5])


@queue.command("up")
@click.argument("id", metavar="ID", shell_complete=complete.alive_runs)
@click.argument("places", type=click.IntRange(1), default=1, metavar="[N]")
def up(id: str, places: int) -> None:
    """Let the run ID start before the one (or the N) before it."""
    _change(id, lambda run: runs_queue.move(run, -places))


@queue.command("down")
@click.argument("id", metavar="ID", shell_complete=complete.alive_runs)
@click.argument("places", type=click.IntRange(1), default=1, metavar="[N]")
def down(id: str, places: int) -> None:
    """Let the one (or the N) behind the run ID start before it."""
    _change(id, lambda run: runs_queue.move(run, places))


@queue.command("priority")
@click.argument("id", metavar="ID", shell_complete=complete.alive_runs)
@click.argument("priority", type=int, metavar="N")
def priority(id: str, priority: int) -> None:
    """Give the run ID the priority N: higher ones start first, 0 is that of all others."""
    _change(id, lambda run: runs_queue.set_priority(run, priority))


def _change(id: str, change: Callable[[str], Entry]) -> None:
    with opened(sync=True) as workspace:
        run = store.get(workspace.db, id).id
    try:
        change(run)
    except OSError as error:
        raise Problem(
            _("{run} stays where it is: {error}", run=run, error=error.strerror or error)
        ) from error
    place = [entry.run for entry in runs_queue.waiting()].index(run) + 1
    line(_("{run} is number {place} of those that wait", run=run, place=place))


def _waiting(found: list[Entry]) -> list[Entry]:
    return [entry for entry in found if not entry.started]


def _about(entry: Entry) -> str:
    if entry.started:
        return _("GPU {gpu}", gpu=entry.gpu) if entry.gpu else ""
    return _("after {runs}", runs=listed(entry.after)) if entry.after else ""
