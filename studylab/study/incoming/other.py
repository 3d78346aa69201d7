"""Opening what another machine has, whatever it is: it is only ever read."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from studylab import locations
from studylab.language import _
from studylab.store import transfer
from studylab.store.backup_zip import DATABASE, is_zip, unpack
from studylab.store.copies import is_database, usable_copy
from studylab.store.database import in_words, open_database
from studylab.store.transfer_check import TransferError, checked
from studylab.store.transfer_format import Records
from studylab.study.incoming import json_file
from studylab.study.incoming.parcel import Parcel
from studylab.study.note_files import read_notes


def open_other(path: Path) -> Parcel:
    """What is in a home folder, a database, a backup or an export.

    Raises:
        TransferError: it is none of them, or can't be used.
        StoreError: no room for a copy of it.
    """
    if not path.exists():
        raise TransferError(_("there is no file or folder {path}", path=path))
    database = path / DATABASE if path.is_dir() else path
    mine = locations.database()
    if database.exists() and mine.exists() and database.samefile(mine):
        raise TransferError(_("{path} is this studylab itself; name another one", path=path))
    if path.is_dir():
        return _home(path, database)
    if is_database(path):
        return Parcel(_records(path, str(path)))
    if is_zip(path):
        return _backup(path)
    return json_file.read(path)


def _home(path: Path, database: Path) -> Parcel:
    if not database.exists():
        raise TransferError(
            _("{path} is no home folder of studylab: it has no {name}", path=path, name=DATABASE)
        )
    notes, complaints = read_notes(path / locations.notes().name)
    return Parcel(_records(database, str(database)), notes, complaints)


def _backup(path: Path) -> Parcel:
    with in_words(path), tempfile.TemporaryDirectory(prefix="studylab-") as name:
        folder = Path(name)
        unpack(path, folder)
        notes, complaints = read_notes(folder / locations.notes().name)
        return Parcel(_records(folder / DATABASE, str(path)), notes, complaints)


def _records(path: Path, name: str) -> Records:
    with in_words(path), tempfile.TemporaryDirectory(prefix="studylab-") as folder:
        copy = usable_copy(path, Path(folder), name)
        with closing(open_database(copy)) as db:
            records = transfer.read(db)
    try:
        return checked(records)
    except TransferError as error:
        raise TransferError(
            _("{path}: {problem}; nothing was changed", path=name, problem=error)
        ) from error
