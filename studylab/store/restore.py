"""Putting a backup in the place of what is there, which is backed up before."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from studylab import atomic
from studylab.language import _
from studylab.store import backup, search_index
from studylab.store.backup_zip import DATABASE, unpack
from studylab.store.copies import is_database, patience, schema_of, stamp, usable_copy
from studylab.store.database import (
    SCHEMA_VERSION,
    StoreNewer,
    in_words,
    open_database,
    transaction,
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `before` has the state before it; None where there was none."""

    before: Path | None
    notes: int
    """Notes that were written, new ones and those that had been different."""
    damaged: bool = False
    """The database was damaged, and `before` is that file, moved away."""


def restore(path: Path, home: Path) -> Restored:
    """Make database and notes what they were in a backup; with a `.db` file, only the database.

    The backup is checked, and brought to this version's schema, before anything is touched. Open
    apps go on: they see the database change as by another app. Notes that the backup does not have
    stay; drafts come back where there is none.

    Raises:
        TransferError: the backup can't be used; nothing was changed.
        StoreError: the disk or another program is in the way; the database is as it was.
    """
    live = home / DATABASE
    with in_words(live):
        home.mkdir(parents=True, exist_ok=True)
    with in_words(home), tempfile.TemporaryDirectory(dir=home, prefix=".restoring-") as name:
        unpacked = Path(name, "unpacked")
        unpacked.mkdir()
        given = path
        if not is_database(path):
            unpack(path, unpacked)
            given = unpacked / DATABASE
        usable = Path(name, "usable")
        usable.mkdir()
        ready = usable_copy(given, usable, str(path))
        with closing(open_database(ready)) as db, transaction(db):
            search_index.rebuild(db)
        before, damaged = _keep_present(live, home)
        with in_words(live):
            _put(ready, live)
        notes = _put_files(unpacked / "notes", home / "notes")
        _put_files(unpacked / "drafts", home / "drafts", replace=False)
    return Restored(before, notes, damaged)


def _keep_present(live: Path, home: Path) -> tuple[Path | None, bool]:
    if not live.exists():
        return None, False
    if is_database(live) and schema_of(live) > SCHEMA_VERSION:
        raise StoreNewer(
            _(
                "{path} was written by a newer studylab (schema {version}, this one knows "
                "{known}); upgrade studylab, or set STUDYLAB_HOME to another folder",
                path=live,
                version=schema_of(live),
                known=SCHEMA_VERSION,
            )
        )
    with in_words(live):
        sound = _sound(live)
    if sound:
        with in_words(live), closing(sqlite3.connect(live)) as db:
            made = backup.make(db, home, backup.default_path(home, "before-restore"))
        return made.backup.path, False
    away = home / "backups" / f"damaged-{stamp()}.db"
    with in_words(away):
        away.parent.mkdir(parents=True, exist_ok=True)
        for end in ("-wal", "-shm", ""):
            part = live.with_name(f"{live.name}{end}")
            if part.exists():
                os.replace(part, away.with_name(f"{away.name}{end}"))
    return away, True


def _sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as db:
            return str(db.execute("PRAGMA quick_check(1)").fetchone()[0]) == "ok"
    except sqlite3.OperationalError:
        # Held by another program, or not to be read: not a reason to move it away.
        raise
    except sqlite3.DatabaseError:
        return False


def _put(ready: Path, live: Path) -> None:
    """Copy a whole database over another one in a single transaction of that one."""
    with closing(sqlite3.connect(ready)) as source, closing(sqlite3.connect(live)) as target:
        if not target.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            target.execute("PRAGMA journal_mode = WAL")
        source.backup(target, progress=patience(live))


def _put_files(source: Path, target: Path, *, replace: bool = True) -> int:
    written = 0
    for path in _files(source):
        place = target / path.relative_to(source)
        with in_words(place):
            if place.exists() and (not replace or place.read_bytes() == path.read_bytes()):
                continue
            # A link to a note elsewhere stays a link.
            place = Path(os.path.realpath(place))
            place.parent.mkdir(parents=True, exist_ok=True)
            atomic.replace(place, path.read_bytes())
            written += 1
    return written


def _files(folder: Path) -> Iterator[Path]:
    for parent, _folders, names in os.walk(folder):
        for name in sorted(names):
            yield Path(parent, name)
