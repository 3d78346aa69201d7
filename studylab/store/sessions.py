"""Study sessions as they are recorded: how long, on what, and on which day.

A session belongs to the day on which it was begun, past midnight too. `session_clock` starts and
stops them.
"""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from studylab.language import _
from studylab.problem import Missing, Problem, Refused
from studylab.store.database import first, now
from studylab.store.undo import bury, change

ALONE = timedelta(minutes=15)
"""How long an app may be silent about a session that it watches before it is taken for gone."""

MOST = timedelta(hours=4)
"""The longest time without a pause that is booked."""

LONGEST = timedelta(hours=24)
"""The longest session that is booked by hand."""


class NoSession(Problem):
    """No session is in the state that was asked for."""


class NoSuchSession(Missing):
    """A session's number that is not in the database; the text says so."""


class WrongTime(Refused):
    """A time that can't be booked; the text says why."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session. `seconds` are those before `running_since`; times are ISO 8601 in UTC."""

    id: int
    uid: str
    item: str
    week: int | None
    day: str
    """The local date on which it was begun."""
    started_at: str
    running_since: str | None
    seen_at: str | None
    ended_at: str | None
    seconds: float
    changed_at: str

    @property
    def open(self) -> bool:
        """Whether it has not been stopped."""
        return self.ended_at is None

    @property
    def running(self) -> bool:
        """Whether its clock runs."""
        return self.open and self.running_since is not None

    def seconds_at(self, moment: str) -> float:
        """How long it has been by then, as far as that is believed."""
        return self.seconds + (believed(self, moment)[0] if self.running else 0.0)


def add(
    db: sqlite3.Connection, seconds: float, day: date, *, item: str = "", week: int | None = None
) -> int:
    """Book time by hand. Returns the session's number.

    Raises:
        WrongTime: no time at all, more than a day has, or a day to come.
    """
    _check_length(seconds)
    _check_day(day)
    with change(db, _("Booked time by hand")) as kept:
        at = now()
        begun = datetime.fromisoformat(at) - timedelta(seconds=seconds)
        if local_day(_text(begun)) != day.isoformat():
            begun = _noon(day)
        row = db.execute(
            "INSERT INTO sessions (uid, item, week, day, started_at, ended_at, seconds, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                uuid.uuid4().hex,
                item,
                week,
                day.isoformat(),
                _text(begun),
                _text(begun + timedelta(seconds=seconds)),
                seconds,
                at,
            ),
        )
        id = int(row.lastrowid or 0)
        kept.added("sessions", id)
        return id


def edit(
    db: sqlite3.Connection,
    id: int,
    *,
    seconds: float | None = None,
    day: date | None = None,
    item: str | None = None,
    week: int | None = None,
) -> Session:
    """Correct an ended session. An `item` brings its `week`.

    Raises:
        NoSuchSession: there is no such session.
        NoSession: it has not ended.
        WrongTime: as `add`.
    """
    with change(db, _("Changed a session")) as kept:
        session = get(db, id)
        if session.open:
            raise NoSession(_("session {id} has not ended; stop it first", id=id))
        kept.before("sessions", id)
        if seconds is not None:
            _check_length(seconds)
            update(db, session, seconds=seconds)
        if day is not None and day.isoformat() != session.day:
            _check_day(day)
            begun = _noon(day)
            ended = begun + timedelta(seconds=session.seconds if seconds is None else seconds)
            update(
                db,
                session,
                day=day.isoformat(),
                started_at=_text(begun),
                ended_at=_text(ended),
            )
        if item is not None:
            update(db, session, item=item, week=week)
        return get(db, id)


def delete(db: sqlite3.Connection, *ids: int) -> None:
    """Throw sessions away; `undo` brings them again.

    Raises:
        NoSuchSession: one of them does not exist; nothing is changed.
    """
    with change(db, _("Deleted a session")) as kept:
        for id in ids:
            session = get(db, id)
            kept.before("sessions", id)
            kept.before("tombstones", session.uid)
            bury(db, session.uid, "sessions")
            db.execute("DELETE FROM sessions WHERE id = ?", (id,))


