"""Ticking items, in words that tell the change to whoever takes it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from studylab.language import _, listed, n_
from studylab.store import progress
from studylab.syllabus.episodes import format_episodes
from studylab.syllabus.model import Item, Kind
from studylab.workspace import Workspace


def tick(workspace: Workspace, items: Iterable[Item]) -> str:
    """Mark items as done; those that are already stay as they are. Returns what was done.

    Raises:
        StoreError: nothing was.
    """
    done = workspace.done()
    new = [item for item in items if item.id not in done]
    if not new:
        return _("Nothing to change")
    said = _("Ticked {items}", items=named(workspace, new))
    progress.mark_done(workspace.db, [item.id for item in new], said)
    return said


def untick(workspace: Workspace, items: Iterable[Item]) -> str:
    """Take ticks back. Returns what was done.

    Raises:
        StoreError: nothing was.
    """
    done = workspace.done()
    old = [item for item in items if item.id in done]
    if not old:
        return _("Nothing to change")
    said = _("Unticked {items}", items=named(workspace, old))
    progress.mark_undone(workspace.db, [item.id for item in old], said)
    return said


def named(workspace: Workspace, items: Iterable[Item]) -> str:
    """Items in a few words: the one's title, or `P9-P20, 2 homework and 1 paper`."""
    items = list(items)
    if len(items) == 1:
        number = f"P{items[0].episode} " if items[0].episode is not None else ""
        return f"{number}{workspace.title(items[0])}"
    episodes = [item.episode for item in items if item.episode is not None]
    others = Counter(item.kind for item in items if item.episode is None)
    parts = [format_episodes(episodes)] if episodes else []
    parts += [_counted(kind, count) for kind, count in others.items()]
    if len(parts) == 1:
        return parts[0]
    return _("{parts} and {last}", parts=listed(parts[:-1]), last=parts[-1])


def _counted(kind: Kind, count: int) -> str:
    """`2 papers`: how many items of a kind."""
    match kind:
        case Kind.VIDEO:
            return n_("{count} video", "{count} videos", count)
        case Kind.READING:
            return n_("{count} reading", "{count} readings", count)
        case Kind.HOMEWORK:
            return n_("{count} homework", "{count} homework", count)
        case Kind.PAPER:
            return n_("{count} paper", "{count} papers", count)
    return n_("{count} lab", "{count} labs", count)
