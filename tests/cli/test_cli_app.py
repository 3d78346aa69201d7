"""Commands that open the app, where there is a terminal for it."""

from __future__ import annotations

import sys

import pytest

from studylab import __main__ as program
from studylab.runs.directory import RunDirectory


@pytest.fixture
def opened(monkeypatch):
    """What the app was opened with; it ends with code 7."""
    calls = []

    def run_app(workspace, room="week", watched=None):
        assert workspace.syllabus.weeks
        calls.append((room, watched))
        return 7

    for module in ("output", "app", "watch"):
        monkeypatch.setattr(f"studylab.cli.{module}.on_terminal", lambda: True, raising=False)
    monkeypatch.setattr("studylab.tui.app.run_app", run_app)
    return calls


def test_without_words_the_app_opens(opened, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["studylab"])

    assert program.main() == 7
    assert opened == [("week", None)]


def test_in_a_room(cli, opened):
    assert cli("app", "runs").code == 7
    assert cli("app").code == 7
    assert opened == [("runs", None), ("week", None)]


def test_in_a_room_that_is_none(cli, opened):
    shown = cli("app", "kitchen")

    assert shown.code == 2 and "choose from week, syllabus" in shown.err
    assert opened == []


@pytest.mark.usefixtures("labs")
def test_watching_a_run(cli, home, opened):
    cli("run", "quick", "--steps", "1")
    (run,) = (home / "runs").iterdir()

    assert cli("watch", "last").code == 7
    assert opened == [("runs", RunDirectory(run))]


def test_a_problem_before_the_first_paint_is_one_line(opened, home, monkeypatch, capsys):
    (home / "studylab.db").write_bytes(b"no database at all" * 100)
    monkeypatch.setattr(sys, "argv", ["studylab"])

    assert program.main() == 4
    assert capsys.readouterr().err.count("\n") == 1 and opened == []


async def test_the_app_begins_with_the_run(cli, home, labs):
    from studylab.tui.app import StudylabApp
    from studylab.tui.live import LiveView
    from studylab.workspace import Workspace

    cli("run", "quick", "--steps", "1")
    (run,) = (home / "runs").iterdir()
    app = StudylabApp(Workspace.open(), "runs", RunDirectory(run))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, LiveView)
        await pilot.press("escape")
        assert not isinstance(app.screen, LiveView)
