"""Ticking items, with the way back."""

from __future__ import annotations

from collections.abc import Iterable

from studylab.language import _, n_
from studylab.store import progress, undo
from studylab.syllabus.episodes import format_episodes
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
        done = self._workspace.done()
        new = [item for item in items if item.id not in done]
        if not new:
            return _("Nothing to change")
        said = _("Ticked {items}", items=named(self._workspace, new))
        progress.mark_done(self._workspace.db, [item.id for item in new], said)
        return said

    def untick(self, items: Iterable[Item]) -> str:
        """Take ticks back."""
        done = self._workspace.done()
        old = [item for item in items if item.id in done]
        if not old:
            return _("Nothing to change")
        said = _("Unticked {items}", items=named(self._workspace, old))
        progress.mark_undone(self._workspace.db, [item.id for item in old], said)
        return said

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


def named(workspace: Workspace, items: Iterable[Item]) -> str:
    """Items in a few words: the one's title, or `P9-P20, 2 homework and 1 paper`."""
    items = list(items)
    if len(items) == 1:
        number = f"P{items[0].episode} " if items[0].episode is not None else ""
        return f"{number}{workspace.title(items[0])}"
    episodes = [item.episode for item in items if item.episode is not None]
    others: dict[str, int] = {}
    for item in items:
        if item.episode is None:
            others[item.kind.value] = others.get(item.kind.value, 0) + 1
    parts = [format_episodes(episodes)] if episodes else []
    parts += [counted(kind, count) for kind, count in others.items()]
    if len(parts) == 1:
        return parts[0]
    return _("{parts} and {last}", parts=", ".join(parts[:-1]), last=parts[-1])


def counted(kind: str, count: int) -> str:
    """`2 papers`: how many items of a kind."""
    match kind:
        case "video":
            return n_("{count} video", "{count} videos", count)
        case "reading":
            return n_("{count} reading", "{count} readings", count)
        case "homework":
            return n_("{count} homework", "{count} homework", count)
        case "paper":
            return n_("{count} paper", "{count} papers", count)
    return n_("{count} lab", "{count} labs", count)
