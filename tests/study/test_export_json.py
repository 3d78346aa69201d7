"""The JSON: out, in again, out again; cut anywhere; and what a file from outside may hold."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studylab.store import transfer
from studylab.store.database import SCHEMA_VERSION, StoreReadOnly, open_database
from studylab.store.transfer_check import TransferError
from studylab.study.export.everything import gather
from studylab.study.export.json_file import CONTRACT, lines, write
from studylab.study.incoming.json_file import parse, read
from studylab.study.incoming.take import foresee, take_in
from studylab.study.note_files import NoteFile, read_notes
from tests.store.transfer_fill import fill
from tests.store.transfer_records import records

note_names = st.sampled_from(["bert", "week-3", "笔记 1", "a.b", "c:d"])
notes = st.dictionaries(note_names, st.one_of(st.binary(max_size=50), st.text().map(str.encode)))


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "studylab.db"
    db = open_database(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@contextmanager
def machine(template):
    """An empty database and a folder for notes."""
    home = Path(tempfile.mkdtemp())
    shutil.copy(template, home / "studylab.db")
    (home / "notes").mkdir()
    with closing(open_database(home / "studylab.db")) as db:
        yield db, home / "notes"
    shutil.rmtree(home)


def exported(db, folder):
    return "".join(lines(gather(db, folder)))


def without_time(text):
    return [line for line in text.splitlines() if not line.startswith('"exported_at"')]


@settings(max_examples=40)
@given(records(), notes)
def test_out_in_and_out_again_is_the_same(template, a, written):
    with machine(template) as (db, folder), machine(template) as (other, elsewhere):
        fill(db, a)
        for name, data in written.items():
            (folder / f"{name}.md").write_bytes(data)
        first = exported(db, folder)
        take_in(other, elsewhere, parse(first.encode()))
        assert without_time(exported(other, elsewhere)) == without_time(first)
        assert not take_in(other, elsewhere, parse(first.encode())).any
        assert without_time(exported(other, elsewhere)) == without_time(first)


@pytest.fixture
def studied(template, tmp_path):
    """A small database and a note, all of it in the file."""
    with machine(template) as (db, folder):
        db.execute(
            "INSERT INTO questions (uid, text, status, asked_at, changed_at) VALUES"
            " ('q', '为什么？', 'open', '2026-11-24T09:00:00+00:00', '2026-11-24T09:00:00+00:00')"
        )
        (folder / "bert.md").write_bytes(b"# BERT\n")
        yield db, folder


def test_cut_at_any_byte_it_is_refused_and_nothing_changes(studied):
    db, folder = studied
    whole = exported(db, folder).encode().rstrip()
    for length in range(len(whole)):
        with pytest.raises(TransferError) as error:
            parse(whole[:length])
        assert "\n" not in str(error.value)
    assert parse(whole).notes == [NoteFile("bert", b"# BERT\n")]


@settings(max_examples=200)
@given(st.data())
def test_with_a_changed_byte_it_is_taken_or_refused_in_words(template, data):
    with machine(template) as (db, folder):
        db.execute("INSERT INTO progress VALUES ('p9', '2026-11-24T09:00:00+00:00')")
        whole = bytearray(exported(db, folder).encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    try:
        parse(bytes(whole))
    except TransferError as error:
        assert "\n" not in str(error)


def test_what_a_terminal_may_obey_is_escaped(studied):
    db, folder = studied
    db.execute("UPDATE questions SET text = ?", ["\x1b[31m \x9b \u202e \u2028 \x7f \ufeff 好"])
    text = exported(db, folder)
    assert not set("\x1b\x9b\u202e\u2028\x7f\ufeff") & set(text)
    assert "好" in text
    assert parse(text.encode()).records["questions"][0]["text"] == (
        "\x1b[31m \x9b \u202e \u2028 \x7f \ufeff 好"
    )


def test_each_row_has_a_line_of_its_own(studied):
    db, folder = studied
    rows = [line for line in exported(db, folder).splitlines() if line.startswith(" {")]
    assert len(rows) == 2
    assert json.loads(rows[0].rstrip(","))["uid"] == "q"


def test_a_note_that_is_no_text_travels_byte_for_byte(studied):
    db, folder = studied
    (folder / "old.md").write_bytes("中文".encode("gb18030"))
    text = exported(db, folder)
    assert '"base64"' in text
    assert NoteFile("old", "中文".encode("gb18030")) in parse(text.encode()).notes


def test_notes_that_can_not_travel_are_told(studied):
    db, folder = studied
    (folder / "a\nb.md").write_text("odd name")
    (folder / "broken.md").symlink_to("nowhere")
    (folder / "folder.md").mkdir()
    found = gather(db, folder)
    assert [note.name for note in found.notes] == ["bert"]
    assert len(found.complaints) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"studylab": CONTRACT + 1}, "upgrade studylab"),
        ({"schema": SCHEMA_VERSION + 1}, "upgrade studylab"),
        ({"studylab": "1"}, 'studylab is "1"'),
        ({"studylab": 10**400}, "upgrade studylab"),
        ({"studylab": True}, "studylab is true"),
        ({"schema": 0}, "schema is 0"),
        ({"notes": {}}, "notes is {}"),
        ({"notes": [5]}, "notes[0] is 5"),
        ({"notes": [{"name": "../evil", "text": ""}]}, "notes[0].name"),
        ({"notes": [{"name": ".hidden", "text": ""}]}, "notes[0].name"),
        ({"notes": [{"name": "a\x1b", "text": ""}]}, "notes[0].name"),
        ({"notes": [{"name": "\ud800", "text": ""}]}, "notes[0].name"),
        ({"notes": [{"name": "長" * 90, "text": ""}]}, "notes[0].name"),
        ({"notes": [{"name": 7, "text": ""}]}, "notes[0].name"),
        ({"notes": [{"name": "a"}]}, "notes[0] has to have"),
        ({"notes": [{"name": "a", "text": 1}]}, "notes[0] has to have"),
        ({"notes": [{"name": "a", "text": "", "base64": ""}]}, "notes[0] has to have"),
        ({"notes": [{"name": "a", "text": "\ud800"}]}, "notes[0] has to have"),
        ({"notes": [{"name": "a", "base64": "?"}]}, "notes[0] has to have"),
        ({"notes": [{"name": "a", "text": ""}, {"name": "a", "text": ""}]}, "notes[1].name"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change, said):
    with pytest.raises(TransferError) as error:
        parse(json.dumps({"studylab": 1} | change).encode())
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"[]", "no export of studylab"),
        (b"{}", "no export of studylab"),
        (b'"studylab"', "no export of studylab"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "no export"),
        (b'{"studylab": 1' + b"0" * 5000 + b"}", "no export"),
        (b'{"studylab": 1} and more', "no whole JSON"),
        (b'{"studylab": NaN}', "studylab is NaN"),
    ],
)
def test_what_is_no_export_is_told(data, said):
    with pytest.raises(TransferError) as error:
        parse(data)
    assert said in str(error.value)


def test_a_byte_order_mark_and_unknown_keys_do_no_harm():
    assert parse(b'\xef\xbb\xbf{"studylab": 1, "mood": []}').notes == []


def test_the_line_names_the_file(tmp_path):
    path = tmp_path / "export.json"
    path.write_text('{"studylab": 1, "progress": [{}]}')
    with pytest.raises(TransferError, match=r"export\.json: progress\[0\]\.item is missing"):
        read(path)
    with pytest.raises(TransferError, match="can't be read"):
        read(tmp_path)


def test_taking_in_is_backed_up_before_and_foreseen_exactly(studied, template, tmp_path):
    db, folder = studied
    write(gather(db, folder), tmp_path / "export.json")
    parcel = read(tmp_path / "export.json")
    with machine(template) as (other, elsewhere):
        foreseen = foresee(other, elsewhere, parcel)
        assert (foreseen.backup, read_notes(elsewhere)) == (None, ([], []))
        outcome = take_in(other, elsewhere, parcel)
        assert (outcome.rows, outcome.notes_new) == (foreseen.rows, foreseen.notes_new)
        assert outcome.backup.is_file()
        again = take_in(other, elsewhere, parcel)
        assert (again.any, again.backup) == (False, None)


def test_when_a_note_can_not_be_written_nothing_is_taken(studied, template, monkeypatch):
    db, folder = studied
    parcel = parse(exported(db, folder).encode())
    with machine(template) as (other, elsewhere):
        elsewhere.rmdir()
        elsewhere.write_text("a file where the folder should be")
        with pytest.raises(Exception, match="nothing was changed"):
            take_in(other, elsewhere, parcel)
        assert transfer.read(other)["questions"] == []


def test_when_the_database_can_not_be_written_the_notes_go_again(studied, template, monkeypatch):
    db, folder = studied
    parcel = parse(exported(db, folder).encode())

    @contextmanager
    def full(db):
        db.execute("BEGIN")
        yield
        assert len(list(elsewhere.iterdir())) == 1
        db.rollback()
        raise StoreReadOnly("no space is left")

    monkeypatch.setattr("studylab.study.incoming.take.transaction", full)
    with machine(template) as (other, elsewhere):
        with pytest.raises(StoreReadOnly):
            take_in(other, elsewhere, parcel)
        assert list(elsewhere.iterdir()) == []
        assert transfer.read(other)["questions"] == []
