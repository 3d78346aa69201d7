"""`python -m studylab.store.migrate FILE`: bring a database up to this version's schema.

A copy is put into `backups/` before anything is changed.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from studylab import language
from studylab.store.database import (
    SCHEMA_VERSION,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    in_words,
)

KEPT_BACKUPS = 10

EXIT_CODES: dict[type[StoreError], int] = {StoreBusy: 3, StoreReadOnly: 4, StoreDamaged: 5}


def migrate(path: Path) -> None:
    """Apply the migrations that `path` lacks; safe to run from several processes at once.

    Raises:
        StoreError: the file is as it was.
    """
    with in_words(path), open(path.with_name(path.name + ".migrating"), "w") as gate:
        # Two apps may start at once on a new machine: the second finds nothing left to do.
        fcntl.flock(gate, fcntl.LOCK_EX)
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
                return
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                back_up(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            import sqlite_utils

            from studylab.store.schema import migrations
            from studylab.store.search_index import rebuild

            migrations.apply(sqlite_utils.Database(connection))
            connection.execute("BEGIN IMMEDIATE")
            rebuild(connection)
            connection.commit()
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION:d}")


def back_up(connection: sqlite3.Connection, path: Path) -> Path:
    """A copy of the database in `backups/` beside it; the oldest copies go."""
    folder = path.parent / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    copy = folder / f"{path.stem}-{stamp}-v{version}.db"
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    for old in sorted(folder.glob(f"{path.stem}-*.db"))[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
    return copy


def main(path: str) -> int:
    """Migrate; one line on stderr and an exit code of `EXIT_CODES` if that fails."""
    language.use(os.environ.get("STUDYLAB_LANGUAGE", ""))
    try:
        migrate(Path(path))
    except StoreError as error:
        print(error, file=sys.stderr)
        return EXIT_CODES.get(type(error), 1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
