"""Export, import, merge, backup and restore from the palette."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import Input, Static

from studylab import locations
from studylab.store import backup, missed, progress, question_list, questions
from studylab.store.database import open_database
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.choice import Choice
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.dialogs.export import ExportDialog
from studylab.tui.dialogs.path_field import completed
from studylab.tui.dialogs.pick import PickDialog
from studylab.tui.dialogs.take_in import TakeInDialog
from studylab.tui.transfer import back_up, choose_backup, transfer_commands
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]


@pytest.fixture
def server(empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of another machine, in the folder that the app is started in."""
    folder = tmp_path / "server"
    (folder / "notes").mkdir(parents=True)
    shutil.copy(empty_database, folder / "studylab.db")
    with closing(open_database(folder / "studylab.db")) as db:
        questions.answer(db, questions.ask(db, "在服务器上问的", week=1), "So.")
        missed.note_missed(db, "It masks words", paper="bert", week=6)
        progress.mark_done(db, ["p9", "p10"])
    (folder / "notes" / "bert.md").write_text("# BERT\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def told(app: StudylabApp) -> str:
    return str(app.screen.query_one("#told", Static).content)


def subtitle(app: StudylabApp) -> str:
    return str(app.screen.query_one("#dialog").border_subtitle)


async def settle(pilot) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def look(pilot, path: str) -> None:
    pilot.app.screen.query_one(Input).value = path
    await pilot.press("enter")
    await settle(pilot)


async def open_from_palette(pilot, title: str) -> None:
    (found,) = [each for each in transfer_commands(pilot.app) if each.title == title]
    found.callback()
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_how_a_merge_is_foreseen(snap_compare, open_app: OpenApp, server: Path, size) -> None:
    async def before(pilot) -> None:
        # Nothing behind it that others change.
        await pilot.app.push_screen(Screen())
        await open_from_palette(pilot, "Merge…")
        await look(pilot, "server")

    assert snap_compare(open_app("labs"), terminal_size=size, run_before=before)


def test_how_the_export_looks(snap_compare, open_app: OpenApp, monkeypatch) -> None:
    monkeypatch.setattr(
        "studylab.tui.dialogs.export.default_path", lambda chosen: Path("/data", chosen)
    )

    async def before(pilot) -> None:
        # Nothing behind it that others change.
        await pilot.app.push_screen(Screen())
        await open_from_palette(pilot, "Export…")

    assert snap_compare(open_app("labs"), terminal_size=(80, 24), run_before=before)


async def test_every_command_is_in_the_palette(open_app: OpenApp) -> None:
    app = open_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        offered = {each.title for each in app.get_system_commands(app.screen)}
        assert {
            "Export…",
            "Import…",
            "Merge…",
            "Back up now",
            "Restore a backup…",
        } <= offered


async def test_a_merge_happens_after_it_was_shown(
    open_app: OpenApp, workspace: Workspace, server: Path
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        await open_from_palette(pilot, "Merge…")
        await look(pilot, "server")
        assert "questions" in told(app)
        assert "takes it in" in subtitle(app)
        assert question_list.listing(workspace.db) == []
        await pilot.press("enter")
        await settle(pilot)
        assert not isinstance(app.screen, TakeInDialog)
        assert "the database as it was before" in toasts(app)
        (found,) = question_list.listing(workspace.db)
        assert found.text == "在服务器上问的"
        await pilot.press("a")
        await pilot.pause()
    assert (locations.notes() / "bert.md").read_text("utf-8") == "# BERT\n"


async def test_another_path_is_looked_into_before_anything_is_taken(
    open_app: OpenApp, workspace: Workspace, server: Path
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_from_palette(pilot, "Import…")
        await look(pilot, "server")
        app.screen.query_one(Input).value = "nowhere"
        await pilot.pause()
        assert "shows what would happen" in subtitle(app)
        await pilot.press("enter")
        await settle(pilot)
        assert "there is no file or folder nowhere" in told(app)
        assert isinstance(app.screen, TakeInDialog)
        assert question_list.listing(workspace.db) == []


async def test_what_is_here_already_is_not_taken_again(
    open_app: OpenApp, workspace: Workspace, server: Path
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(2):
            await open_from_palette(pilot, "Merge…")
            await look(pilot, "server")
            await pilot.press("enter")
            await settle(pilot)
        assert "everything in it is here already" in told(app)
        assert len(list(locations.backups().iterdir())) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, TakeInDialog)


@pytest.mark.parametrize("format", ["json", "markdown", "csv", "anki", "all"])
async def test_an_export_is_written_and_its_place_told(
    open_app: OpenApp, tmp_path: Path, format: str
) -> None:
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await open_from_palette(pilot, "Export…")
        while app.screen.query_one(Choice).value != format:
            await pilot.press("right")
        await pilot.press("enter")
        await settle(pilot)
        assert not isinstance(app.screen, ExportDialog)
        (path,) = (locations.home() / "exports").iterdir()
        assert str(path) in toasts(app).replace("\n", "")


async def test_a_place_that_was_typed_stays_and_trouble_with_it_is_told(
    open_app: OpenApp, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_from_palette(pilot, "Export…")
        app.screen.query_one(Input).value = str(tmp_path / "file" / "x")
        await pilot.press("right")
        assert app.screen.query_one(Input).value == str(tmp_path / "file" / "x")
        await pilot.press("enter")
        await settle(pilot)
        assert "can't be written" in told(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, ExportDialog)


async def test_a_backup_is_made_and_restored(open_app: OpenApp, workspace: Workspace) -> None:
    questions.ask(workspace.db, "before", week=1)
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        back_up(app)
        await settle(pilot)
        (path,) = locations.backups().iterdir()
        assert zipfile.is_zipfile(path)
        assert path.name in toasts(app).replace("\n", "")
        questions.ask(workspace.db, "after", week=1)
        choose_backup(app)
        await pilot.pause()
        assert isinstance(app.screen, PickDialog)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        await pilot.pause()
        assert len(question_list.listing(workspace.db)) == 2
        choose_backup(app)
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("y")
        await settle(pilot)
        assert [q.text for q in question_list.listing(workspace.db)] == ["before"]
        assert "before" in screen_text(app)
        assert "after" not in screen_text(app)
        assert len(backup.listing(locations.backups())) == 2


async def test_without_a_backup_the_list_says_so(open_app: OpenApp) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        choose_backup(app)
        await pilot.pause()
        assert "There is no backup yet." in screen_text(app)
        await pilot.press("escape")


def test_a_path_is_completed_as_in_a_shell(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / "server.json").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "笔记").mkdir()
    base = str(tmp_path)
    assert completed(f"{base}/serv") == f"{base}/server.json"
    assert completed(f"{base}/server") == f"{base}/server/"
    assert completed(f"{base}/server.json") is None
    assert completed(f"{base}/笔") == f"{base}/笔记/"
    assert completed(f"{base}/.h") == f"{base}/.hidden"
    assert completed(f"{base}/nothing") is None
    assert completed("") is None
    assert completed("/nowhere/at/all") is None
    assert completed("~nobody-has-this-name/x") is None
    assert completed("a\x00b") is None
