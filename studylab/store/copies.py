"""Whole copies of databases: one's own, consistent at one moment, and another's, made usable."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from studylab.language import _
from studylab.store import database
from studylab.store.database import SCHEMA_VERSION, StoreBusy, StoreError, in_words, open_database
from studylab.store.migrate import KEPT_BACKUPS
from studylab.store.transfer_check import TransferError

MAGIC = b"SQLite format 3\x00"

_VERSION_AT = 60
"""Where in its header SQLite keeps `user_version`."""

_OURS = {"progress", "papers", "questions", "answers"}
"""Tables that every version had."""


def stamp() -> str:
    """The present, for the name of a file; names sort as the times do."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


def keep_copy(db: sqlite3.Connection) -> Path:
    """Put a copy of the database beside the automatic ones, of which the oldest go.

    Raises:
        StoreError: it can't be written, or the database can't be read.
    """
    path = database.file_of(db)
    folder = path.parent / "backups"
    version = db.execute("PRAGMA user_version").fetchone()[0]
    copy = folder / f"{path.stem}-{stamp()}-v{version}.db"
    copy_to(db, copy)
    for old in sorted(folder.glob(f"{path.stem}-*.db"))[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
    return copy


def copy_to(db: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the database, one file, whole or not at all.

    Raises:
        StoreError: it can't be written, or the database can't be read.
    """
    try:
        with in_words(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(target)) as copy:
                db.backup(copy, progress=patience(database.file_of(db)))
                copy.execute("PRAGMA journal_mode = DELETE")
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def patience(path: Path) -> Callable[[int, int, int], None]:
    """Ends a copy that another program has been holding up for too long."""
    begun = time.monotonic()

    def check(status: int, _left: int, _total: int) -> None:
        nonlocal begun
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            begun = time.monotonic()
        elif time.monotonic() - begun > database.BUSY_SECONDS:
            raise StoreBusy(
                _(
                    "{path} is held by another program; close that program or try again",
                    path=path,
                )
            )

    return check


def is_database(path: Path) -> bool:
    """Whether a file begins as SQLite's do."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
    return False


def schema_of(path: Path) -> int:
    """The schema's version of a database, from the header of its file.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        file.seek(_VERSION_AT)
        return int.from_bytes(file.read(4), "big")


def usable_copy(path: Path, folder: Path, name: str = "") -> Path:
    """A copy in `folder` of another studylab's database, sound and of this version's schema.

    The file itself is only read. `name` is what the student calls it.

    Raises:
        TransferError: it is no database of studylab, is damaged, or of a newer version.
    """
    name = name or str(path)
    copy = folder / "studylab.db"
    try:
        _copy_file(path, copy)
        with closing(sqlite3.connect(copy)) as db:
            state = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
    except OSError as error:
        raise TransferError(
            _("{path} can't be read: {reason}", path=name, reason=error.strerror or error)
        ) from error
    except sqlite3.Error as error:
        raise _damaged(name, str(error)) from error
    if state != "ok":
        raise _damaged(name, state)
    if not tables >= _OURS:
        raise TransferError(
            _("{path} is a database, but not one of studylab; nothing was changed", path=name)
        )
    if version > SCHEMA_VERSION:
        raise TransferError(
            _(
                "{path} was written by a newer studylab (schema {version}, this one knows "
                "{known}); upgrade studylab",
                path=name,
                version=version,
                known=SCHEMA_VERSION,
            )
        )
    try:
        open_database(copy).close()
    except StoreError as error:
        raise TransferError(str(error).replace(str(copy), name)) from error
    return copy


def _copy_file(path: Path, copy: Path) -> None:
    log, shared = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
    if shared.exists() and log.exists():
        # Someone may be writing it now; SQLite sees to it that the copy is of one moment.
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target, progress=patience(path))
            return
        copy.unlink(missing_ok=True)
    shutil.copyfile(path, copy)
    if log.exists():
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))


def _damaged(name: str, reason: str) -> TransferError:
    return TransferError(
        _(
            "{path} is no sound database ({reason}); nothing was changed",
            path=name,
            reason=reason.splitlines()[-1],
        )
    )
