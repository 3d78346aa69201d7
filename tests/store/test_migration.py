"""A database of the first version is brought up to date, and nothing in it is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlite_utils

from studylab.store import missed, progress, question_list, questions, schema, search
from studylab.store.database import SCHEMA_VERSION, StoreError, integrity, open_database
from studylab.store.migrate import KEPT_BACKUPS, migrate
from studylab.store.progress import PaperState
from studylab.store.schema import migrations
from studylab.store.undo import undo

FIRST_OF_VERSION_2 = "m003_study_whole"

OLD = {
    "progress": [("p9", "2026-01-01T08:00:00+00:00"), ("paper-bert", "2026-01-02T08:00:00+00:00")],
    "papers": [
        ("bert", "done", "2026-01-02T08:00:00+00:00"),
        ("gpt", "first pass", "2026-01-03T08:00:00+00:00"),
    ],
    "questions": [
        (1, "q1", "为什么除以 √d?", "open", 6, "paper-bert", "bert", "§3.2", "", None,
         "2026-01-01T09:00:00+00:00", "2026-01-01T09:00:00+00:00"),
        (3, "q3", "Why a warm-up?", "answered", None, "", "", "", "r1", 400,
         "2026-01-02T09:00:00+00:00", "2026-01-05T09:00:00+00:00"),
    ],
    "answers": [
        (1, "a1", 3, "梯度太大", "P67", "2026-01-04T09:00:00+00:00"),
        (2, "a2", 3, "it diverges", "", "2026-01-05T09:00:00+00:00"),
    ],
    "metrics": [("r1", "loss", 1, 1.5, 0.25, "")],
}  # fmt: skip
"""Rows as the first version wrote them."""


@pytest.fixture
def old(path):
    """A database of version 1."""
    path.parent.mkdir(parents=True)
    db = sqlite_utils.Database(sqlite3.connect(path, isolation_level=None))
    db.execute("PRAGMA journal_mode = WAL")
    migrations.apply(db, stop_before=FIRST_OF_VERSION_2)
    db.table("runs").insert(
        {"id": "r1", "state": "finished", "created_at": "2026-01-01", "directory": "/runs/r1"}
    )
    for table, rows in OLD.items():
        for row in rows:
            db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    db.execute("PRAGMA user_version = 1")
    db.close()
    return path


def version(path):
    db = sqlite3.connect(path)
    (found,) = db.execute("PRAGMA user_version").fetchone()
    db.close()
    return found


def backups(path):
    return sorted((path.parent / "backups").glob("*.db"))


def as_it_was(path):
    """Every table as it stands in a file."""
    db = sqlite3.connect(path)
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    db.close()
    return found


def check(path):
    """All that is promised of a migrated database."""
    db = open_database(path)
    assert version(path) == SCHEMA_VERSION
    assert integrity(db) == "ok"
    assert not db.execute("PRAGMA foreign_key_check").fetchall()
    for table, rows in OLD.items():
        found = [tuple(row)[: len(rows[0])] for row in db.execute(f"SELECT * FROM {table}")]
        assert sorted(map(str, found)) == sorted(map(str, rows))
    _check_what_is_new(db, path.parent)
    _check_that_it_works(db, path.parent)
    db.close()


def _check_what_is_new(db, folder):
    assert [(a.text, a.changed_at, a.source_kind) for a in question_list.get(db, 3).answers] == [
        ("梯度太大", "2026-01-04T09:00:00+00:00", ""),
        ("it diverges", "2026-01-05T09:00:00+00:00", ""),
    ]
    assert progress.paper_history(db, "bert") == [(PaperState.DONE, "2026-01-02T08:00:00+00:00")]
    assert progress.paper_history(db, "gpt") == [
        (PaperState.FIRST_PASS, "2026-01-03T08:00:00+00:00")
    ]
    for query, number in (("什么", 1), ("warm", 3), ("梯度", 3), ("3.2", 1), ("√", 1)):
        found = search.search(db, query, folder / "notes").questions
        assert [question.id for question in found] == [number], query


def _check_that_it_works(db, folder):
    number = questions.ask(db, "new", tags=["loss"])
    questions.answer(db, 1, "so", source_kind="page")
    missed.note_missed(db, "the warm-up", paper="bert", point=0)
    assert number == 4
    questions.delete(db, 3)
    assert search.search(db, "梯度", folder / "notes").questions == []
    for _ in range(4):
        undo(db)
    assert [question.id for question in question_list.listing(db, sort="oldest")] == [1, 3]
    assert len(question_list.get(db, 3).answers) == 2


def test_nothing_is_lost(old):
    check(old)


def test_a_copy_of_the_old_one_is_made_first(old):
    before = as_it_was(old)
    open_database(old).close()
    (copy,) = backups(old)
    assert version(copy) == 1
    assert as_it_was(copy) == before
    open_database(old).close()
    assert backups(old) == [copy]


def test_the_newest_copies_are_kept(old):
    folder = old.parent / "backups"
    folder.mkdir()
    for day in range(KEPT_BACKUPS + 3):
        (folder / f"studylab-202501{day:02}-000000-000000-v1.db").touch()
    (folder / "of-mine.db").touch()
    open_database(old).close()
    kept = sorted(folder.glob("studylab-*.db"))
    assert len(kept) == KEPT_BACKUPS
    assert version(kept[-1]) == 1 and kept[-1].stat().st_size
    assert (folder / "of-mine.db").exists()


def test_histories_of_two_computers_begin_with_the_same_rows(old):
    other = old.with_name("other.db")
    other.write_bytes(old.read_bytes())
    uids = []
    for path in (old, other):
        db = open_database(path)
        uids.append({uid for (uid,) in db.execute("SELECT uid FROM paper_history")})
        db.close()
    assert uids[0] == uids[1]
    assert len(uids[0]) == 2


def test_killed_between_the_tables_and_the_index(old):
    db = sqlite_utils.Database(sqlite3.connect(old, isolation_level=None))
    migrations.apply(db)
    db.close()
    assert version(old) == 1
    check(old)


def test_killed_before_the_version_was_written(old):
    migrate(old)
    db = sqlite3.connect(old)
    db.execute("PRAGMA user_version = 1")
    db.close()
    check(old)


def test_an_error_within_the_migration_leaves_the_old_one(old, monkeypatch):
    before = as_it_was(old)

    def full(_db):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_time", full)
        with pytest.raises(StoreError, match="free some space"):
            migrate(old)
    assert as_it_was(old) == before
    assert version(old) == 1
    check(old)


@pytest.mark.parametrize("where", ["schema._time", "search_index.rebuild", "migrate.back_up"])
def test_killed_anywhere_within_the_migration(old, where):
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from studylab.store import migrate, schema, search_index\n"
        "def killed(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{where} = killed\n"
        "migrate.migrate(Path(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(old)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert version(old) == 1
    check(old)


def test_two_apps_may_find_the_old_one_at_once(old):
    program = (
        "import sys; from pathlib import Path\n"
        "from studylab.store.database import open_database\n"
        "open_database(Path(sys.argv[1]))\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, str(old)]) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert len(backups(old)) == 1
    check(old)


def test_what_runs_wrote_stays(old):
    db = open_database(old)
    assert db.execute("SELECT id, state FROM runs").fetchone()[:] == ("r1", "finished")
    assert db.execute("SELECT run, name, value FROM metrics").fetchone()[:] == ("r1", "loss", 0.25)
    db.close()


def test_the_new_tables_open_in_plain_sqlite(old):
    open_database(old).close()
    db = sqlite3.connect(old)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name in names:
        db.execute(f"SELECT count(*) FROM {name}").fetchone()
    assert {"question_tags", "paper_history", "missed_points", "undo", "search"} <= names
    db.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_where_no_copy_can_be_made_nothing_is_migrated(old):
    before = as_it_was(old)
    Path(old.parent / "backups").mkdir(mode=0o500)
    with pytest.raises(StoreError):
        open_database(old)
    assert as_it_was(old) == before


def test_where_no_copy_can_be_made_because_a_file_is_in_the_way(old):
    before = as_it_was(old)
    (old.parent / "backups").write_text("not a folder")
    with pytest.raises(StoreError) as error:
        open_database(old)
    assert "\n" not in str(error.value)
    assert as_it_was(old) == before
    assert version(old) == 1
