"""Repeating a run from the app: what differs now is said first, and asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studylab.language import _, n_
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory
from studylab.tui.dialogs.confirm import ConfirmDialog

if TYPE_CHECKING:
    from studylab.runs.repeat import Repetition
    from studylab.tui.app import StudylabApp

MOST_LINES = 10


def repeat_in_background(app: StudylabApp, run: RunDirectory) -> None:
    """Look in a thread what differs, as git and the interpreter are asked; then ask, and start."""
    labs, settings = app.workspace.labs, app.workspace.settings

    def look() -> None:
        try:
            from studylab.runs.repeat import repetition

            found = repetition(run, labs, settings)
        except Problem as problem:
            app.call_from_thread(app.problem, problem)
        else:
            app.call_from_thread(_ask, app, found)

    app.run_worker(look, thread=True, group="launch")


def _ask(app: StudylabApp, found: Repetition) -> None:
    lines = list(found.differences[:MOST_LINES])
    more = len(found.differences) - MOST_LINES
    if more > 0:
        lines.append(n_("and {count} more", "and {count} more", more))
    text = _("It is launched once more with the same settings and the same seed.")
    if lines:
        differs = _("Not as it was:")
        text = "\n".join([text, "", differs, *(f"  {line}" for line in lines)])
    else:
        text = f"{text}\n\n{_('Nothing that was taken down of it differs now.')}"
    title = _("Repeat {run}?", run=found.spec.id)

    def answered(yes: bool | None) -> None:
        if yes:
            app.run_worker(lambda: _start(app, found), thread=True, group="launch")

    app.push_screen(ConfirmDialog(title, text, yes=_("Launch it"), no=_("Leave it")), answered)


def _start(app: StudylabApp, found: Repetition) -> None:
    from studylab.runs.queue import Turn

    try:
        run = found.start(Turn())
    except Problem as problem:
        app.call_from_thread(app.problem, problem)
        return
    app.sync_soon()
    told = _("{run} was started; it repeats {other}", run=run.id, other=found.spec.id)
    app.call_from_thread(lambda: app.notify(told, timeout=6, markup=False))
