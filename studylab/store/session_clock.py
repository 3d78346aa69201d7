"""The clock of study sessions. At most one session is open: it runs, or it is paused.

What no app has seen for a while is not believed: the app was killed, or the laptop slept. A session
that was paused goes on the next day as a new one.
"""

from __future__ import annotations

import sqlite3
import uuid

from studylab.language import _
from studylab.problem import Problem
from studylab.store.database import now, transaction
from studylab.store.sessions import (
    NoSession,
    Session,
    believed,
    get,
    left_behind,
    local_day,
    open_sessions,
    touch,
    update,
)
from studylab.store.undo import change


class SessionOpen(Problem):
    """A session is open already; `session` is that one."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("a session is open already; stop it first"))
        self.session = session


def look(db: sqlite3.Connection) -> tuple[Session | None, list[Session]]:
    """The open session, and those that were found left behind and are now ended.

    Raises:
        StoreError: such a one can't be ended.
    """
    found, at = open_sessions(db), now()
    if len(found) <= 1 and not any(left_behind(session, at) for session in found):
        return (found[0] if found else None), []
    with transaction(db):
        return _settle(db)


def start(
    db: sqlite3.Connection,
    item: str = "",
    week: int | None = None,
    *,
    watched: bool = False,
    switch: bool = False,
) -> Session:
    """Begin a session. `watched` by an app, which calls `seen` from then on.

    With `switch` an open session is stopped first.

    Raises:
        SessionOpen: one is open, and `switch` was not said.
    """
    with transaction(db):
        current, _left = _settle(db)
        if current is not None:
            if not switch:
                raise SessionOpen(current)
            _end(db, current, now())
        return _begin(db, item, week, watched=watched)


def pause(db: sqlite3.Connection) -> Session:
    """Stop the clock for a while.

    Raises:
        NoSession: no session runs.
    """
    with transaction(db):
        current = _current(db, running=True)
        seconds, _until = believed(current, now())
        update(db, current, seconds=current.seconds + seconds, running_since=None, seen_at=None)
        return get(db, current.id)


def resume(db: sqlite3.Connection, *, watched: bool = False) -> Session:
    """Let a paused session go on; on another day it goes on as a new one.

    Raises:
        NoSession: none is paused.
    """
    with transaction(db):
        current, at = _current(db, running=False), now()
        if current.day != local_day(at):
            update(db, current, ended_at=max(current.changed_at, current.started_at))
            return _begin(db, current.item, current.week, watched=watched)
        update(db, current, running_since=at, seen_at=at if watched else None)
        return get(db, current.id)


def stop(db: sqlite3.Connection) -> Session:
    """End the open session; `undo` opens it again.

    Raises:
        NoSession: none is open.
    """
    look(db)
    with change(db, _("Stopped a session")) as kept:
        current = _current(db)
        kept.before("sessions", current.id)
        _end(db, current, now())
        return get(db, current.id)


def seen(db: sqlite3.Connection) -> None:
    """An app watches the running session: it was not left alone until now."""
    with transaction(db):
        at = now()
        for session in open_sessions(db):
            if not session.running or left_behind(session, at):
                continue
            if at < max(filter(None, (session.seen_at, session.running_since))):
                # The clock was set back: what was counted until then stays, and counting goes on.
                seconds = session.seconds + believed(session, at)[0]
                touch(db, session.id, seconds=seconds, running_since=at, seen_at=at)
            else:
                touch(db, session.id, seen_at=at)


def leave(db: sqlite3.Connection) -> None:
    """The app is closed on purpose; the session goes on unwatched."""
    with transaction(db):
        at = now()
        for session in open_sessions(db):
            if session.running and not left_behind(session, at):
                seconds = session.seconds + believed(session, at)[0]
                touch(db, session.id, seconds=seconds, running_since=at, seen_at=None)


def _settle(db: sqlite3.Connection) -> tuple[Session | None, list[Session]]:
    """`look`, as part of a transaction."""
    current, left, at = None, [], now()
    for session in open_sessions(db):
        if current is None and not left_behind(session, at):
            current = session
        else:
            # Where a newer one is open, nobody studied for this one from then on.
            _end(db, session, min(at, current.started_at) if current else at)
            left.append(get(db, session.id))
    return current, left


def _current(db: sqlite3.Connection, *, running: bool | None = None) -> Session:
    current, _left = _settle(db)
    if current is not None and running in (None, current.running):
        return current
    if current is None:
        raise NoSession(_("no session is open; `studylab session start` begins one"))
    if running:
        raise NoSession(_("the session is paused already; `studylab session resume` goes on"))
    raise NoSession(_("the session is running already"))


def _begin(db: sqlite3.Connection, item: str, week: int | None, *, watched: bool) -> Session:
    at = now()
    row = db.execute(
        "INSERT INTO sessions (uid, item, week, day, started_at, running_since, seen_at,"
        " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (uuid.uuid4().hex, item, week, local_day(at), at, at, at if watched else None, at),
    )
    return get(db, int(row.lastrowid or 0))


def _end(db: sqlite3.Connection, session: Session, at: str) -> None:
    if not session.running:
        # Paused: it ended when it was paused, as far as studying goes.
        update(db, session, ended_at=max(session.changed_at, session.started_at))
        return
    seconds, until = believed(session, at)
    update(
        db,
        session,
        seconds=session.seconds + seconds,
        running_since=None,
        seen_at=None,
        ended_at=max(until, session.started_at),
    )
