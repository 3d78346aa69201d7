"""The Runs room: stars, tags, notes, the archive, the trash and the clean-up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from studylab import locations
from studylab.runs import trash
from studylab.runs.directory import RunDirectory, State
from studylab.runs.sync import sync_all
from studylab.store import questions, run_marks, runs
from studylab.store import undo as undoing
from studylab.tui import run_disk
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.clean_up import CleanUpDialog
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.dialogs.line import LineDialog
from studylab.tui.dialogs.run_note import RunNoteDialog
from studylab.tui.runs import RunsRoom
from tests.tui.run_files import BEGAN, write_full_run, write_run
from tests.tui.study import screen_text

FIRST, SECOND, GOING_ON = "digits-33333", "digits-22222", "digits-66666"


@pytest.fixture(autouse=True)
def never_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No disk is measured while a test looks, unless it wants that."""
    monkeypatch.setattr(run_disk, "REST_SECONDS", 600)


@pytest.fixture
def three(runs_app: StudylabApp) -> StudylabApp:
    """A run that goes on, and below it two that are over, with four checkpoints each."""
    for hours, id in enumerate((FIRST, SECOND), start=1):
        run = write_full_run(id, State.FINISHED, began=BEGAN - 3600 * hours)
        run.checkpoints.mkdir()
        for second, name in enumerate(("epoch-1.pt", "epoch-2.pt", "best.pt", "last.pt")):
            (run.checkpoints / name).write_bytes(b"x" * 100_000)
            os.utime(run.checkpoints / name, (second, second))
    write_full_run(GOING_ON)
    sync_all(runs_app.workspace.db)
    return runs_app


def room(app: StudylabApp) -> RunsRoom:
    assert isinstance(app.screen, RunsRoom)
    return app.screen


def stored(app: StudylabApp, run: str) -> runs.RunRow:
    return runs.get(app.workspace.db, run)


def told(app: StudylabApp) -> str:
    return " ".join(note.message for note in app._notifications)


def path(id: str) -> Path:
    return locations.runs() / id


async def cleaning(app: StudylabApp, pilot: Pilot[None]) -> None:
    """Open the clean-up, and wait until it has looked."""
    room(app).clean_up()
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36)])
    def test_marks_in_the_list_and_in_full(self, snap_compare, three: StudylabApp, size) -> None:
        db = three.workspace.db
        run_marks.star(db, [FIRST])
        run_marks.tag(db, [FIRST], ["loss", "批归一"])
        run_marks.write_note(db, FIRST, "too high a [rate]\n再试一次")
        db.execute("UPDATE runs SET directory = '/home/ana/runs/' || id")
        assert snap_compare(three, terminal_size=size, press=["down"])

    def test_the_clean_up(self, snap_compare, three: StudylabApp) -> None:
        three.workspace.db.execute("UPDATE runs SET directory = '/home/ana/runs/' || id")

        async def opened(pilot: Pilot[None]) -> None:
            await cleaning(three, pilot)

        assert snap_compare(three, terminal_size=(80, 24), run_before=opened)


class TestMarks:
    async def test_a_star_is_given_and_taken(self, three: StudylabApp) -> None:
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "asterisk")
            assert stored(three, FIRST).star
            assert "★ defaults" in screen_text(three)
            assert f"Starred {FIRST}; u takes it back" in told(three)
            await pilot.press("asterisk")
            assert not stored(three, FIRST).star
            await pilot.press("u")
            assert stored(three, FIRST).star

    async def test_marked_runs_are_changed_together(self, three: StudylabApp) -> None:
        run_marks.star(three.workspace.db, [FIRST])
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "space", "space", "asterisk")
            assert stored(three, FIRST).star
            assert stored(three, SECOND).star
            assert not stored(three, GOING_ON).star
            await pilot.press("escape", "asterisk")
            assert not stored(three, SECOND).star
            assert stored(three, FIRST).star

    async def test_tags(self, three: StudylabApp) -> None:
        run_marks.tag(three.workspace.db, [FIRST], ["old"])
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "number_sign")
            assert isinstance(three.screen, LineDialog)
            assert f"{FIRST}, now with #old" in screen_text(three)
            await pilot.press("enter")
            assert "write tags, such as +loss -old" in screen_text(three)
            await pilot.press(*"+loss -old", "enter")
            assert stored(three, FIRST).tags == ("loss",)
            assert "#loss" in screen_text(three)

    async def test_a_note_is_written_and_changed(self, three: StudylabApp) -> None:
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "n")
            assert isinstance(three.screen, RunNoteDialog)
            await pilot.press(*"too high", "ctrl+s")
            await pilot.pause()
            assert stored(three, FIRST).note == "too high"
            assert "too high" in screen_text(three)
            await pilot.press("n")
            assert three.screen.query_one(TextArea).text == "too high"
            await pilot.press(*" [b]", "ctrl+s")
            await pilot.pause()
            assert "too high [b]" in screen_text(three)

    async def test_a_note_of_a_run_that_is_gone_stays_on_the_screen(
        self, three: StudylabApp
    ) -> None:
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "n", *"words")
            with run_marks.deleting(three.workspace.db, [FIRST]):
                pass
            await pilot.press("ctrl+s")
            assert isinstance(three.screen, RunNoteDialog)
            assert "was deleted" in screen_text(three)
            assert three.screen.text == "words"

    async def test_the_filter_knows_stars_tags_and_notes(self, three: StudylabApp) -> None:
        db = three.workspace.db
        run_marks.star(db, [FIRST])
        run_marks.tag(db, [SECOND], ["loss"])
        run_marks.write_note(db, GOING_ON, "批归一化")
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("slash", "asterisk")
            for text, found in (("*", [FIRST]), ("#loss", [SECOND]), ("归一", [GOING_ON])):
                room(three).query_one("#filter", Input).value = text
                await pilot.pause()
                assert room(three).table.keys == found

    async def test_archived_runs_are_put_away(self, three: StudylabApp) -> None:
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "x")
            assert room(three).table.keys == [GOING_ON, SECOND]
            await pilot.press("X")
            assert room(three).table.keys == [GOING_ON, FIRST, SECOND]
            assert "with archived (X)" in screen_text(three)
            room(three).table.go_to(FIRST)
            await pilot.press("x", "X")
            assert room(three).table.keys == [GOING_ON, FIRST, SECOND]

    async def test_when_all_are_archived_it_says_so(self, three: StudylabApp) -> None:
        run_marks.archive(three.workspace.db, [FIRST, SECOND, GOING_ON])
        async with three.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "Every run is archived." in screen_text(three)
            await pilot.press("asterisk", "number_sign", "n", "x", "d")
            assert isinstance(three.screen, RunsRoom)
            await pilot.press("X")
            assert len(room(three).table.keys) == 3


