"""Stopping a run from the app: first the question, then the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        app.notify(f"{run.id} has ended already: {state.value}", timeout=5, markup=False)
        return
    if state is State.STOPPING:
        app.notify(f"{run.id} was asked to stop and is saving", timeout=5, markup=False)
        return
    text = (
        f"{run.id} is asked to stop as by Ctrl-C and has {spec.stop_grace:g} s to save a "
        "checkpoint. What is still running then is ended: SIGTERM, and "
        f"{spec.kill_grace:g} s later SIGKILL, to the whole process tree.\n\n"
        "Curves, log and checkpoints stay."
    )
    dialog = ConfirmDialog(f"Stop {run.id}?", text, yes="Stop it", no="Let it go on")

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
