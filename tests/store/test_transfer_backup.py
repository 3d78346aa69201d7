"""Backups, and what is restored from them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import pytest

from studylab.problem import Problem
from studylab.store import backup, copies, progress, question_list, questions
from studylab.store.backup_zip import MANIFEST, read_manifest, unpack
from studylab.store.copies import usable_copy
from studylab.store.database import SCHEMA_VERSION, StoreBusy, StoreNewer, integrity, open_database
from studylab.store.migrate import KEPT_BACKUPS
from studylab.store.restore import restore
from studylab.store.search import search
from studylab.store.transfer_check import TransferError
from tests.store.transfer_fill import old_database


@pytest.fixture
def studied(db, home):
    """A student with a question, an answer, two notes and a draft."""
    questions.answer(db, questions.ask(db, "为什么要归一化？"), "for the gradient")
    (home / "notes" / "pictures").mkdir(parents=True)
    (home / "notes" / "bert.md").write_text("# BERT\n", "utf-8")
    (home / "notes" / "pictures" / "笔记.png").write_bytes(b"\x89PNG\x00")
    (home / "drafts").mkdir()
    (home / "drafts" / "question.txt").write_text("half a thought", "utf-8")
    return db


def make(db, home, name="one.zip"):
    return backup.make(db, home, home / "backups" / name).backup


def texts(home):
    with closing(open_database(home / "studylab.db")) as db:
        return {question.text for question in question_list.listing(db)}


def refused(action, *arguments):
    with pytest.raises(Problem) as error:
        action(*arguments)
    text = str(error.value)
    assert "\n" not in text
    return text


def files_of(home):
    """Every file with its bytes, and the rows of the database: its own file may be checkpointed."""
    found = {
        path.relative_to(home): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("studylab.db")
    }
    with closing(sqlite3.connect(home / "studylab.db")) as db:
        for table in ("progress", "questions", "answers", "undo", "tombstones"):
            found[table] = db.execute(f"SELECT * FROM {table}").fetchall()
    return found


def test_a_backup_has_database_notes_and_drafts_and_says_so(studied, home, tmp_path):
    made = make(studied, home)
    manifest = read_manifest(made.path)
    assert manifest.files.keys() == {
        "studylab.db",
        "notes/bert.md",
        "notes/pictures/笔记.png",
        "drafts/question.txt",
    }
    assert (manifest.schema, made.files) == (SCHEMA_VERSION, 3)
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
    unpack(made.path, tmp_path)
    with closing(sqlite3.connect(tmp_path / "studylab.db")) as copy:
        assert copy.execute("SELECT text FROM questions").fetchall() == [("为什么要归一化？",)]
    assert not list((home / "backups").glob(".backup-*"))


def test_a_backup_is_of_one_moment_while_another_program_writes(studied, home, tmp_path):
    with closing(open_database(home / "studylab.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO progress VALUES ('p9', 'not committed')")
        made = make(studied, home)
        writer.rollback()
    unpack(made.path, tmp_path)
    with closing(sqlite3.connect(tmp_path / "studylab.db")) as copy:
        assert copy.execute("SELECT * FROM progress").fetchall() == []


def test_a_file_of_that_name_is_not_written_over(studied, home):
    made = make(studied, home)
    before = made.path.read_bytes()
    assert "choose another name" in refused(make, studied, home)
    assert made.path.read_bytes() == before


def test_pipes_and_broken_links_among_the_notes_do_not_hinder(studied, home):
    os.mkfifo(home / "notes" / "pipe.md")
    (home / "notes" / "broken.md").symlink_to("nowhere")
    (home / "notes" / "2 \x1b.md").write_text("escape")
    made = backup.make(studied, home, home / "backups" / "one.zip")
    assert made.backup.files == 3
    assert len(made.complaints) == 1
    assert "rename it" in made.complaints[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_note_that_can_not_be_read_is_told(studied, home):
    (home / "notes" / "bert.md").chmod(0)
    made = backup.make(studied, home, home / "backups" / "one.zip")
    assert "bert.md" in made.complaints[0]


def test_the_list_tells_what_each_can_be_used_for(studied, home):
    made = make(studied, home)
    copies.keep_copy(studied)
    (home / "backups" / "cut.zip").write_bytes(made.path.read_bytes()[:-50])
    (home / "backups" / "other.txt").write_text("no backup")
    found = {each.path.name: each for each in backup.listing(home / "backups")}
    assert len(found) == 3
    assert found["one.zip"].files == 3
    assert "damaged" in found["cut.zip"].trouble
    (automatic,) = (each for name, each in found.items() if name.endswith(".db"))
    assert (automatic.schema, automatic.trouble) == (SCHEMA_VERSION, "")
    assert backup.listing(home / "nowhere") == []


def test_of_the_automatic_copies_the_oldest_go(studied, home):
    kept = [copies.keep_copy(studied) for _ in range(KEPT_BACKUPS + 2)]
    assert [path.exists() for path in kept] == [False] * 2 + [True] * KEPT_BACKUPS


def test_restoring_brings_back_what_was_there(studied, home):
    made = make(studied, home)
    questions.ask(studied, "asked later")
    (home / "notes" / "bert.md").write_text("changed", "utf-8")
    (home / "notes" / "later.md").write_text("new", "utf-8")
    (home / "drafts" / "question.txt").write_text("another thought", "utf-8")
    done = restore(made.path, home)
    assert texts(home) == {"为什么要归一化？"}
    assert (home / "notes" / "bert.md").read_text("utf-8") == "# BERT\n"
    assert (home / "notes" / "later.md").read_text("utf-8") == "new"
    assert (home / "drafts" / "question.txt").read_text("utf-8") == "another thought"
    assert done.notes == 1
    assert not list(home.glob(".restoring-*"))
    restore(done.before, home)
    assert texts(home) == {"为什么要归一化？", "asked later"}
    assert (home / "notes" / "bert.md").read_text("utf-8") == "changed"


def test_open_apps_go_on_with_what_was_restored(studied, home):
    made = make(studied, home)
    with closing(open_database(home / "studylab.db")) as other:
        other.execute("BEGIN")
        assert question_list.count_open(other) == 0
        questions.ask(studied, "asked later")
        restore(made.path, home)
        assert question_list.count_open(other) == 0
        other.rollback()
        assert {q.text for q in question_list.listing(other)} == {"为什么要归一化？"}
        questions.ask(other, "and on we go")
        assert {q.text for q in question_list.listing(studied)} == {
            "为什么要归一化？",
            "and on we go",
        }
        assert integrity(studied) == "ok"


def test_another_program_that_writes_is_waited_for_and_then_told(studied, home, monkeypatch):
    made = make(studied, home)
    questions.ask(studied, "asked later")
    monkeypatch.setattr("studylab.store.database.BUSY_SECONDS", 0.3)
    studied.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        restore(made.path, home)
    studied.rollback()
    assert texts(home) == {"为什么要归一化？", "asked later"}


def test_an_automatic_copy_restores_the_database_alone(studied, home):
    copy = copies.keep_copy(studied)
    questions.ask(studied, "asked later")
    (home / "notes" / "bert.md").write_text("changed", "utf-8")
    restore(copy, home)
    assert texts(home) == {"为什么要归一化？"}
    assert (home / "notes" / "bert.md").read_text("utf-8") == "changed"


def test_an_older_schema_is_migrated_before_it_is_put_in_place(studied, home, tmp_path):
    old_database(tmp_path / "old.db")
    before = (tmp_path / "old.db").read_bytes()
    restore(tmp_path / "old.db", home)
    assert texts(home) == {"An old question"}
    assert len(search(studied, "old", home / "notes").questions) == 1
    assert (tmp_path / "old.db").read_bytes() == before


def test_where_nothing_was_a_backup_is_restored_too(studied, home, tmp_path):
    made = make(studied, home)
    done = restore(made.path, tmp_path / "new")
    assert texts(tmp_path / "new") == {"为什么要归一化？"}
    assert done.before is None
    with closing(open_database(tmp_path / "new" / "studylab.db")) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_damaged_database_is_moved_away(studied, home):
    made = make(studied, home)
    studied.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    studied.close()
    path = home / "studylab.db"
    path.write_bytes(b"my diary" * 1000)
    done = restore(made.path, home)
    assert done.damaged
    assert done.before.read_bytes() == b"my diary" * 1000
    assert texts(home) == {"为什么要归一化？"}


def test_a_database_of_a_newer_studylab_is_not_replaced(studied, home):
    made = make(studied, home)
    studied.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    studied.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with pytest.raises(StoreNewer):
        restore(made.path, home)


def changed_zip(source, target, change):
    """A copy of a backup with another manifest or other files."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def with_manifest(change):
    def apply(files):
        manifest = json.loads(files[MANIFEST])
        change(manifest, files)
        files[MANIFEST] = json.dumps(manifest).encode()

    return apply