def get(db: sqlite3.Connection, id: int) -> Session:
    """One session.

    Raises:
        NoSuchSession: there is no such session.
    """
    row = first(db, "SELECT * FROM sessions WHERE id = ?", [id])
    if row is None:
        raise NoSuchSession(
            _("there is no session {id}; `studylab session list` shows them", id=id)
        )
    return Session(**dict(row))


def listing(
    db: sqlite3.Connection,
    *,
    week: int | None = None,
    first: date = date.min,
    last: date = date.max,
    limit: int = 1000,
) -> list[Session]:
    """Sessions from one day to another, the newest first; of a week of the syllabus if given."""
    of_week = "" if week is None else "AND week = ?"
    rows = db.execute(
        f"SELECT * FROM sessions WHERE day BETWEEN ? AND ? {of_week}"
        " ORDER BY day DESC, started_at DESC, id DESC LIMIT ?",
        [first.isoformat(), last.isoformat(), *([] if week is None else [week]), limit],
    )
    return [Session(**dict(row)) for row in rows]


def seconds_of_week(db: sqlite3.Connection, week: int) -> float:
    """What is booked to a week of the syllabus, the running session until now."""
    return seconds_by_week(db).get(week, 0.0)


def seconds_by_week(db: sqlite3.Connection) -> dict[int | None, float]:
    """What is booked to each week of the syllabus, the running session until now."""
    rows = db.execute("SELECT week, sum(seconds) FROM sessions GROUP BY week")
    booked: dict[int | None, float] = {week: float(seconds) for week, seconds in rows}
    at = now()
    for session in open_sessions(db):
        running = session.seconds_at(at) - session.seconds
        booked[session.week] = booked.get(session.week, 0.0) + running
    return booked


def open_sessions(db: sqlite3.Connection) -> list[Session]:
    """Those that have not ended, the newest first: two, after a merge with another database."""
    rows = db.execute(
        "SELECT * FROM sessions WHERE ended_at IS NULL ORDER BY started_at DESC, id DESC"
    )
    return [Session(**dict(row)) for row in rows]


def believed(session: Session, at: str) -> tuple[float, str]:
    """The seconds since its clock was last set going that are believed, and when they end."""
    since = datetime.fromisoformat(session.running_since or at)
    until = moment = datetime.fromisoformat(at)
    if session.seen_at is not None:
        last = max(since, datetime.fromisoformat(session.seen_at))
        until = moment if last <= moment <= last + ALONE else last
    until = min(max(until, since), since + MOST)
    return (until - since).total_seconds(), _text(until)


def left_behind(session: Session, at: str) -> bool:
    """Whether nobody has watched it for so long that it is not believed to run still."""
    if not session.running:
        return False
    moment = datetime.fromisoformat(at)
    if session.seen_at and moment > datetime.fromisoformat(session.seen_at) + ALONE:
        return True
    return moment > datetime.fromisoformat(session.running_since or at) + MOST


def update(db: sqlite3.Connection, session: Session, **values: object) -> None:
    """Change a session, noting that it was changed. Part of a transaction."""
    touch(db, session.id, **values, changed_at=max(now(), session.changed_at))


def touch(db: sqlite3.Connection, id: int, **values: object) -> None:
    """Change what is no news for another database. Part of a transaction."""
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE sessions SET {names} WHERE id = ?", (*values.values(), id))


def local_day(at: str) -> str:
    """The date of a time of the database on this machine's calendar."""
    return datetime.fromisoformat(at).astimezone().date().isoformat()


def _check_length(seconds: float) -> None:
    if not 0 < seconds <= LONGEST.total_seconds():
        raise WrongTime(_("a session takes more than nothing and at most 24 hours"))


def _check_day(day: date) -> None:
    if day.isoformat() > local_day(now()):
        raise WrongTime(_("{day} is still to come; book time when it is over", day=day))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12)).astimezone(UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
