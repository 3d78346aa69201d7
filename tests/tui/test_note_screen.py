"""A note in the app: read, edited, saved; and every way in which two can write it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Static

from studylab import locations
from studylab.study import notes
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.note import NoteScreen
from studylab.tui.note_draft import NoteDraft
from studylab.tui.widgets.markdown_area import HIGHLIGHTED, MarkdownArea
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]

NOTE = """# BERT

Mask *some* of the words, predict **them**.

## 第二节 Fine-tuning

- one more layer
- [the paper](https://arxiv.org/abs/1810.04805)

> not all are masked

    loss = -log p(x_i)
"""


@pytest.fixture
def path(workspace: Workspace) -> Path:
    path = workspace.note_file("bert")
    path.parent.mkdir(parents=True)
    path.write_text(NOTE, "utf-8")
    return path


def said(app: StudylabApp) -> str:
    return str(app.screen.query_one("#said", Static).content)


def area(app: StudylabApp) -> MarkdownArea:
    return app.screen.query_one(MarkdownArea)


async def opened(app: StudylabApp, pilot, path: Path) -> NoteScreen:
    screen = NoteScreen(path, "BERT")
    app.push_screen(screen)
    await pilot.pause()
    return screen


def look(app: StudylabApp) -> None:
    """What happens once a second."""
    app.screen._look()


@pytest.mark.parametrize("keys", [[], ["e"]], ids=["read", "edited"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_how_a_note_looks(snap_compare, open_app: OpenApp, path: Path, keys, size) -> None:
    async def enter(pilot) -> None:
        await opened(pilot.app, pilot, path)
        await pilot.press(*keys)
        await pilot.pause()
        area(pilot.app).cursor_blink = False

    assert snap_compare(open_app("papers"), terminal_size=size, run_before=enter)


async def test_n_opens_the_note_and_editing_saves_it(
    open_app: OpenApp, workspace: Workspace
) -> None:
    path = workspace.note_file("bert")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("bert")
        await pilot.press("n")
        await pilot.pause()
        # A new note is there to be written at once, and is no file before that.
        assert app.screen.editing
        assert not path.exists()
        await pilot.press(*"mine", "ctrl+s")
        assert path.read_text().endswith("Language Understanding\n\nmine")
        assert "Saved" in toasts(app)
        assert "not saved" not in screen_text(app)
        await pilot.press("escape")
        assert not app.screen.editing
        assert area(app).read_only
        await pilot.press("x", "e", "!", "ctrl+s", "escape", "escape")
        await pilot.pause()
        assert path.read_text().endswith("mine!")
        assert type(app.screen).__name__ == "PapersRoom"
        assert "✎" in screen_text(app)


async def test_a_note_that_was_only_looked_at_leaves_no_file(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert type(app.screen).__name__ == "PapersRoom"
    assert not locations.notes().exists()
    assert not locations.drafts().exists() or not list(locations.drafts().iterdir())


async def test_leaving_unsaved_asks(open_app: OpenApp, path: Path) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("e", "x", "escape")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        await pilot.pause()
        assert app.screen.editing and area(app).text.endswith("x")
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert not app.screen.editing
        assert area(app).text == NOTE
    assert path.read_text() == NOTE
    assert NoteDraft(path).read() is None


async def test_a_killed_app_loses_nothing(open_app: OpenApp, path: Path) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("e", *"typed")
        await pilot.pause(1.2)
        kept = NoteDraft(path).read()
        assert kept is not None and kept.text == NOTE + "typed"
    app = StudylabApp(app.workspace, "papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        assert app.screen.editing
        assert area(app).text == NOTE + "typed"
        assert "typed before and not saved" in said(app)
        await pilot.press("ctrl+s")
        assert path.read_text() == NOTE + "typed"
        assert NoteDraft(path).read() is None


async def test_a_draft_of_a_note_that_changed_since_replaces_nothing(
    open_app: OpenApp, path: Path
) -> None:
    NoteDraft(path).keep("mine", notes.read(path))
    path.write_text("theirs")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        assert area(app).text == "mine"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert path.read_text() == "theirs"
        beside = list(path.parent.glob("bert.conflict-*.md"))
        assert [file.read_text() for file in beside] == ["mine"]


async def test_a_change_outside_is_shown(open_app: OpenApp, path: Path) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        path.write_text("# New\n\nfrom vim")
        await pilot.pause(1.3)
        assert "from vim" in screen_text(app)
        assert "this is the new text" in said(app)
        # While editing, too, as long as nothing was typed.
        await pilot.press("e")
        path.write_text("again")
        look(app)
        assert area(app).text == "again" and app.screen.editing
        os.utime(path, ns=(1, 1))
        look(app)
        await pilot.press("!", "ctrl+s")
        assert path.read_text() == "again!"
        assert len(list(path.parent.iterdir())) == 1


@pytest.mark.parametrize("choice", ["y", "n"])
async def test_both_changed_both_are_kept_and_can_be_seen(
    open_app: OpenApp, path: Path, choice: str
) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("e", *"mine")
        path.write_text("theirs")
        look(app)
        assert "Both are kept" in said(app)
        assert area(app).text == NOTE + "mine"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        assert path.read_text() == "theirs"
        (beside,) = path.parent.glob("bert.conflict-*.md")
        assert beside.read_text() == NOTE + "mine"
        assert beside.name in screen_text(app)
        await pilot.press(choice)
        await pilot.pause()
        first, second = ("theirs", NOTE + "mine") if choice == "y" else (NOTE + "mine", "theirs")
        assert area(app).text == first
        assert "two versions" in said(app)
        await pilot.press("x")
        await pilot.pause()
        assert area(app).text == second
        await pilot.press("e", "!", "ctrl+s")
        assert {path.read_text(), beside.read_text()} == {first, second + "!"}


async def test_deleted_while_open_it_is_made_again(open_app: OpenApp, path: Path) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        path.unlink()
        look(app)
        assert "was deleted; ctrl+s makes it again" in said(app)
        assert "Mask some" in screen_text(app)
        await pilot.press("ctrl+s")
        assert path.read_text() == NOTE
        assert "it is there again" in said(app)
        await pilot.press("e", "x")
        path.unlink()
        look(app)
        await pilot.press("ctrl+s")
        assert path.read_text() == NOTE + "x"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("批归一化".encode("gb18030"), "iconv"),
        (b"# large\n" + b"word " * 10_000_000, "only its beginning"),
        (b"\x1b]0;title\x07text", "control characters"),
    ],
    ids=["gb18030", "50 MB", "escapes"],
)
async def test_what_can_only_be_read(open_app: OpenApp, path: Path, data: bytes, told: str) -> None:
    path.write_bytes(data)
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        assert told in said(app)
        assert "\x1b" not in screen_text(app)
        await pilot.press("e", "x", "ctrl+s")
        assert not app.screen.editing
        assert "e" not in app.screen.active_bindings
        await pilot.press("escape")
        await pilot.pause()
        assert type(app.screen).__name__ == "PapersRoom"
    assert path.read_bytes() == data


async def test_a_folder_or_a_broken_link_in_its_place(open_app: OpenApp, path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.md")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        assert "is not there" in said(app)
        assert not app.screen.editing
        path.unlink()
        path.mkdir()
        look(app)
        assert "is a folder" in said(app)
        await pilot.press("e", "E")
        assert not app.screen.editing


async def test_a_draft_whose_note_can_not_be_edited_any_more_is_named(
    open_app: OpenApp, path: Path
) -> None:
    NoteDraft(path).keep("mine", notes.read(path))
    path.write_bytes("批".encode("gb18030"))
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        assert "note-bert.txt" in said(app)
        await pilot.press("escape")
    kept = NoteDraft(path).read()
    assert kept is not None and kept.text == "mine"


async def test_a_disk_that_is_full_keeps_the_text_here(
    open_app: OpenApp, path: Path, monkeypatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("e", "x")
        monkeypatch.setattr(os, "fsync", full)
        await pilot.press("ctrl+s")
        assert "No space left" in said(app)
        assert app.screen.changed
        monkeypatch.undo()
        await pilot.press("ctrl+s")
    assert path.read_text() == NOTE + "x"


async def test_a_note_begun_elsewhere_meanwhile_is_not_replaced(
    open_app: OpenApp, workspace: Workspace
) -> None:
    path = workspace.note_file("bert")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press(*"mine")
        path.parent.mkdir(parents=True)
        path.write_text("theirs")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert path.read_text() == "theirs"
        (beside,) = path.parent.glob("bert.conflict-*.md")
        assert beside.read_text() == "# BERT\n\nmine"


async def test_line_ends_and_marks_stay_as_they_were(open_app: OpenApp, path: Path) -> None:
    path.write_bytes("\ufeff# a\r\n\r\nb\r\n".encode())
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("e", "enter", "c", "ctrl+s")
    assert path.read_bytes() == "\ufeff# a\r\n\r\nb\r\n\r\nc".encode()


@pytest.fixture
def edited(monkeypatch) -> list[str]:
    """What the editor was given, each time; it adds a word."""
    given = []

    def edit(app: StudylabApp, settings: object, path: Path, heading: str) -> None:
        given.append(path.read_text() if path.exists() else "")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(given[-1] + " edited")

    monkeypatch.setattr("studylab.tui.editor.edit_note", edit)
    return given


async def test_the_editor_and_back(open_app: OpenApp, path: Path, edited: list[str]) -> None:
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("E")
        await pilot.pause()
        assert area(app).text == NOTE + " edited"
        assert said(app) == "" and not app.screen.editing
        # From the middle of editing: what was typed is saved first.
        await pilot.press("e", "x", "E", "f2")
        await pilot.pause()
        assert edited[-1] == NOTE + " editedxE"
        assert area(app).text == NOTE + " editedxE edited"
        await pilot.press("e", "y")
        path.write_text("theirs")
        await pilot.press("f2")
        await pilot.pause()
        # Both were changed: that comes first.
        assert isinstance(app.screen, ConfirmDialog)
        assert len(edited) == 2


async def test_a_new_note_in_the_editor(
    open_app: OpenApp, workspace: Workspace, edited: list[str]
) -> None:
    path = workspace.note_file("bert")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.go_to("bert")
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert path.read_text() == " edited"
        assert area(app).text == " edited" and not app.screen.editing
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("E")
        assert path.read_text() == " edited edited"


async def test_no_terminal_to_give_away(open_app: OpenApp, path: Path, monkeypatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    app = open_app("papers")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("E")
        assert "in a terminal" in toasts(app)


async def test_markdown_is_coloured_where_a_key_press_stays_quick(
    open_app: OpenApp, path: Path
) -> None:
    pytest.importorskip("tree_sitter_markdown")
    app = open_app("papers")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot, path)
        await pilot.press("e")
        assert area(app).language == "markdown"
        assert any(name == "heading" for *_, name in area(app)._highlights[0])
        path.write_text("word " * (HIGHLIGHTED // 4))
        look(app)
        await pilot.pause()
        assert area(app).language is None
        # Shown as it is written: laying it out would take too long.
        await pilot.press("escape")
        await pilot.pause()
        assert "word word" in screen_text(app)
        await pilot.press("j", "k", "q")
