"""`studylab done`, `undone` and `watched`: ticking items."""

from __future__ import annotations

from collections.abc import Sequence

import click

from studylab.cli import complete
from studylab.cli.names import find_episodes, find_items
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.cli.status import how_much
from studylab.language import _, listed, n_
from studylab.study.ticking import tick, untick
from studylab.syllabus.model import Item, progress
from studylab.workspace import Workspace

SHOWN = 20
"""More items than this are told as a number."""


@click.command()
@click.argument(
    "items", nargs=-1, required=True, metavar="ITEM...", shell_complete=complete.left_items
)
def done(items: tuple[str, ...]) -> None:
    """Tick items: ids, P9-P20, names of papers and labs.

    `studylab done p9 hw-python-basics bert`. Either all are ticked or, if one of them isn't
    known, none.
    """
    with opened() as workspace:
        _tick(workspace, find_items(workspace, items))


@click.command()
@click.argument(
    "items", nargs=-1, required=True, metavar="ITEM...", shell_complete=complete.done_items
)
def undone(items: tuple[str, ...]) -> None:
    """Take ticks back."""
    with opened() as workspace:
        found = find_items(workspace, items)
        before = workspace.done()
        untick(workspace, found)
        _tell(workspace, [item for item in found if item.id in before], "[ ]")
        _tell_unchanged(_("not ticked"), [item for item in found if item.id not in before])
        _tell_progress(workspace, found)


@click.command()
@click.argument("ranges", nargs=-1, required=True, metavar="RANGE...")
def watched(ranges: tuple[str, ...]) -> None:
    """Tick the episodes of a range such as P9-P20."""
    with opened() as workspace:
        _tick(workspace, find_episodes(workspace, ranges))


def _tick(workspace: Workspace, items: Sequence[Item]) -> None:
    before = workspace.done()
    tick(workspace, items)
    _tell(workspace, [item for item in items if item.id not in before], "[x]")
    _tell_unchanged(_("ticked before"), [item for item in items if item.id in before])
    _tell_progress(workspace, items)


def _tell(workspace: Workspace, items: Sequence[Item], mark: str) -> None:
    table(
        [(Cell(mark, "green"), item.id, workspace.title(item)) for item in items[:SHOWN]],
        flexible=[2],
    )
    if len(items) > SHOWN:
        line(n_("and {count} more", "and {count} more", len(items) - SHOWN))


def _tell_unchanged(how: str, items: Sequence[Item]) -> None:
    if not items:
        return
    ids = listed(item.id for item in items[:5])
    more = len(items) - 5
    if more > 0:
        ids = n_("{ids} and {count} more", "{ids} and {count} more", more, ids=ids)
    line(Cell(_("{how}: {ids}", how=how, ids=ids), "dim"))


def _tell_progress(workspace: Workspace, items: Sequence[Item]) -> None:
    ticked = workspace.done()
    for number in sorted({item.week for item in items}):
        much = how_much(progress(workspace.syllabus.week(number), ticked))
        line(_("week {number}: {much}", number=number, much=much))
    following = workspace.next_item()
    if following:
        line(Cell(_("next: "), "dim"), f"{following.id}  {workspace.title(following)}")
    else:
        line(Cell(_("all done"), "green"))
