"""Ticking items, with the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studylab.problem import Problem
from studylab.store import progress
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item
from studylab.workspace import Workspace


class NothingToUndo(Problem):
    """There is no tick to take back; the text says so."""


class Ticks:
    """The ticks of this sitting, so that the last ones can be undone.

    Each method returns one line that says what was done, and raises StoreError when nothing was.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._before: list[tuple[str, Mapping[str, str | None]]] = []

    def tick(self, items: Iterable[Item]) -> str:
        """Mark items as done; those that are already stay as they are."""
        done = self._workspace.done()
        new = [item for item in items if item.id not in done]
        progress.mark_done(self._workspace.db, [item.id for item in new])
        return self._did("Ticked", new, {item.id: None for item in new})

    def untick(self, items: Iterable[Item]) -> str:
        """Take ticks back."""
        times = progress.done_items(self._workspace.db)
        old = [item for item in items if item.id in times]
        progress.mark_undone(self._workspace.db, [item.id for item in old])
        return self._did("Unticked", old, {item.id: times[item.id] for item in old})

    def toggle(self, item: Item) -> str:
        """Tick an item, or untick it."""
        done = item.id in self._workspace.done()
        return self.untick([item]) if done else self.tick([item])

    def undo(self) -> str:
        """Take the last change back, with the times that ticks had.

        Raises:
            NothingToUndo: nothing was ticked since the app was opened.
        """
        if not self._before:
            raise NothingToUndo(
                "there is nothing to undo: nothing was ticked since you opened this"
            )
        said, times = self._before[-1]
        progress.mark_as(self._workspace.db, times)
        self._before.pop()
        return f"Undone: {said[:1].lower()}{said[1:]}"

    def _did(self, verb: str, items: list[Item], before: Mapping[str, str | None]) -> str:
        if not items:
            return "Nothing to change"
        said = f"{verb} {named(self._workspace, items)}"
        self._before.append((said, before))
        return said


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
    parts += [f"{count} {_plural(kind, count)}" for kind, count in others.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _plural(kind: str, count: int) -> str:
    return kind if count == 1 or kind == "homework" else f"{kind}s"
