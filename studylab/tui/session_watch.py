"""Sees after the study session while the app is open: that it is believed, and the bell."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from studylab.language import _, n_
from studylab.problem import Problem
from studylab.store import session_clock
from studylab.store.sessions import Session
from studylab.study import session_words
from studylab.tui import ages

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

MINUTE = 60.0


class SessionSeen(Message):
    """A session is open, or was; sent to the screen in front once a minute."""


class SessionWatch:
    """Looks at the session once a minute, and rings for breaks if the student wants that.

    The bell never stops anything: `pomodoro` minutes after the session was set going, or after the
    last break was over, it rings for a break, and once more when that is over.
    """

    def __init__(self, app: StudylabApp) -> None:
        self._app = app
        self._work = app.workspace.settings.pomodoro * MINUTE
        self._break = app.workspace.settings.pomodoro_break * MINUTE
        self._session: Session | None = None
        self._resting = False
        self._bell: Timer | None = None

    def begin(self) -> None:
        """Look now, and from now on."""
        self._look_quietly()
        self._app.set_interval(MINUTE, self._look_quietly)

    def look(self) -> Session | None:
        """The open session; one that was left behind is told of, and is not open any more.

        Raises:
            StoreError: that can't be recorded.
        """
        db = self._app.workspace.db
        session, left = session_clock.look(db)
        if session is not None and session.running:
            session_clock.seen(db)
        for each in left:
            text = session_words.left_behind(self._app.workspace, each)
            self._app.notify(text, severity="warning", timeout=20, markup=False)
        self._wind(session)
        return session

    def end(self) -> str:
        """The app is closed: the session goes on, with nobody to watch it. Returns that in words.

        Raises:
            StoreError: it can't be recorded.
        """
        session = self._session
        if session is None or not session.running:
            return ""
        session_clock.leave(self._app.workspace.db)
        return _(
            "The session on {what} goes on; `studylab session stop` ends it",
            what=session_words.subject(self._app.workspace, session),
        )

    def _look_quietly(self) -> None:
        # A database that is held or full is told of where the student does something.
        with suppress(Problem):
            before = self._session
            if self.look() or before:
                self._app.screen.post_message(SessionSeen())

    def _wind(self, session: Session | None) -> None:
        before, self._session = self._session, session
        if not self._work:
            return
        if session is None:
            self._resting = False
            self._ring_in(0)
        elif session.running and not (before and before.running and before.uid == session.uid):
            self._resting = False
            passed = session.seconds_at(ages.present().isoformat()) - session.seconds
            self._ring_in(self._work - passed % self._work)
        elif not session.running and not self._resting:
            self._ring_in(0)

    def _ring_in(self, seconds: float) -> None:
        if self._bell is not None:
            self._bell.stop()
        self._bell = self._app.set_timer(seconds, self._ring) if seconds else None

    def _ring(self) -> None:
        self._app.bell()
        if self._resting:
            self._resting = False
            said = _("The break is over")
            running = self._session is not None and self._session.running
            self._ring_in(self._work if running else 0)
        else:
            self._resting = self._break > 0
            minutes = round(self._work / MINUTE)
            said = n_(
                "{count} minute: time for a break", "{count} minutes: time for a break", minutes
            )
            self._ring_in(self._break or self._work)
        self._app.notify(said, timeout=20, markup=False)
