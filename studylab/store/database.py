"""Opening the database: pragmas, migrations when they are due, and errors in words."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from studylab.language import _, spoken
from studylab.problem import Unusable

SCHEMA_VERSION = 3
"""The `PRAGMA user_version` that this studylab reads and writes."""

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's write. WAL alone saves no write; this does."""


class StoreError(Unusable):
    """The database can't be used; the text is one line that says why and what to do."""


class StoreBusy(StoreError):
    """Another process holds the database for too long."""


class StoreReadOnly(StoreError):
    """The file, its folder or its disk refuses writing."""


class StoreDamaged(StoreError):
    """The file is no database, or a broken one."""


class StoreNewer(StoreError):
    """The file was written by a newer studylab."""


def open_database(path: Path) -> sqlite3.Connection:
    """A connection to the database at `path`, made and brought up to date if need be.

    Raises:
        StoreError: in one of its kinds.
    """
    with in_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        version = _version(path)
        if version > SCHEMA_VERSION:
            raise StoreNewer(
                _(
                    "{path} was written by a newer studylab (schema {version}, this one knows "
                    "{known}); upgrade studylab, or set STUDYLAB_HOME to another folder",
                    path=path,
                    version=version,
                    known=SCHEMA_VERSION,
                )
            )
        if version < SCHEMA_VERSION:
            _migrate(path)
        connection = _connect(path)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn SQLite's and the disk's errors into `StoreError`."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _explained(path, error) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise _damaged(path, error) from error
    except OSError as error:
        raise StoreReadOnly(
            _(
                "{path}: {error}; free some space or mend the permissions, "
                "or set STUDYLAB_HOME to a folder that can be written",
                path=path,
                error=error.strerror or error,
            )
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A write transaction, begun as such so that two writers queue instead of failing half-way.

    Raises:
        StoreError: nothing of the transaction was kept.
    """
    path = file_of(connection)
    with in_words(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def first(
    connection: sqlite3.Connection, select: str, values: Sequence[object]
) -> sqlite3.Row | None:
    """The first row that is selected, None if there is none.

    SQLite's integers have 64 bits; a longer number, which a student may type, is no row's.
    """
    try:
        found: sqlite3.Row | None = connection.execute(select, values).fetchone()
    except OverflowError:
        return None
    return found


def file_of(connection: sqlite3.Connection) -> Path:
    """The file that a connection reads."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def now() -> str:
    """The present, as the tables hold it: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def integrity(connection: sqlite3.Connection) -> str:
    """`ok`, or the first thing that SQLite's own check finds wrong."""
    with in_words(file_of(connection)):
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    # In WAL mode a commit survives a kill at once; only a power cut can lose the last ones.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _version(path: Path) -> int:
    if not path.exists():
        return 0
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def _migrate(path: Path) -> None:
    """Run the migrations in a process of their own.

    sqlite-utils imports pandas and NumPy where they are installed: a second and 100 MB that the
    app, which stays open all day, must not carry for a thing that happens once a release.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-m", "studylab.store.migrate", str(path)],
        env={**os.environ, "STUDYLAB_LANGUAGE": spoken()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [_("the migration ended without a word")]
        kind = {3: StoreBusy, 4: StoreReadOnly, 5: StoreDamaged}.get(done.returncode, StoreError)
        raise kind(lines[-1])


def _explained(path: Path, error: sqlite3.OperationalError) -> StoreError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreBusy(
            _(
                "{path} is held by another program ({error}); close that program or try again",
                path=path,
                error=text,
            )
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return StoreReadOnly(
            _(
                "{path} can't be written ({error}); mend the permissions of the file and its "
                "folder, or set STUDYLAB_HOME to a folder that can be written",
                path=path,
                error=text,
            )
        )
    if "full" in text or "disk I/O" in text:
        return StoreReadOnly(
            _(
                "{path}: {error}; free some space and try again: nothing was changed",
                path=path,
                error=text,
            )
        )
    if "malformed" in text or "no such table" in text or "no such column" in text:
        return _damaged(path, error)
    return StoreError(f"{path}: {text}")


def _damaged(path: Path, error: sqlite3.DatabaseError) -> StoreDamaged:
    return StoreDamaged(
        _(
            "{path} is damaged ({error}); move it away and copy the newest file of {backups} "
            "in its place: runs are read again from their directories",
            path=path,
            error=error,
            backups=path.parent / "backups",
        )
    )
