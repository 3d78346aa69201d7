"""`studylab import`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.taken_in import KEYS, take
from studylab.language import N_, _
from studylab.store.backup_zip import is_zip
from studylab.store.copies import is_database
from studylab.store.transfer_check import TransferError
from studylab.study.incoming import json_file
from studylab.study.incoming.parcel import Parcel


@click.command("import", cls=JsonCommand, keys=KEYS, of=N_("what happened"))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@json_option
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in a JSON file that `studylab export` wrote, here or on another machine.

    What is here stays; of two versions of the same thing the newer one is taken, and what was
    deleted there later than it was changed here goes. All or nothing, and the database is copied
    into the backups before.
    """
    take(lambda: _read(file), dry_run=dry_run, as_json=as_json)


# The command's name is a word of Python's.
globals()["import"] = import_


def _read(file: Path) -> Parcel:
    if file.is_dir() or is_database(file) or is_zip(file):
        raise TransferError(
            _(
                "{path} is no JSON file; `studylab merge` takes home folders, databases and "
                "backups, `studylab restore` puts a backup back",
                path=file,
            )
        )
    return json_file.read(file)
