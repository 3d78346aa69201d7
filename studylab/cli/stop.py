"""`studylab stop`."""

from __future__ import annotations

import click

from studylab.cli import complete, exit_codes
from studylab.cli.guard import complain
from studylab.cli.output import flush, line
from studylab.cli.session import run_directory
from studylab.language import _
from studylab.runs.directory import RunDirectory
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.runs.wording import told_reason

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
            how = told_reason(state.state, state.reason) or _(state.state.value)
            line(_("{run} has ended already: {how}", run=run.id, how=how))
        else:
            line(_("{run} is asked to stop", run=run.id))
            asked.append(run)
    flush()
    ended = [_ends(run) for run in asked] if wait else []
    return exit_codes.OK if all(ended) else exit_codes.FAILED


def _ends(run: RunDirectory) -> bool:
    spec = run.read_spec()
    state = wait_for_end(run, spec.stop_grace + 2 * spec.kill_grace + SPARE_SECONDS)
    if not state.state.ended:
        complain(
            _("{run} has not ended yet; `studylab runs show {run}` tells when it has", run=run.id)
        )
        return False
    word = _(state.state.value)
    reason = told_reason(state.state, state.reason) or word
    line(_("{run} {state}: {reason}", run=run.id, state=word, reason=reason))
    flush()
    return True
