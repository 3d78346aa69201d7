"""`studylab backup` and `studylab restore`."""

from __future__ import annotations

from pathlib import Path

import click

from studylab import locations
from studylab.cli import output
from studylab.cli.as_json import picked, write_json
from studylab.cli.exit_codes import FAILED, OK, UsageProblem
from studylab.cli.guard import complain, remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.cli.times import local
from studylab.language import N_, _, n_
from studylab.plain import one_line
from studylab.runs.wording import size
from studylab.store import backup as store
from studylab.store.backup import Backup
from studylab.store.restore import restore as put_back

KEYS = ("path", "created_at", "schema", "bytes", "files", "trouble")


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each backup"))
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[PATH]")
@click.option("--list", "list_them", is_flag=True, help="List the backups there are.")
@json_option
def backup(path: Path | None, list_them: bool, as_json: bool) -> None:
    """Copy the database, notes and drafts into one zip file.

    PATH is a file or a folder; without it the backup goes to the others in the data folder. Runs
    are not in it: they are folders of their own in `runs`. `studylab restore` puts a backup back.
    """
    if list_them:
        if path is not None and not path.is_dir():
            raise UsageProblem(_("{path} is no folder with backups", path=path))
        _list(path or locations.backups(), as_json)
        return
    with opened() as workspace:
        made = store.make(workspace.db, locations.home(), _target(path))
    for complaint in made.complaints:
        complain(complaint)
    if as_json:
        write_json([picked(made.backup, KEYS)])
        return
    files = n_("{count} note or draft", "{count} notes and drafts", made.backup.files)
    line(
        _("backed up: {path}", path=made.backup.path),
        Cell(f"  {size(made.backup.bytes)}, {files}", "dim"),
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> int:
    """Put a backup in the place of what is here now.

    FILE is a zip of `studylab backup`, or one of the database's automatic copies (.db);
    `studylab backup --list` shows both. What is here is backed up before, and an app that is open
    goes on with what was restored. To bring two machines together, use `studylab merge`.
    """
    file = file.expanduser()
    if not file.exists() and not file.is_absolute() and (locations.backups() / file).exists():
        file = locations.backups() / file
    if not yes and not _sure(file):
        remark(_("nothing was changed"))
        return FAILED
    done = put_back(file, locations.home())
    line(_("restored: {path}", path=file))
    if done.notes:
        line(n_("{count} note was put back", "{count} notes were put back", done.notes))
    if done.damaged:
        remark(_("the database was damaged; it was moved to {path}", path=done.before))
    elif done.before is not None:
        remark(_("what was here before: {path}", path=done.before))
    return OK


def _target(path: Path | None) -> Path:
    if path is None:
        return store.default_path(locations.home())
    path = path.expanduser().absolute()
    return path / store.default_path(locations.home()).name if path.is_dir() else path


def _list(folder: Path, as_json: bool) -> None:
    found = store.listing(folder)
    if as_json:
        write_json([picked(each, KEYS) for each in found])
        return
    table(
        [_row(each) for each in found],
        (_("made"), _("size"), _("holds"), _("file")) if found else (),
        flexible=[2, 3],
    )
    if not found:
        remark(_("there is no backup in {folder}; `studylab backup` makes one", folder=folder))


def _row(found: Backup) -> list[Cell | str]:
    if found.trouble:
        holds = Cell(one_line(found.trouble), "red")
    elif found.path.suffix == ".db":
        holds = Cell(_("database"))
    else:
        holds = Cell(
            n_(
                "database, {count} note or draft",
                "database, {count} notes and drafts",
                found.files,
            )
        )
    return [local(found.created_at), size(found.bytes), holds, found.path.name]


def _sure(file: Path) -> bool:
    if not output.on_terminal():
        raise UsageProblem(_("say --yes if {path} is to replace what is here", path=file))
    question = _(
        "Database and notes become what they are in {path}. What is here now is backed up before. "
        "Restore it?",
        path=one_line(str(file)),
    )
    return click.confirm(question)
