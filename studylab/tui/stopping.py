"""Stopping a run from the app: first the question, then the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studylab.language import _
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunDirectoryError, State
from studylab.runs.stop import ask_to_stop
from studylab.tui.dialogs.confirm import ConfirmDialog

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def confirm_stop(app: StudylabApp, run: RunDirectory) -> None:
    """Ask whether to stop `run`, and do it."""
    try:
        state = run.read_state().state
        spec = run.read_spec()
    except RunDirectoryError as error:
        app.problem(error)
        return
    if state.ended:
        ended = _("{run} has ended already: {state}", run=run.id, state=_(state.value))
        app.notify(ended, timeout=5, markup=False)
        return
    if state is State.STOPPING:
        saving = _("{run} was asked to stop and is saving", run=run.id)
        app.notify(saving, timeout=5, markup=False)
        return
    text = _(
        "{run} is asked to stop as by Ctrl-C and has {stop:g} s to save a checkpoint. What is "
        "still running then is ended: SIGTERM, and {kill:g} s later SIGKILL, to the whole "
        "process tree.\n\n"
        "Curves, log and checkpoints stay.",
        run=run.id,
        stop=spec.stop_grace,
        kill=spec.kill_grace,
    )
    title = _("Stop {run}?", run=run.id)
    dialog = ConfirmDialog(title, text, yes=_("Stop it"), no=_("Let it go on"))

    def answered(yes: bool | None) -> None:
        if not yes:
            return
        try:
            ask_to_stop(run)
        except Problem as problem:
            app.problem(problem)
        else:
            app.sync_soon()

    app.push_screen(dialog, answered)
