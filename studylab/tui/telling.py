"""Telling what becomes of the runs while the app is open, and once what became of them before."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from studylab import desktop, locations
from studylab.language import _, n_
from studylab.metrics.reader import LineReader
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunState, State
from studylab.runs.notices import Kind, Notice, notices_reader, of_end, words
from studylab.runs.tell_command import try_command
from studylab.runs.wording import read_state
from studylab.settings import Settings
from studylab.store import runs as store
from studylab.store.runs import NoSuchRun, RunRow

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

NEWEST = 20
"""Runs that are looked through for those that began and ended between two looks."""
AWAY = 1000
"""Runs that are looked through for what happened while the app was closed."""
MOST = 3
"""How many are told one by one before the rest is only counted."""
TOAST_SECONDS = 15
ENDS = (Kind.ENDED, Kind.FAILED)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of a run."""

    run: str
    notice: Notice

    @property
    def was_asked_for(self) -> bool:
        """Whether the student knows already, having asked for it."""
        return self.notice.fields.get("state") == State.STOPPED.value

    def words(self) -> str:
        """It in one line."""
        return words(self.run, self.notice)


class Telling:
    """Finds what is new of the runs after each sync, and lets the app tell it."""

    def __init__(self, app: StudylabApp) -> None:
        self._app = app
        self._since: float | None = None
        self._followed: dict[str, LineReader[Notice]] = {}
        self._told: set[tuple[str, Kind]] = set()

    def after_sync(self, db: sqlite3.Connection, alive: Collection[str]) -> None:
        """Look what is new; called from the thread that syncs.

        Raises:
            StoreError: the database can't be read.
        """
        if self._since is None:
            self._since = time.time()
            self._tell_away(self._while_away(db, alive, _read_until(self._since)))
            return
        rows = store.listing(db, limit=NEWEST)
        over = [row for row in rows if _ended(row) >= int(self._since)]
        for run in self._followed.keys() - alive - {row.id for row in over}:
            with suppress(NoSuchRun):
                row = store.get(db, run)
                over += [row] if read_state(row.state).ended else []
        new = [told for run in alive for told in self._new_of(run)]
        new += [told for row in over for told in (*self._new_of(row.id), *self._end_of(row))]
        for row in over:
            self._followed.pop(row.id, None)
        self._tell(new)

    def _while_away(
        self, db: sqlite3.Connection, alive: Collection[str], until: float
    ) -> list[Told]:
        """What happened after `until`, up to now."""
        found = [told for run in alive for told in self._new_of(run)]
        for row in store.listing(db, limit=AWAY):
            if row.id not in alive and _ended(row) > until:
                found += [*self._new_of(row.id), *self._end_of(row)]
                self._followed.pop(row.id, None)
        # All of it is told by now, but what came before that moment was told then.
        return [told for told in found if told.notice.time > until]

    def _new_of(self, run: str) -> list[Told]:
        """The notices of a run since the last look."""
        reader = self._followed.setdefault(
            run, notices_reader(RunDirectory(locations.runs() / run))
        )
        try:
            notices = reader.read()
        except OSError:
            return []
        return [told for notice in notices for told in self._once(run, notice)]

    def _end_of(self, row: RunRow) -> list[Told]:
        """The end of a run whose supervisor has left no word of it."""
        if any((row.id, kind) in self._told for kind in ENDS):
            return []
        began, ended = _seconds(row.started_at), _seconds(row.ended_at)
        state = RunState(read_state(row.state), row.reason, started_at=began, ended_at=ended)
        return self._once(row.id, of_end(state))

    def _once(self, run: str, notice: Notice) -> list[Told]:
        kinds = ENDS if notice.kind in ENDS else (notice.kind,)
        if any((run, kind) in self._told for kind in kinds):
            return []
        self._told.add((run, notice.kind))
        return [Told(run, notice)]

    def _tell(self, new: Sequence[Told]) -> None:
        wanted = self._wanted(new)
        if not wanted:
            return
        by = self._settings.tell_by.split()
        loud = [told for told in wanted if not told.was_asked_for]
        sent = ""
        if loud and "desktop" in by:
            # Not in the thread that answers keys: tmux is asked, and may take its time.
            kind = protocol_of(self._settings)
            shown = [told.words() for told in loud[:MOST]]
            shown += _more(len(loud) - MOST)
            sent = "".join(desktop.sequence(kind, text) for text in shown)
        rings = bool(loud) and "bell" in by
        self._app.call_later(show, self._app, wanted, sent, rings)
        _write_until(time.time())

    def _tell_away(self, new: Sequence[Told]) -> None:
        wanted = self._wanted(new)
        if wanted:
            self._app.call_later(show_away, self._app, wanted)
        _write_until(time.time())

    def _wanted(self, new: Sequence[Told]) -> list[Told]:
        kinds = self._settings.tell_on.split()
        return [told for told in new if told.notice.kind.value in kinds]

    @property
    def _settings(self) -> Settings:
        return self._app.workspace.settings


