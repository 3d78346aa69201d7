"""Databases for the tests of transfer: copies of one that was migrated, filled row by row."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from studylab.store.database import open_database, transaction
from studylab.store.schema import migrations
from studylab.store.transfer_format import TABLES, in_order


def fill(db, records):
    """Put records into an empty database by plain SQL, not by what is to be tested."""
    with transaction(db):
        ids = {}
        for name in TABLES:
            for row in records[name]:
                row = dict(row)
                tags = row.pop("tags") if name == "questions" else []
                if name == "answers":
                    row["question"] = ids[row["question"]]
                columns = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join("?" * len(row))
                done = db.execute(
                    f"INSERT INTO {name} ({columns}) VALUES ({marks})", tuple(row.values())
                )
                if name == "questions":
                    ids[row["uid"]] = done.lastrowid
                    db.executemany(
                        "INSERT INTO question_tags VALUES (?, ?)",
                        [(done.lastrowid, tag) for tag in tags],
                    )


def sorted_records(records):
    """Records in the order of an export."""
    return {name: in_order(table, records[name]) for name, table in TABLES.items()}


def old_database(path):
    """A database as the first version left it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrations.apply(sqlite_utils.Database(db), stop_before="m003_study_whole")
        db.execute(
            "INSERT INTO questions (uid, text, status, week, asked_at, changed_at)"
            " VALUES ('old', 'An old question', 'open', 1, ?, ?)",
            ["2026-09-01T09:00:00+00:00"] * 2,
        )
        db.execute("PRAGMA user_version = 1")


class Shelf:
    """Makes empty databases in a folder."""

    def __init__(self, template: Path, folder: Path):
        self.template = template
        self.folder = folder
        self.made = []

    def empty(self):
        """A new empty database, opened."""
        path = self.folder / f"machine-{len(self.made)}" / "studylab.db"
        path.parent.mkdir()
        shutil.copy(self.template, path)
        db = open_database(path)
        self.made.append(db)
        return db

    def filled(self, records):
        """A new database with these records."""
        db = self.empty()
        fill(db, records)
        return db

    def close(self):
        """Close what was made, and remove it."""
        for db in self.made:
            db.close()
        shutil.rmtree(self.folder)
