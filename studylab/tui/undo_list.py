"""What can be taken back, as a list: choosing a change takes back all down to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studylab.language import _, n_
from studylab.problem import Problem
from studylab.store import undo
from studylab.tui.ages import age
from studylab.tui.dialogs.pick import PickDialog

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

SHOWN = 50


def show_changes(app: StudylabApp, then: Callable[[], None]) -> None:
    """Ask how far to go back; `then` is called when something was taken back."""
    changes = undo.changes(app.workspace.db, limit=SHOWN)

    def chosen(id: str | None) -> None:
        if id is None:
            return
        count = [str(change.id) for change in changes].index(id) + 1
        done = 0
        try:
            for _change in range(count):
                undo.undo(app.workspace.db)
                done += 1
        except Problem as problem:
            app.problem(problem)
        if done:
            told = n_("{count} change is taken back", "{count} changes are taken back", done)
            app.notify(told, timeout=4, markup=False)
        then()

    options = [(str(change.id), change.said, age(change.at)) for change in changes]
    empty = _("Nothing was changed that could be taken back.")
    app.push_screen(PickDialog(_("Take back, down to"), options, empty=empty), chosen)