def escape(name):
    def change(manifest, files):
        files[name] = b"evil"
        manifest["files"][name] = {"bytes": 4, "sha256": "0" * 64}

    return with_manifest(change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop(MANIFEST), "no backup of studylab"),
        (lambda files: files.update({MANIFEST: b"[]"}), "no backup of studylab"),
        (lambda files: files.update({MANIFEST: b"{" * 10_000}), "no backup of studylab"),
        (lambda files: files.update({MANIFEST: b"\xff"}), "no backup of studylab"),
        (lambda files: files.pop("notes/bert.md"), "damaged"),
        (lambda files: files.update({"notes/bert.md": b"FORGED!"}), "not what the manifest says"),
        (with_manifest(lambda m, f: m["files"].pop("studylab.db")), "no backup of studylab"),
        (with_manifest(lambda m, f: m.update(studylab_backup=2)), "upgrade studylab"),
        (with_manifest(lambda m, f: m.update(schema=SCHEMA_VERSION + 1)), "upgrade studylab"),
        (with_manifest(lambda m, f: m.update(created_at="soon")), "no backup of studylab"),
        (escape("../evil.md"), "no backup of studylab"),
        (escape("notes/../../evil.md"), "no backup of studylab"),
        (escape("/tmp/evil.md"), "no backup of studylab"),
        (escape("runs/evil.md"), "no backup of studylab"),
    ],
)
def test_a_zip_that_is_no_sound_backup_changes_nothing(studied, home, tmp_path, change, said):
    bad = changed_zip(make(studied, home).path, tmp_path / "bad.zip", change)
    before = files_of(home)
    assert said in refused(restore, bad, home)
    assert files_of(home) == before
    assert not (tmp_path / "evil.md").exists()


