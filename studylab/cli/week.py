"""`studylab week`."""

from __future__ import annotations

import click

from studylab.cli.as_json import write_json
from studylab.cli.json_command import JsonCommand
from studylab.cli.names import find_week
from studylab.cli.options import json_option
from studylab.cli.session import opened
from studylab.cli.status import KEYS, status, status_record, write_status
from studylab.language import N_


@click.command(cls=JsonCommand, keys=KEYS, of=N_("the object"))
@click.argument("number", metavar="[N]", type=int, required=False)
@json_option
def week(number: int | None, as_json: bool) -> None:
    """What is next and how things stand, this week or in week N."""
    with opened(sync=True) as workspace:
        chosen = None if number is None else find_week(workspace, number)
        now = status(workspace, chosen)
        if as_json:
            write_json(status_record(now))
        else:
            write_status(workspace, now)