class TestTrash:
    async def test_delete_and_u(self, three: StudylabApp) -> None:
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "d")
            assert isinstance(three.screen, ConfirmDialog)
            await pilot.press("n")
            assert path(FIRST).exists()
            await pilot.press("d", "y")
            await pilot.pause()
            assert room(three).table.keys == [GOING_ON, SECOND]
            assert not path(FIRST).exists()
            await pilot.press("u")
            assert room(three).table.keys == [GOING_ON, FIRST, SECOND]
            assert path(FIRST).exists()

    async def test_a_run_that_goes_on_is_to_be_stopped_first(self, three: StudylabApp) -> None:
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("space", "space", "d")
            assert isinstance(three.screen, RunsRoom)
            assert f"{GOING_ON} is running; stop it first" in told(three)
            assert undoing.changes(three.workspace.db) == []

    async def test_what_can_not_be_moved_is_one_line(
        self, three: StudylabApp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(self: Path, target: Path) -> Path:
            raise OSError(28, "No space left on device")

        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "d")
            monkeypatch.setattr("pathlib.Path.rename", refused)
            await pilot.press("y")
            await pilot.pause()
            assert "No space left on device" in told(three)
            assert len(room(three).table.keys) == 3

    async def test_a_question_about_it_stays_and_says_so(self, three: StudylabApp) -> None:
        db = three.workspace.db
        questions.ask(db, "why so high?", run=FIRST, step=3)
        async with three.run_test(size=(120, 36)) as pilot:
            await pilot.press("3")
            await pilot.pause()
            assert "l opens the run" in screen_text(three)
            trash.delete(db, [stored(three, FIRST)])
            await pilot.press("6", "3")
            await pilot.pause()
            assert "why so high?" in screen_text(three)
            assert "its run was deleted" in screen_text(three)
            await pilot.press("l")
            assert f"the run {FIRST} was deleted" in told(three)
            assert "brings it back" in told(three)


class TestDisk:
    async def test_it_is_told_once_it_is_measured(
        self, three: StudylabApp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run_disk, "REST_SECONDS", 0.01)
        async with three.run_test(size=(120, 40)) as pilot:
            await pilot.press("down")
            for _turn in range(50):
                await pilot.pause(0.05)
                if "on disk" in screen_text(three):
                    break
            assert "400 kB of checkpoints" in screen_text(three)

    async def test_the_clean_up_deletes_what_it_shows(self, three: StudylabApp) -> None:
        run_marks.star(three.workspace.db, [SECOND])
        async with three.run_test(size=(120, 36)) as pilot:
            await cleaning(three, pilot)
            assert isinstance(three.screen, CleanUpDialog)
            assert "2 checkpoints: 200 kB" in screen_text(three)
            assert SECOND not in str(three.screen.query_one("RowList").keys)
            await pilot.press("y")
            await three.workers.wait_for_complete()
            await pilot.pause()
            left = sorted(each.name for each in RunDirectory(path(FIRST)).checkpoints.iterdir())
            assert left == ["best.pt", "last.pt"]
            assert len(list(RunDirectory(path(SECOND)).checkpoints.iterdir())) == 4
            assert "freed 200 kB" in told(three)

    async def test_with_nothing_to_clean_up_y_does_nothing(self, runs_app: StudylabApp) -> None:
        write_run("digits-22222", State.FINISHED)
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await cleaning(runs_app, pilot)
            assert "There is nothing to clean up." in screen_text(runs_app)
            await pilot.press("y")
            assert isinstance(runs_app.screen, CleanUpDialog)
            await pilot.press("escape")
            assert isinstance(runs_app.screen, RunsRoom)
