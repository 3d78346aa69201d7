"""The app on a database of its own, with the time standing still and no runs coming in."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from studylab import locations
from studylab.store.database import open_database
from studylab.tui import ages
from studylab.tui.app import StudylabApp
from studylab.tui.sync import SyncLoop
from studylab.workspace import Workspace
from tests.runs.machine_views import Still
from tests.tui.run_files import runs_app

__all__ = ["runs_app"]

NOW = "2026-11-24T09:00:00+00:00"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows; migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "studylab.db"
    open_database(path).close()
    return path


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One moment for everything that is recorded or shown, one time zone, and no browser."""
    monkeypatch.setattr(ages, "present", lambda: datetime.fromisoformat(NOW))
    for module in ("progress", "questions", "sessions", "session_clock", "plan"):
        monkeypatch.setattr(f"studylab.store.{module}.now", lambda: NOW)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "TMUX", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def workspace(empty_database: Path, home: Path) -> Iterator[Workspace]:
    """A new student's studylab; a locked database is given up on soon."""
    home.mkdir(parents=True)
    shutil.copy(empty_database, locations.database())
    workspace = Workspace.open()
    workspace.db.execute("PRAGMA busy_timeout = 50")
    yield workspace
    workspace.close()


@pytest.fixture
def open_app(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., StudylabApp]:
    """Makes the app, opened in a room; what the database says of runs stays as it is, and the
    machine too."""
    monkeypatch.setattr(SyncLoop, "run", lambda self: None)
    monkeypatch.setattr("studylab.tui.machine.MachineRoom.make_lookout", lambda self: Still())

    def made(room: str = "week") -> StudylabApp:
        return StudylabApp(workspace, room)

    return made
