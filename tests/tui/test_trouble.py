"""A database that goes bad while the app is open."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import pytest

from studylab.store.database import StoreDamaged
from studylab.tui.app import StudylabApp, run_app
from studylab.workspace import Workspace


def damage(workspace: Workspace) -> None:
    workspace.db.execute("DROP TABLE answers")
    workspace.db.execute("DROP TABLE questions")


async def test_the_app_ends_with_one_line_and_no_traceback(
    workspace: Workspace, open_app: Callable[..., StudylabApp]
) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        damage(workspace)
        # Not by a key: a pilot would wait for an app that is going to end.
        app.action_show_room("questions")
        while app.trouble is None:
            await asyncio.sleep(0.01)
    assert isinstance(app.trouble, StoreDamaged)
    assert "\n" not in str(app.trouble)


def test_the_one_line_reaches_whoever_started_the_app(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(app: StudylabApp) -> None:
        app._handle_exception(sqlite3.DatabaseError("database disk image is malformed"))

    monkeypatch.setattr(StudylabApp, "run", run)
    monkeypatch.setattr(StudylabApp, "_close_messages_no_wait", lambda app: None)
    with pytest.raises(StoreDamaged, match="backups"):
        run_app(workspace)


async def test_a_bug_is_still_a_bug(open_app: Callable[..., StudylabApp]) -> None:
    app = open_app("week")
    with pytest.raises(ZeroDivisionError):
        async with app.run_test(size=(80, 24)) as pilot:
            app.call_later(lambda: 1 / 0)
            await pilot.pause()
