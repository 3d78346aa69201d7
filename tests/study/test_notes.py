"""Notes as files: read whatever they are, written whole, and nothing that was written lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studylab.study import notes
from studylab.study.notes import Note, NoteProblem

AS_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root reads and writes everything")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder / "bert.md"


def test_a_note_that_is_not_begun_is_empty_and_can_be_written(path: Path) -> None:
    note = notes.read(path)
    assert (note.text, note.stamp, note.trouble) == ("", None, "")
    saved = notes.save(note, "# BERT\n")
    assert path.read_text() == "# BERT\n"
    assert saved.note == notes.read(path)
    assert not saved.made_again and saved.beside is None


def test_a_note_is_made_with_its_folder(tmp_path: Path) -> None:
    notes.save(notes.read(tmp_path / "a" / "b" / "note.md"), "x")
    assert (tmp_path / "a" / "b" / "note.md").read_text() == "x"


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "\ufeff# x", "中文 🎉\n", "", "a\tb"])
def test_what_is_saved_is_what_is_read(path: Path, text: str) -> None:
    notes.save(notes.read(path), text)
    assert path.read_bytes() == text.encode()
    assert notes.read(path).text == text
    assert notes.read(path).editable


def test_a_note_that_is_not_utf8_is_shown_and_left_alone(path: Path) -> None:
    path.write_bytes("第一行\n批归一化".encode("gb18030"))
    note = notes.read(path)
    assert "�" in note.text
    assert "iconv -f GB18030" in note.trouble and "line 1" in note.trouble
    with pytest.raises(NoteProblem):
        notes.save(note, "other")
    assert path.read_bytes() == "第一行\n批归一化".encode("gb18030")


@pytest.mark.parametrize("character", ["\x1b", "\x00", "\x0c", "\x85", "\u2028"])
def test_what_a_text_area_would_change_is_not_edited_here(path: Path, character: str) -> None:
    path.write_text(f"a{character}b")
    assert "control characters" in notes.read(path).trouble
    assert notes.cleaned(f"a{character}b") == "ab"


def test_50_mb_are_shown_in_part(path: Path) -> None:
    path.write_bytes(b"# large\n" + b"x" * 50_000_000)
    note = notes.read(path)
    assert note.text.startswith("# large\n")
    assert len(note.text) == notes.FIRST_PART
    assert "50 MB" in note.trouble
    with pytest.raises(NoteProblem):
        notes.save(note, note.text)
    assert path.stat().st_size == 50_000_008


def test_a_character_that_the_first_part_cuts_in_two_does_no_harm(path: Path) -> None:
    path.write_bytes("批".encode() * 2_000_000)
    assert notes.read(path).text.startswith("批批")


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text("there")
    path.symlink_to(elsewhere)
    notes.save(notes.read(path), "new")
    assert path.is_symlink()
    assert elsewhere.read_text() == "new"


def test_a_broken_link_is_told(path: Path) -> None:
    path.symlink_to("nowhere.md")
    note = notes.read(path)
    assert "nowhere.md, which is not there" in note.trouble
    with pytest.raises(NoteProblem, match="is not there"):
        notes.save(note, "x")
    with pytest.raises(NoteProblem):
        notes.begin(path, "BERT")
    assert path.is_symlink()


def test_a_link_to_itself_is_told(path: Path) -> None:
    path.symlink_to(path)
    assert notes.read(path).trouble


def test_a_folder_and_a_pipe_are_told(path: Path, tmp_path: Path) -> None:
    path.mkdir()
    assert "is a folder" in notes.read(path).trouble
    with pytest.raises(NoteProblem, match="is a folder"):
        notes.save(notes.read(path), "x")
    os.mkfifo(tmp_path / "pipe.md")
    assert "is no file" in notes.read(tmp_path / "pipe.md").trouble


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("in the way")
    with pytest.raises(NoteProblem, match="Not a directory"):
        notes.save(Note(tmp_path / "notes" / "a.md", "", None, ""), "x")


@AS_ROOT
def test_rights_are_told(path: Path) -> None:
    path.write_text("mine")
    path.chmod(0o400)
    assert "read-only" in notes.read(path).trouble
    path.chmod(0)
    assert "can't be read" in notes.read(path).trouble


def test_saving_keeps_the_rights(path: Path) -> None:
    path.write_text("mine")
    path.chmod(0o640)
    notes.save(notes.read(path), "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_the_note_as_it_was(path: Path, monkeypatch) -> None:
    path.write_text("before")
    base = notes.read(path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoteProblem, match="No space left"):
        notes.save(base, "after")
    assert path.read_text() == "before"
    assert list(path.parent.iterdir()) == [path]
    path.write_text("other")
    with pytest.raises(NoteProblem, match="No space left"):
        notes.save(base, "after")
    assert [file.name for file in path.parent.iterdir()] == ["bert.md"]


def test_a_file_written_just_before_ours_is_not_replaced(path: Path, monkeypatch) -> None:
    path.write_text("before")
    base = notes.read(path)
    fsync = os.fsync

    def slow(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", fsync)
        path.write_text("theirs, meanwhile")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    saved = notes.save(base, "ours")
    assert path.read_text() == "theirs, meanwhile"
    assert saved.beside is not None and saved.beside.read_text() == "ours"


def test_the_same_text_is_no_conflict(path: Path) -> None:
    path.write_text("one")
    base = notes.read(path)
    path.write_text("two")
    assert notes.save(base, "two").beside is None
    assert list(path.parent.iterdir()) == [path]


def test_conflicts_in_one_second_have_files_of_their_own(path: Path) -> None:
    base = notes.read(path)
    path.write_text("theirs")
    names = {notes.save(base, f"mine {n}").beside for n in range(3)}
    assert len(names) == 3 and None not in names


def test_a_note_deleted_while_open_is_made_again(path: Path) -> None:
    path.write_text("one")
    base = notes.read(path)
    path.unlink()
    saved = notes.save(base, "two")
    assert saved.made_again
    assert path.read_text() == "two"


def test_a_paragraph_is_put_at_the_end(path: Path) -> None:
    notes.append(path, "BERT", "first\n")
    assert path.read_text() == "# BERT\n\nfirst\n"
    notes.append(path, "BERT", "  二\nlines")
    assert path.read_text() == "# BERT\n\nfirst\n\n二\nlines\n"
    path.write_bytes(b"a\r\n")
    notes.append(path, "BERT", "b\nc")
    assert path.read_bytes() == b"a\r\n\r\nb\r\nc\r\n"
    path.write_bytes("批".encode("gb18030"))
    with pytest.raises(NoteProblem, match="not UTF-8"):
        notes.append(path, "BERT", "x")


def test_a_note_that_was_only_begun_goes_away(path: Path) -> None:
    assert notes.begin(path, "BERT")
    assert not notes.begin(path, "BERT")
    notes.drop_if_untouched(path, "BERT")
    assert not path.exists()
    notes.begin(path, "BERT")
    path.write_text(path.read_text() + "mine")
    notes.drop_if_untouched(path, "BERT")
    assert path.exists()
