"""`studylab stop`."""

from __future__ import annotations

import click

from studylab.cli import complete, exit_codes
from studylab.cli.guard import complain
from studylab.cli.output import flush, line
from studylab.cli.session import run_directory
from studylab.runs.directory import RunDirectory
from studylab.runs.stop import ask_to_stop, wait_for_end

SPARE_SECONDS = 10.0
"""What a supervisor may take beyond the times that it gives the lab."""


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete.alive_runs)
@click.option("--wait/--no-wait", default=True, help="Wait until it has ended (the default).")
def stop(ids: tuple[str, ...], wait: bool) -> int:
    """Ask runs to stop, and wait until they have.

    A run may save first; then its whole process tree is ended.
    ID may be short, or `last`. A run that has ended already is left as it is.
    """
    asked = []
    for run in {run.id: run for run in map(run_directory, ids)}.values():
        state = ask_to_stop(run)
        if state.state.ended:
            line(f"{run.id} has ended already: {state.reason or state.state.value}")
        else:
            line(f"{run.id} is asked to stop")
            asked.append(run)
    flush()
    ended = [_ends(run) for run in asked] if wait else []
    return exit_codes.OK if all(ended) else exit_codes.FAILED


def _ends(run: RunDirectory) -> bool:
    spec = run.read_spec()
    state = wait_for_end(run, spec.stop_grace + 2 * spec.kill_grace + SPARE_SECONDS)
    if not state.state.ended:
        complain(f"{run.id} has not ended yet; `studylab runs show {run.id}` tells when it has")
        return False
    line(f"{run.id} {state.state.value}: {state.reason}")
    flush()
    return True
