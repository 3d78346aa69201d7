"""Ticking items, with the way back."""

from __future__ import annotations

from collections.abc import Iterable

from studylab.language import _
from studylab.store import undo
from studylab.study import ticking
from studylab.syllabus.model import Item
from studylab.workspace import Workspace


class Ticks:
    """The ticks of this sitting, so that the last changes can be undone.

    Each method returns one line that says what was done, and raises StoreError when nothing was.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._opened_at = undo.last_change(workspace.db)

    def tick(self, items: Iterable[Item]) -> str:
        """Mark items as done; those that are already stay as they are."""
        return ticking.tick(self._workspace, items)

    def untick(self, items: Iterable[Item]) -> str:
        """Take ticks back."""
        return ticking.untick(self._workspace, items)

    def toggle(self, item: Item) -> str:
        """Tick an item, or untick it."""
        done = item.id in self._workspace.done()
        return self.untick([item]) if done else self.tick([item])

    def undo(self) -> str:
        """Take the last change of this sitting back, whatever room it was made in.

        Raises:
            NothingToUndo: nothing was changed since the app was opened.
            ChangedSince: another app changed the same since.
        """
        said = undo.undo(self._workspace.db, since=self._opened_at)
        return _("Undone: {said}", said=said[:1].lower() + said[1:])
