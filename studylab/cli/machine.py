"""`studylab machine`."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import click

from studylab.cli import machine_page
from studylab.cli.as_json import write_json
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import flush, line, write
from studylab.cli.session import opened, sync_runs
from studylab.language import N_
from studylab.runs.directory import RunDirectory, State
from studylab.runs.machine_processes import KINDS, ORDERS
from studylab.runs.machine_use import Lookout
from studylab.store import runs as store
from studylab.store.peaks import peaks
from studylab.workspace import Workspace

FIRST_SECONDS, LOOK_SECONDS = 0.5, 1.0
"""How long the first look measures, and the time between two while it is watched."""
CLEAR = "\x1b[H\x1b[J"
OTHER_LINES = 18
"""Lines of a page without its GPUs, runs and processes, about."""


@click.command(cls=JsonCommand, keys=machine_page.KEYS, of=N_("the machine"))
@click.option("--watch", is_flag=True, help="Look again each second, until Ctrl-C.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(list(ORDERS)),
    help="What the processes are sorted by; GPU memory if there is a GPU, else CPU.",
)
@click.option(
    "--only",
    "kind",
    type=click.Choice(list(KINDS)),
    default="all",
    help="All processes, those on a GPU, or your own.",
)
@click.option(
    "--limit",
    type=click.IntRange(0, 1_000_000),
    metavar="N",
    help="How many processes; 10 if not given.",
)
@json_option
def machine(watch: bool, order: str | None, kind: str, limit: int | None, as_json: bool) -> None:
    """Show whether a GPU is free, who has it and for how long, and what the runs use.

    A GPU is free where the queue would start a run on it: nobody else has more than a little of its
    memory, and as few runs are on it as the setting `gpu_slots` says.
    """
    with opened(sync=True) as workspace:
        lookout = Lookout(each_gpu=workspace.settings.gpu_slots)
        try:
            time.sleep(FIRST_SECONDS)
            _show(workspace, lookout, order, kind, limit, as_json=as_json, watch=watch)
            while watch:
                time.sleep(LOOK_SECONDS)
                sync_runs(workspace.db)
                _show(workspace, lookout, order, kind, limit, as_json=as_json, watch=True)
        except KeyboardInterrupt:
            if not watch:
                raise
            # That is how one leaves; the terminal has put ^C where the shell's prompt would come.
            if sys.stdout.isatty():
                line("")
        finally:
            lookout.close()


def _show(
    workspace: Workspace,
    lookout: Lookout,
    order: str | None,
    kind: str,
    limit: int | None,
    *,
    as_json: bool,
    watch: bool,
) -> None:
    going_on = [state.value for state in State if not state.ended]
    known = {row.id: row for row in store.listing(workspace.db, states=going_on)}
    view = lookout.look([RunDirectory(Path(row.directory)) for row in known.values()])
    order = order or ("gpu" if view.gpus else "cpu")
    if as_json:
        write_json(machine_page.record(view, known, order, kind, limit))
    else:
        on_screen = watch and sys.stdout.isatty()
        if on_screen:
            write(CLEAR)
            room = shutil.get_terminal_size().lines - OTHER_LINES
            room -= sum(1 + len(use.sample.parts) for use in view.gpus) + len(view.runs)
            limit = max(0, room) if limit is None else limit
        most = machine_page.PROCESSES if limit is None else limit
        machine_page.write_page(view, known, peaks(workspace.db), order, kind, most)
        if watch and not on_screen:
            line("")
    flush()
