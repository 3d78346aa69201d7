"""`studylab syllabus`."""

from __future__ import annotations

from collections.abc import Collection

import click

from studylab.cli.as_json import picked, write_json
from studylab.cli.json_command import JsonCommand
from studylab.cli.names import find_week
from studylab.cli.options import json_option, week_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.cli.status import how_much
from studylab.language import N_, _
from studylab.store.progress import done_items
from studylab.syllabus.model import Item, Week, progress
from studylab.workspace import Workspace

KEYS = (
    "id",
    "kind",
    "title",
    "title_zh",
    "week",
    "section",
    "episode",
    "url",
    "ref",
    "optional",
    "planned",
    "quiz",
    "minutes",
    "data",
    "data_zh",
    "reported_result",
    "reported_result_zh",
    "solution",
    "note",
    "note_zh",
    "done_at",
)


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each item"))
@week_option
@json_option
def syllabus(week: int | None, as_json: bool) -> None:
    """The plan as a tree: weeks, their parts, their items."""
    with opened() as workspace:
        weeks = workspace.syllabus.weeks if week is None else (find_week(workspace, week),)
        ticked = done_items(workspace.db)
        if as_json:
            items = [item for each in weeks for item in each.items]
            write_json([picked(item, KEYS, done_at=ticked.get(item.id)) for item in items])
            return
        for number, each in enumerate(weeks):
            if number:
                line("")
            _write_week(workspace, each, ticked)


def _write_week(workspace: Workspace, week: Week, ticked: Collection[str]) -> None:
    line(
        Cell(_("Week {number}", number=week.number), "dim"),
        "  ",
        Cell(workspace.title(week), "bold"),
        Cell(f"  {how_much(progress(week, ticked))}", "dim"),
    )
    for section in week.sections:
        line(
            "  ", workspace.title(section), Cell(f"  {how_much(progress(section, ticked))}", "dim")
        )
        rows = [_row(workspace, item, item.id in ticked) for item in section.items]
        table(rows, flexible=[2], indent=4)


def _row(workspace: Workspace, item: Item, ticked: bool) -> list[Cell | str]:
    remark = _("to come") if item.planned else _("optional") if item.optional else ""
    mark = Cell("[x]", "green") if ticked else Cell("[ ]")
    style = "dim" if ticked or item.planned else ""
    return [mark, Cell(item.id, style), Cell(workspace.title(item), style), Cell(remark, "dim")]
