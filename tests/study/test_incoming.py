"""What comes from another machine: whatever it is opened from, and notes that differ."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.problem import Problem
from studylab.store import backup, progress, question_list, questions
from studylab.store.database import open_database
from studylab.study.export.everything import gather
from studylab.study.export.json_file import write as write_json
from studylab.study.incoming.notes import arrivals, write
from studylab.study.incoming.other import open_other
from studylab.study.incoming.take import take_in
from studylab.study.note_files import NoteFile, read_notes
from tests.store.transfer_fill import old_database


@pytest.fixture
def server(migrated, tmp_path):
    """The home folder of another machine."""
    folder = tmp_path / "server"
    (folder / "notes").mkdir(parents=True)
    shutil.copy(migrated, folder / "studylab.db")
    with closing(open_database(folder / "studylab.db")) as db:
        questions.ask(db, "在服务器上问的")
    (folder / "notes" / "bert.md").write_text("# BERT\n", "utf-8")
    return folder


def in_every_shape(server, tmp_path):
    with closing(open_database(server / "studylab.db")) as db:
        backup.make(db, server, tmp_path / "backup.zip")
        write_json(gather(db, server / "notes"), tmp_path / "export.json")
    shutil.copy(server / "studylab.db", tmp_path / "copy.db")
    return {
        "folder": server,
        "database": tmp_path / "copy.db",
        "backup": tmp_path / "backup.zip",
        "export": tmp_path / "export.json",
    }


@pytest.mark.parametrize("shape", ["folder", "database", "backup", "export"])
def test_it_may_be_a_folder_a_database_a_backup_or_an_export(workspace, server, tmp_path, shape):
    path = in_every_shape(server, tmp_path)[shape]
    parcel = open_other(path)
    assert [row["text"] for row in parcel.records["questions"]] == ["在服务器上问的"]
    assert list(parcel.notes) == ([] if shape == "database" else [NoteFile("bert", b"# BERT\n")])


def test_all_shapes_are_the_same_to_whoever_merges(workspace, server, tmp_path, home):
    shapes = in_every_shape(server, tmp_path)
    assert take_in(workspace.db, home / "notes", open_other(shapes["folder"])).any
    for path in shapes.values():
        assert not take_in(workspace.db, home / "notes", open_other(path)).any


def test_the_other_machine_stays_as_it_is(workspace, server, tmp_path, home):
    before = {path: path.read_bytes() for path in server.rglob("*") if path.is_file()}
    take_in(workspace.db, home / "notes", open_other(server))
    assert before == {path: path.read_bytes() for path in server.rglob("*") if path.is_file()}


def test_an_older_schema_is_migrated_in_a_copy(workspace, tmp_path):
    old_database(tmp_path / "old" / "studylab.db")
    parcel = open_other(tmp_path / "old")
    assert [row["text"] for row in parcel.records["questions"]] == ["An old question"]
    with closing(sqlite3.connect(tmp_path / "old" / "studylab.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["studylab.db"]


def test_what_is_none_of_them_is_told(workspace, server, tmp_path, home):
    (tmp_path / "text").write_text("no JSON")
    (tmp_path / "empty").mkdir()
    for path, said in (
        (tmp_path / "nowhere", "there is no file or folder"),
        (tmp_path / "empty", "no home folder of studylab"),
        (tmp_path / "text", "no whole JSON"),
        (home, "is this studylab itself"),
        (home / "studylab.db", "is this studylab itself"),
    ):
        with pytest.raises(Problem, match=said):
            open_other(path)


def test_a_database_with_what_no_studylab_writes_is_refused_with_its_place(workspace, server):
    with closing(sqlite3.connect(server / "studylab.db")) as db:
        db.execute("UPDATE questions SET week = 'six'")
        db.commit()
    with pytest.raises(Problem, match=r"questions\[0\]\.week"):
        open_other(server)


def bring(folder, **notes):
    """Take notes in; returns what lies in the folder then."""
    parcel = [NoteFile(name.replace("_", "."), text.encode()) for name, text in notes.items()]
    write(folder, arrivals(folder, parcel))
    return {note.name: note.data.decode() for note in read_notes(folder)[0]}


def test_a_note_that_is_not_there_is_written(tmp_path):
    assert bring(tmp_path, bert="theirs") == {"bert": "theirs"}


def test_a_note_that_differs_lies_beside_and_comes_once(tmp_path):
    (tmp_path / "bert.md").write_text("mine")
    after = bring(tmp_path, bert="theirs")
    assert after["bert"] == "mine"
    (beside,) = after.keys() - {"bert"}
    assert beside.startswith("bert.imported-")
    assert after[beside] == "theirs"
    assert bring(tmp_path, bert="theirs") == after
    assert bring(tmp_path, bert="mine") == after


def test_several_versions_of_the_same_second_all_have_a_place(tmp_path):
    (tmp_path / "bert.md").write_text("mine")
    for text in ("one", "two", "three"):
        after = bring(tmp_path, bert=text)
    assert sorted(after.values()) == ["mine", "one", "three", "two"]


def test_where_a_folder_or_a_broken_link_has_the_name_it_lies_beside(tmp_path):
    (tmp_path / "bert.md").mkdir()
    (tmp_path / "gpt.md").symlink_to("nowhere")
    write(tmp_path, arrivals(tmp_path, [NoteFile("bert", b"a"), NoteFile("gpt", b"b")]))
    assert (tmp_path / "bert.md").is_dir()
    assert (tmp_path / "gpt.md").is_symlink()
    assert len(list(tmp_path.glob("*.imported-*.md"))) == 2


machine = st.dictionaries(st.sampled_from(["bert", "gpt"]), st.sampled_from(["a", "b", "c"]))


@given(machine, machine)
def test_notes_merged_both_ways_are_the_same_and_none_is_lost(tmp_path_factory, one, two):
    mine, theirs = tmp_path_factory.mktemp("mine"), tmp_path_factory.mktemp("theirs")
    for folder, notes in ((mine, one), (theirs, two)):
        for name, text in notes.items():
            (folder / f"{name}.md").write_text(text)
    for _ in range(2):
        for source, target in ((mine, theirs), (theirs, mine)):
            write(target, arrivals(target, read_notes(source)[0]))
    contents = []
    for folder, notes in ((mine, one), (theirs, two)):
        found = read_notes(folder)[0]
        assert {note.name: note.data.decode() for note in found}.items() >= notes.items()
        contents.append({(note.name.split(".")[0], note.data) for note in found})
        assert len(found) == len(contents[-1])
    assert contents[0] == contents[1]
    assert contents[0] == {
        (name, text.encode()) for each in (one, two) for name, text in each.items()
    }


def test_two_machines_that_merge_have_the_same_in_the_end(workspace, server, home):
    questions.ask(workspace.db, "asked at home")
    progress.mark_done(workspace.db, ["p9"])
    take_in(workspace.db, home / "notes", open_other(server))
    shutil.copytree(home, server.parent / "laptop")
    with closing(open_database(server / "studylab.db")) as db:
        take_in(db, server / "notes", open_other(server.parent / "laptop"))
        mine = {q.text for q in question_list.listing(workspace.db)}
        assert mine == {q.text for q in question_list.listing(db)}
        assert mine == {"在服务器上问的", "asked at home"}
