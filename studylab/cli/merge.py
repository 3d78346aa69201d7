"""`studylab merge`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.taken_in import KEYS, take
from studylab.language import N_
from studylab.study.incoming.other import open_other


@click.command(cls=JsonCommand, keys=KEYS, of=N_("what happened"))
@click.argument("other", type=click.Path(path_type=Path), metavar="OTHER")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@json_option
def merge(other: Path, dry_run: bool, as_json: bool) -> None:
    """Take in what you did on another machine, such as a server.

    OTHER is a data folder of studylab, a database file, a backup or an exported JSON file; it is
    only read. Nothing comes twice, however often you merge: of two versions of the same thing the
    newer one stays, and deletions carry over. Merge both ways, and both machines have the same.
    Runs are not merged: they are folders of their own in `runs`.
    """
    take(lambda: open_other(other.expanduser()), dry_run=dry_run, as_json=as_json)
