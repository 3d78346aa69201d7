"""Keeping runs in order: what is done to the marked runs, else to the one with the cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from studylab.language import _, n_
from studylab.problem import Problem
from studylab.runs.wording import read_state
from studylab.store import run_marks, undo
from studylab.store.runs import RunRow
from studylab.tui.split import SplitRoom


class MarkedRunsRoom(SplitRoom):
    """A room of runs. A subclass knows which run has the cursor, and which runs are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "asterisk",
            "star",
            "Star",
            key_display="*",
            show=False,
            tooltip="Give a star, or take it away",
        ),
        Binding(
            "number_sign",
            "tag",
            "Tag",
            key_display="#",
            show=False,
            tooltip="Add tags, or take them away",
        ),
        Binding("n", "run_note", "Note", show=False, tooltip="Write a note about this run"),
        Binding(
            "x", "archive", "Archive", show=False, tooltip="Put away, or take back into the list"
        ),
        Binding("X", "archived", "Archived", show=False, tooltip="Show what is archived too"),
        Binding("d,delete", "delete", "Delete", show=False),
        Binding("u", "undo", "Undo", show=False, tooltip="Take the last change back"),
        Binding("U", "changes", "Changes", show=False, tooltip="What can be taken back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._marked: set[str] = set()
        self.with_archived = False

    @property
    def current(self) -> RunRow | None:
        """The run under the cursor."""
        raise NotImplementedError

    @property
    def shown(self) -> list[RunRow]:
        """The runs in the list, in its order."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[RunRow]:
        """The marked runs, or the one under the cursor."""
        marked = [row for row in self.shown if row.id in self._marked]
        return marked or ([self.current] if self.current is not None else [])

    def action_star(self) -> None:
        """Give a star, or take it away where all have one."""
        chosen = self.chosen
        on = not all(row.star for row in chosen)
        self._do(chosen, lambda ids: run_marks.star(self.workspace.db, ids, on=on))

    def action_archive(self) -> None:
        """Put away, or take back where all are away."""
        chosen = self.chosen
        on = not all(row.archived for row in chosen)
        self._do(chosen, lambda ids: run_marks.archive(self.workspace.db, ids, on=on))

    def action_archived(self) -> None:
        """Show what is archived too, or no more."""
        self.with_archived = not self.with_archived
        self.show_data()

    def action_tag(self) -> None:
        """Ask for tags to add and to take away."""
        from studylab.tui.dialogs.tags import ask_for_tags

        chosen = self.chosen
        if not chosen:
            return
        db = self.workspace.db
        ask_for_tags(
            self.app,
            _named(chosen),
            (tag for row in chosen for tag in row.tags),
            [tag for tag, _count in run_marks.tags(db)],
            lambda add, remove: self._do(chosen, lambda ids: run_marks.tag(db, ids, add, remove)),
        )

    def action_run_note(self) -> None:
        """Write a note about the run under the cursor."""
        from studylab.tui.dialogs.run_note import RunNoteDialog

        if self.current is not None:
            self.app.push_screen(RunNoteDialog(self.current), lambda _kept: self.show_data())

    def action_delete(self) -> None:
        """Ask first, then delete."""
        from studylab.runs import trash
        from studylab.tui.dialogs.confirm import ConfirmDialog

        chosen = self.chosen
        for row in chosen:
            if not read_state(row.state).ended:
                told = _("{run} is {state}; stop it first (s)", run=row.id, state=_(row.state))
                self.notify(told, severity="warning", timeout=6, markup=False)
                return
        if not chosen:
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self._do(chosen, lambda _ids: trash.delete(self.workspace.db, chosen))

        self.app.push_screen(
            ConfirmDialog(
                _("Delete {runs}?", runs=_named(chosen)),
                _(
                    "With curves, log, checkpoints and results. u brings it back, for {days} days "
                    "at least.",
                    days=trash.DAYS,
                ),
                yes=_("Delete"),
                no=_("Keep"),
            ),
            answered,
        )

    def action_undo(self) -> None:
        """Take the last change back, in whatever room it was made."""
        self.app.undo()
        self._follow()

    def action_changes(self) -> None:
        """Show what can be taken back, in whatever room it was made."""
        from studylab.tui.undo_list import show_changes

        show_changes(self.app, self._follow)

    def clean_up(self) -> None:
        """Show which old checkpoints can go, and let them go."""
        from studylab.tui.dialogs.clean_up import CleanUpDialog

        self.app.push_screen(CleanUpDialog(), lambda _freed: self.show_data())

    def _follow(self) -> None:
        """Runs that were restored get their directories back at once."""
        from studylab.runs import trash

        try:
            for complaint in trash.follow(self.workspace.db):
                self.notify(complaint, severity="error", timeout=12, markup=False)
        except Problem as problem:
            self.app.problem(problem)
        self.show_data()

    def _do(self, rows: list[RunRow], action: Callable[[list[str]], object]) -> None:
        if not rows:
            return
        db = self.workspace.db
        before = undo.last_change(db)
        try:
            action([row.id for row in rows])
        except Problem as problem:
            self.app.problem(problem)
        else:
            done = undo.changes(db, since=before, limit=1)
            told = _("{said}; u takes it back", said=done[0].said) if done else ""
            self.notify(told or _("Nothing to change"), timeout=4, markup=False)
        self.show_data()


def _named(rows: list[RunRow]) -> str:
    return rows[0].id if len(rows) == 1 else n_("{count} run", "{count} runs", len(rows))
