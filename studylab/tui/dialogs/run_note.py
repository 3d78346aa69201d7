"""Writing a note about a run."""

from __future__ import annotations

from studylab.language import _
from studylab.store import run_marks, runs
from studylab.store.runs import RunRow
from studylab.tui.dialogs.writing import WritingDialog


class RunNoteDialog(WritingDialog):
    """Changes what a student keeps in words about a run."""

    def __init__(self, run: RunRow) -> None:
        super().__init__(run.note, draft=f"run-note-{run.id}")
        self._run = run

    def heading(self) -> str:
        """What the dialog is for."""
        return _("Note about a run")

    def about(self) -> str:
        """The run."""
        return self._run.id

    def placeholder(self) -> str:
        """What stands in the text area while it is empty."""
        return _("What you tried, what you saw, what you would do next")

    def save(self) -> int:
        """Write it down.

        Raises:
            Problem: nothing was written.
        """
        # A run that was deleted meanwhile in another window has no note.
        runs.get(self.workspace.db, self._run.id)
        run_marks.write_note(self.workspace.db, self._run.id, self.text)
        return 0