def show(app: StudylabApp, told: Sequence[Told], sent: str, rings: bool) -> None:
    """Show what became of runs, ring, and send the terminal what asks it for a notification."""
    for each in told[:MOST]:
        app.notify(each.words(), severity=_severity([each]), timeout=TOAST_SECONDS, markup=False)
    for text in _more(len(told) - MOST):
        app.notify(text, timeout=TOAST_SECONDS, markup=False)
    if rings:
        app.bell()
    send(app, sent)


def show_away(app: StudylabApp, told: Sequence[Told]) -> None:
    """Say, without ringing, what became of runs while the app was closed."""
    lines = [each.words() for each in told[:MOST]]
    lines += _more(len(told) - MOST)
    app.notify(
        "\n".join(lines),
        title=_("While you were away"),
        severity=_severity(told),
        timeout=TOAST_SECONDS,
        markup=False,
    )


def send(app: StudylabApp, sequence: str) -> None:
    """Send an escape sequence to the app's terminal, if it has one."""
    driver = app._driver
    if sequence and driver is not None and not app.is_headless:
        driver.write(sequence)


def try_each_way(app: StudylabApp) -> None:
    """Show each way once, whatever the rules say."""
    text = _("this is how you are told what becomes of a run")
    app.notify(text, timeout=TOAST_SECONDS, markup=False)
    app.bell()

    def tried() -> None:
        settings = app.workspace.settings
        app.call_later(send, app, desktop.sequence(protocol_of(settings), text))
        for trouble in try_command(settings.tell_command, text):
            app.call_later(app.problem, Problem(trouble))

    app.run_worker(tried, thread=True, group="telling", exit_on_error=False)


def protocol_of(settings: Settings) -> str:
    """How the terminal here is asked for a notification."""
    ask = settings.tell_terminal == "auto" and desktop.is_in_tmux()
    return desktop.protocol(settings.tell_terminal, outer=desktop.outer_terminal() if ask else "")


def _severity(told: Sequence[Told]) -> Literal["warning", "information"]:
    return "warning" if any(each.notice.kind.is_bad for each in told) else "information"


def _more(count: int) -> list[str]:
    if count <= 0:
        return []
    return [n_("and {count} more; the Runs room shows it",
               "and {count} more; the Runs room shows them", count)]  # fmt: skip


def _seconds(at: str | None) -> float | None:
    try:
        return datetime.fromisoformat(at).timestamp() if at else None
    except ValueError:
        return None


def _ended(row: RunRow) -> float:
    """When a run ended; long ago if it has not."""
    ended = _seconds(row.ended_at) if read_state(row.state).ended else None
    return -1.0 if ended is None else ended


def _read_until(now: float) -> float:
    """Up to when everything was told; now, where the app was never open before."""
    try:
        return min(now, float(_file().read_text("ascii")))
    except (OSError, ValueError):
        return now


def _write_until(now: float) -> None:
    # On a full disk something is told twice.
    with suppress(OSError):
        _file().write_text(f"{now:.3f}\n", "ascii")


def _file() -> Path:
    return locations.told_until()