def test_a_backup_cut_at_any_place_changes_nothing(studied, home, tmp_path):
    whole = make(studied, home).path.read_bytes()
    before = files_of(home)
    cut = tmp_path / "cut.zip"
    for length in [*range(0, len(whole), len(whole) // 40), len(whole) - 1]:
        cut.write_bytes(whole[:length])
        refused(restore, cut, home)
    assert files_of(home) == before


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_backup_with_a_wrong_byte_changes_nothing(studied, home, tmp_path, place):
    whole = bytearray(make(studied, home).path.read_bytes())
    whole[int(len(whole) * place)] ^= 0xFF
    bad = tmp_path / "bad.zip"
    bad.write_bytes(whole)
    before = files_of(home)
    refused(restore, bad, home)
    assert files_of(home) == before


def test_what_is_no_database_of_studylab_changes_nothing(studied, home, tmp_path):
    other, text, broken = (tmp_path / name for name in ("other.db", "text.db", "broken.db"))
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE cats (name)")
    text.write_text("no database")
    copy = copies.keep_copy(studied)
    data = bytearray(copy.read_bytes())
    data[4096 : 4096 * 3] = os.urandom(4096 * 2)
    broken.write_bytes(data)
    before = files_of(home)
    assert "not one of studylab" in refused(restore, other, home)
    assert "no backup of studylab" in refused(restore, text, home)
    assert "no sound database" in refused(restore, broken, home)
    assert "can't be read" in refused(restore, tmp_path / "nowhere.zip", home)
    assert "can't be read" in refused(restore, tmp_path, home)
    assert files_of(home) == before


LIMITED = """
import resource, sys
from pathlib import Path
from studylab.store import backup
from studylab.store.database import open_database
from studylab.store.restore import restore
from studylab.problem import Problem
home, limit = Path(sys.argv[2]), int(sys.argv[3])
db = open_database(home / "studylab.db")
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    if sys.argv[1] == "restore":
        restore(Path(sys.argv[4]), home)
    else:
        backup.make(db, home, Path(sys.argv[4]))
except Problem as problem:
    print(problem)
"""


@pytest.mark.parametrize("limit", [1_000, 100_000, 300_000])
@pytest.mark.parametrize("action", ["backup", "restore"])
def test_a_full_disk_is_told_and_changes_nothing(studied, home, action, limit):
    progress.mark_done(studied, [os.urandom(500).hex() for _ in range(300)])
    made = make(studied, home)
    progress.mark_done(studied, ["later"])
    before = files_of(home)
    target = made.path if action == "restore" else home / "backups" / "two.zip"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, action, home, str(limit), target],
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = done.stdout.splitlines()
    assert "free some space" in line
    assert files_of(home) == before
    assert "later" in progress.done_items(studied)


def test_another_database_is_only_read(studied, home, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(home, other)
    with closing(open_database(other / "studylab.db")) as db:
        questions.ask(db, "in the log, not in the file")
        before = {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}
        copy = usable_copy(other / "studylab.db", tmp_path)
        after = {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}
        before.pop("studylab.db-shm"), after.pop("studylab.db-shm")
        assert after == before
    with closing(open_database(copy)) as db:
        assert question_list.count_open(db) == 1


def test_a_log_that_was_copied_without_its_index_is_read(studied, home, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    questions.ask(studied, "in the log, not in the file")
    for name in ("studylab.db", "studylab.db-wal"):
        shutil.copy(home / name, other)
    with closing(open_database(usable_copy(other / "studylab.db", tmp_path))) as db:
        assert question_list.count_open(db) == 1
    assert {path.name for path in other.iterdir()} == {"studylab.db", "studylab.db-wal"}


def test_a_database_of_a_newer_studylab_is_told(studied, home, tmp_path):
    studied.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(TransferError, match="upgrade studylab"):
        usable_copy(home / "studylab.db", tmp_path)
