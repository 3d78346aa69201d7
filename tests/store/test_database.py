"""Opening the database in every state that a file can be in."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from studylab import language
from studylab.store import database
from studylab.store.database import (
    SCHEMA_VERSION,
    StoreBusy,
    StoreDamaged,
    StoreNewer,
    StoreReadOnly,
    integrity,
    open_database,
    transaction,
)
from studylab.store.progress import done_items, mark_done

TABLES = {"progress", "papers", "questions", "answers", "runs", "metrics", "resources", "results"}


def one_line(error):
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_new_database_has_the_tables_and_is_sound(db, path):
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names >= TABLES
    assert integrity(db) == "ok"
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_opening_again_changes_nothing(db, path):
    mark_done(db, ["p9"])
    again = open_database(path)
    assert done_items(again).keys() == {"p9"}
    again.close()


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 program is not installed")
def test_the_sqlite3_program_reads_it(db, path):
    mark_done(db, ["p9"])
    done = subprocess.run(
        ["sqlite3", path, "SELECT item FROM progress"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "p9\n"


def test_sqlite_utils_lists_the_tables(db, path):
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "tables", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(f'"{name}"' in done.stdout for name in TABLES)


def test_a_file_that_is_no_database_is_told_and_kept(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"my diary\n" * 500)
    with pytest.raises(StoreDamaged) as error:
        open_database(path)
    assert "move it away" in one_line(error)
    assert path.read_bytes() == b"my diary\n" * 500


def test_a_damaged_database_is_told(db, path):
    mark_done(db, [f"item-{n}" for n in range(5000)])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    with pytest.raises(StoreDamaged) as error, database.in_words(path):
        again = open_database(path)
        done_items(again)
    assert "backups" in one_line(error)


def test_a_database_of_a_newer_version_is_left_alone(db, path):
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreNewer) as error:
        open_database(path)
    assert "upgrade studylab" in one_line(error)
    assert path.read_bytes() == before


def test_a_locked_database_is_told_after_waiting(db, path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    mine = open_database(path)
    with pytest.raises(StoreBusy) as error:
        mark_done(mine, ["p9"])
    assert "held by another program" in one_line(error)
    other.rollback()
    assert mark_done(mine, ["p9"]) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_told(path):
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o500)
    with pytest.raises(StoreReadOnly) as error:
        open_database(path)
    assert "STUDYLAB_HOME" in one_line(error)


def test_a_read_only_database_is_told_and_can_be_read(db, path):
    mark_done(db, ["p9"])
    db.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly) as error:
        mark_done(db, ["p10"])
    assert "can't be written" in one_line(error)
    assert done_items(db).keys() == {"p9"}


def test_a_home_that_is_a_file_is_told(path):
    path.parent.write_text("not a folder")
    with pytest.raises(StoreReadOnly) as error:
        open_database(path)
    assert "STUDYLAB_HOME" in one_line(error)


def test_a_full_disk_changes_nothing(db, path):
    mark_done(db, ["p9"])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreReadOnly) as error:
        mark_done(db, [f"item-{n}" for n in range(5000)])
    assert "free some space" in one_line(error)
    assert done_items(db).keys() == {"p9"}


def test_a_transaction_is_all_or_nothing(db):
    with pytest.raises(ZeroDivisionError), transaction(db):
        db.execute("INSERT INTO progress VALUES ('p9', 'now')")
        raise ZeroDivisionError
    assert done_items(db) == {}


def test_an_old_database_is_copied_before_it_is_migrated(db, path):
    mark_done(db, ["p9"])
    db.execute("PRAGMA user_version = 0")
    db.close()
    open_database(path).close()
    (copy,) = (path.parent / "backups").glob("studylab-*.db")
    backup = sqlite3.connect(copy)
    assert backup.execute("SELECT item FROM progress").fetchall() == [("p9",)]
    backup.close()


def test_several_processes_may_open_a_new_database_at_once(path):
    program = (
        "import sys; from pathlib import Path\n"
        "from studylab.store.database import open_database\n"
        "from studylab.store.progress import mark_done\n"
        "mark_done(open_database(Path(sys.argv[1])), [sys.argv[2]])\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(path), f"p{n}"]) for n in range(4)
    ]
    assert [child.wait() for child in children] == [0, 0, 0, 0]
    db = open_database(path)
    assert done_items(db).keys() == {"p0", "p1", "p2", "p3"}
    db.close()


def test_no_write_of_three_processes_is_lost(db, path):
    program = (
        "import sys; from pathlib import Path\n"
        "from studylab.store.database import open_database\n"
        "from studylab.store.progress import mark_done\n"
        "db = open_database(Path(sys.argv[1]))\n"
        "for n in range(200): mark_done(db, [f'{sys.argv[2]}-{n}'])\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(n)]) for n in range(3)
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert len(done_items(db)) == 600


def test_opening_loads_no_heavy_package(path):
    program = (
        "import sys; from pathlib import Path\n"
        "from studylab.store.database import open_database\n"
        "open_database(Path(sys.argv[1]))\n"
        "print({'sqlite_utils', 'pandas', 'numpy', 'pyarrow', 'torch'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_a_transaction_that_reads_first_is_not_overtaken_by_another_writer(db, path):
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with transaction(db):
        assert done_items(db) == {}
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO progress VALUES ('p9', 'now')")
        db.execute("INSERT INTO progress VALUES ('p10', 'now')")
    other.close()
    assert done_items(db).keys() == {"p10"}


def test_what_a_migration_says_is_in_the_language_of_the_app(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    data = bytearray(path.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    path.write_bytes(data)

    language.use("zh")
    try:
        with pytest.raises(StoreDamaged) as error:
            open_database(path)
    finally:
        language.use("en")
    assert str(path) in one_line(error)
    assert "is damaged" not in one_line(error)
