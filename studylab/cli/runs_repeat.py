"""`studylab runs repeat`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab.cli import complete
from studylab.cli.follow import Interrupts
from studylab.cli.guard import remark
from studylab.cli.session import opened
from studylab.cli.starting import detach_option, leave, stay_with, turn_of, turn_options
from studylab.language import _
from studylab.runs.directory import RunDirectory
from studylab.store import runs as store


@click.command("repeat")
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@click.option("--seed", type=int, metavar="N", help="With this seed instead of its own.")
@detach_option
@turn_options
def repeat_run(
    id: str, seed: int | None, detach: bool, now: bool, after: tuple[str, ...], priority: int
) -> int:
    """Launch a run once more with the same settings, and say what is not as it was.

    Code, commit, machine, interpreter and the versions of the packages are compared with what was
    taken down then; `studylab runs show ID` shows that.
    """
    from studylab.runs.repeat import repetition

    with opened(sync=True) as workspace:
        run = RunDirectory(Path(store.get(workspace.db, id).directory))
        turn = turn_of(workspace.db, now, after, priority)
        settings = workspace.settings
        found = repetition(run, workspace.labs, settings, seed=seed)
    for difference in found.differences:
        remark(difference)
    if not found.differences:
        remark(_("nothing that was taken down of {run} differs now", run=run.id))
    interrupts = Interrupts()
    with interrupts.counted():
        launched = found.start(turn)
        if not detach:
            return stay_with(launched, interrupts, settings)
    return leave(launched)
