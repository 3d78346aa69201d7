"""A run once more: with changes, or going on from where it saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studylab.language import _
from studylab.problem import Missing, Problem
from studylab.runs.directory import RunDirectory
from studylab.runs.wording import read_state
from studylab.store.runs import RunRow
from studylab.tui.launching import launch_in_background

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studylab.tui.app import StudylabApp


class NoCheckpoint(Missing):
    """A run that can't be gone on from; the text says why."""


def open_clone(
    app: StudylabApp, run: RunDirectory, lab: str, settings: Mapping[str, object]
) -> None:
    """Open the form of a run's lab with its settings, or that of a command with its words."""
    if lab:
        from studylab.tui.launch import LaunchForm

        app.push_screen(LaunchForm(lab, settings))
    else:
        from studylab.tui.command_form import CommandForm

        app.push_screen(CommandForm(run))


def resume_in_background(app: StudylabApp, run: RunRow) -> None:
    """Start a run that goes on from the last checkpoint of one that has ended; open it."""
    directory = RunDirectory(Path(run.directory))
    try:
        _check(run, directory)
        entry = app.workspace.lab(run.lab)
    except Problem as problem:
        app.problem(problem)
        return
    known = {setting.name for setting in entry.settings}
    values = {name: value for name, value in run.settings.items() if name in known}

    def launched(new: RunDirectory) -> None:
        told = _("{run} was started; it goes on from {other}", run=new.id, other=run.id)
        app.notify(told, timeout=6, markup=False)

    def refused(text: str) -> None:
        app.notify(text, severity="error", timeout=12, markup=False)

    launch_in_background(app, entry, values, launched, refused, resume=run.directory)


def _check(run: RunRow, directory: RunDirectory) -> None:
    if not run.lab:
        raise NoCheckpoint(
            _("{run} is no run of a lab: c opens its command, to go on in its own way", run=run.id)
        )
    if not read_state(run.state).ended:
        raise NoCheckpoint(_("{run} still goes on; stop it first (s)", run=run.id))
    try:
        saved = any(directory.checkpoints.iterdir())
    except OSError:
        saved = False
    if not saved:
        raise NoCheckpoint(_("{run} has no checkpoint to go on from; R repeats it", run=run.id))
