"""An open note whose file another program writes: whatever the order, nothing is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studylab.study.open_note import OpenNote, Outside


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_text("one")
    return path


def test_nothing_happened(path: Path) -> None:
    note = OpenNote(path)
    os.utime(path, ns=(1, 1))
    assert note.look(changed=False) is Outside.NOTHING
    assert note.look(changed=True) is Outside.NOTHING
    assert not note.save("two").beside


def test_a_new_text_is_there_to_be_shown(path: Path) -> None:
    note = OpenNote(path)
    path.write_text("theirs")
    assert note.look(changed=False) is Outside.CHANGED
    assert note.note.text == "theirs"
    assert note.look(changed=False) is Outside.NOTHING


def test_both_have_a_text_and_it_is_told_once(path: Path) -> None:
    note = OpenNote(path)
    path.write_text("theirs")
    assert note.look(changed=True) is Outside.BOTH
    assert note.look(changed=True) is Outside.NOTHING
    assert note.note.text == "one"
    beside = note.save("mine").beside
    assert beside is not None and beside.read_text() == "mine"
    assert note.note.text == path.read_text() == "theirs"


def test_deleted_and_there_again(path: Path) -> None:
    note = OpenNote(path)
    path.unlink()
    assert note.look(changed=True) is Outside.DELETED
    assert note.gone and not note.new
    path.write_text("one")
    assert note.look(changed=False) is Outside.CHANGED
    assert not note.gone


def test_it_became_something_that_can_not_be_edited(path: Path) -> None:
    note = OpenNote(path)
    path.write_bytes("批".encode("gb18030"))
    assert note.look(changed=False) is Outside.CHANGED
    assert not note.note.editable


def test_a_text_typed_over_an_older_version_replaces_nothing(path: Path) -> None:
    digest = OpenNote(path).note.digest
    path.write_text("theirs")
    note = OpenNote(path)
    note.based_on(digest)
    assert note.save("mine").beside is not None
    assert path.read_text() == "theirs"


class OneNoteTwoWriters(RuleBasedStateMachine):
    """A student types, saves, and loses the terminal; another program writes and deletes."""

    @initialize(there=st.booleans())
    def start(self, there: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "note.md"
        if there:
            self.path.write_text("at first")
        self.note = OpenNote(self.path)
        self.shown = self.typed = self.note.note.text
        self.beside: dict[Path, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @property
    def changed(self) -> bool:
        return self.typed != self.shown

    @rule(text=st.sampled_from(["a", "中", "\n", "\r\n"]))
    def types(self, text: str) -> None:
        self.typed += text

    @rule()
    def takes_back_what_was_typed(self) -> None:
        self.typed = self.shown

    @rule()
    def looks(self) -> None:
        typed = self.typed
        happened = self.note.look(changed=self.changed)
        if happened is Outside.CHANGED:
            # Only a text that is on the disk somewhere is replaced on the screen.
            assert not self.changed
            self.shown = self.typed = self.note.note.text
        else:
            assert self.typed == typed

    @rule()
    def saves(self) -> None:
        if not self.changed and not self.note.gone:
            return
        there = self.path.read_bytes() if self.path.exists() else None
        known = self.note.note.text.encode()
        saved = self.note.save(self.typed)
        kept = (saved.beside or self.path).read_bytes()
        assert kept == self.typed.encode()
        if saved.beside is not None:
            assert self.path.read_bytes() == there
            assert saved.beside not in self.beside
            self.beside[saved.beside] = self.typed
            self.shown = self.typed = self.note.note.text
        else:
            # Nothing was replaced but what the student had seen, or the same text.
            assert there in (None, known, kept)
            self.shown = self.typed

    @rule()
    def is_killed_and_comes_back(self) -> None:
        digest, typed, changed = self.note.note.digest, self.typed, self.changed
        self.note = OpenNote(self.path)
        self.shown = self.typed = self.note.note.text
        if changed and typed != self.shown:
            self.note.based_on(digest)
            self.typed = typed

    @rule(text=st.text("ab中\n", max_size=4))
    def another_writes(self, text: str) -> None:
        self.path.write_bytes(text.encode())

    @precondition(lambda self: hasattr(self, "path") and self.path.exists())
    @rule()
    def another_deletes(self) -> None:
        self.path.unlink()

    @invariant()
    def what_was_saved_beside_is_there(self) -> None:
        if hasattr(self, "folder"):
            assert all(path.read_bytes() == text.encode() for path, text in self.beside.items())
            assert not list(Path(self.folder.name).glob(".*"))


TestOneNoteTwoWriters = OneNoteTwoWriters.TestCase
TestOneNoteTwoWriters.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
