"""`studylab undo`."""

from __future__ import annotations

import click

from studylab.cli.as_json import picked, write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.cli.times import local
from studylab.language import N_, _
from studylab.store import undo as store

KEYS = ("id", "said", "at")


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each change"))
@click.option("--list", "only_list", is_flag=True, help="List what can be taken back instead.")
@json_option
def undo(only_list: bool, as_json: bool) -> None:
    """Take back what was changed last, here or in the app.

    With --json nothing is taken back: it lists, as --list does.
    """
    with opened() as workspace:
        if not only_list and not as_json:
            line(_("undone: {change}", change=store.undo(workspace.db)))
            return
        changes = store.changes(workspace.db)
        if as_json:
            write_json([picked(change, KEYS) for change in changes])
            return
        table([(Cell(local(each.at), "dim"), each.said) for each in changes], flexible=[1])
        if not changes:
            remark(_("nothing was changed that could be taken back"))
