"""The thread that copies run directories into the database while the app is open."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from textual.message import Message

from studylab import locations
from studylab.problem import Problem
from studylab.store.database import open_database

if TYPE_CHECKING:
    from studylab.runs.sync import SyncReport
    from studylab.tui.app import StudylabApp

BUSY_SECONDS = 1.0
IDLE_SECONDS = 3.0


class RunsChanged(Message):
    """The database was brought up to date with the run directories."""

    def __init__(self, report: SyncReport) -> None:
        super().__init__()
        self.report = report


class SyncLoop:
    """Syncs every second while a run is alive, every few seconds otherwise."""

    def __init__(self, app: StudylabApp) -> None:
        self._app = app
        self._ended = threading.Event()
        self._wanted = threading.Event()

    def run(self) -> None:
        """Sync until `stop`; a locked or full database is told once and tried again."""
        # Here and not above: this loads psutil, and the first paint does not wait for it.
        from studylab.runs.sync import SyncReport, sync_all
        from studylab.tui.telling import Telling

        telling = Telling(self._app)
        told = ""
        db = None
        report = SyncReport((), ())
        while not self._ended.is_set():
            try:
                db = db or open_database(locations.database())
                before, report = report, sync_all(db)
                if report.alive or report != before:
                    self._app.post_message(RunsChanged(report))
                telling.after_sync(db, report.alive)
                told = ""
            except Problem as problem:
                if str(problem) != told:
                    self._app.call_from_thread(self._app.problem, problem)
                told = str(problem)
            self._wanted.wait(BUSY_SECONDS if report.alive else IDLE_SECONDS)
            self._wanted.clear()
        if db is not None:
            # What the student saw on the screen is in the database when the app is gone.
            with contextlib.suppress(Problem):
                sync_all(db)
            db.close()

    def soon(self) -> None:
        """Do not wait for the next turn."""
        self._wanted.set()

    def stop(self) -> None:
        """End the loop."""
        self._ended.set()
        self._wanted.set()
