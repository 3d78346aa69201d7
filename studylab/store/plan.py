"""The plan: when a student began, over how many weeks, and which days do not count."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from studylab.language import _
from studylab.problem import Missing, Refused
from studylab.store.database import now
from studylab.store.undo import bury, change

YEARS = range(2000, 2200)
"""What is taken for a date of a plan; anything else is a slip."""


class PlanError(Refused):
    """Something that no plan can have; the text says so."""


class NoSuchPause(Missing):
    """A pause's number that is not in the database; the text says so."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, the first and the last included."""

    id: int
    first: date
    last: date
    why: str

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What is set. None: no date yet, and as many calendar weeks as the syllabus has weeks."""

    start: date | None = None
    weeks: int | None = None
    pauses: tuple[Pause, ...] = ()


def read(db: sqlite3.Connection) -> Plan:
    """The plan; what can't be read in it is as if it were not set."""
    values = dict(db.execute("SELECT name, value FROM plan").fetchall())
    weeks = values.get("weeks", "")
    pauses = []
    for row in db.execute("SELECT id, first_day, last_day, why FROM pauses ORDER BY first_day, id"):
        first, last = _day(row["first_day"]), _day(row["last_day"])
        if first and last and first <= last:
            pauses.append(Pause(row["id"], first, last, row["why"]))
    return Plan(
        _day(values.get("start", "")),
        int(weeks) if weeks.isdecimal() and 0 < int(weeks) < 1000 else None,
        tuple(pauses),
    )


def set_start(db: sqlite3.Connection, day: date | None) -> None:
    """Let the plan begin on a day; None takes the dates away.

    Raises:
        PlanError: a date that can't be meant.
    """
    if day is not None:
        _check(day)
    said = _("Set the start to {day}", day=day) if day else _("Took the start date away")
    _set(db, "start", day.isoformat() if day else "", said)


def set_weeks(db: sqlite3.Connection, weeks: int) -> None:
    """Spread the plan over so many calendar weeks."""
    _set(db, "weeks", str(weeks), _("Set the length of the plan to {weeks} weeks", weeks=weeks))


def add_pause(db: sqlite3.Connection, first: date, last: date, why: str = "") -> int:
    """Leave some days out. Returns the pause's number.

    Raises:
        PlanError: it ends before it begins, or a date can't be meant.
    """
    _check_pause(first, last)
    with change(db, _("Added a pause")) as kept:
        row = db.execute(
            "INSERT INTO pauses (uid, first_day, last_day, why, changed_at) VALUES (?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, first.isoformat(), last.isoformat(), why.strip(), now()),
        )
        id = int(row.lastrowid or 0)
        kept.added("pauses", id)
        return id


def get_pause(db: sqlite3.Connection, id: int) -> Pause:
    """One pause.

    Raises:
        NoSuchPause: there is no such pause.
    """
    for pause in read(db).pauses:
        if pause.id == id:
            return pause
    raise _missing(id)


def change_pause(db: sqlite3.Connection, id: int, first: date, last: date, why: str) -> None:
    """Give a pause other days or another reason.

    Raises:
        NoSuchPause: there is no such pause.
        PlanError: as `add_pause`.
    """
    _check_pause(first, last)
    with change(db, _("Changed a pause")) as kept:
        before = kept.before("pauses", id)
        if before is None:
            raise _missing(id)
        db.execute(
            "UPDATE pauses SET first_day = ?, last_day = ?, why = ?, changed_at = ? WHERE id = ?",
            (
                first.isoformat(),
                last.isoformat(),
                why.strip(),
                max(now(), before["changed_at"]),
                id,
            ),
        )


def remove_pause(db: sqlite3.Connection, id: int) -> None:
    """Let the days of a pause count again; `undo` brings it back.

    Raises:
        NoSuchPause: there is no such pause.
    """
    with change(db, _("Removed a pause")) as kept:
        before = kept.before("pauses", id)
        if before is None:
            raise _missing(id)
        kept.before("tombstones", before["uid"])
        bury(db, before["uid"], "pauses")
        db.execute("DELETE FROM pauses WHERE id = ?", (id,))


def _set(db: sqlite3.Connection, name: str, value: str, said: str) -> None:
    with change(db, said) as kept:
        before = kept.before("plan", name)
        at = max(now(), before["changed_at"]) if before else now()
        db.execute(
            "INSERT INTO plan VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            " SET value = excluded.value, changed_at = excluded.changed_at",
            (name, value, at),
        )


def _check_pause(first: date, last: date) -> None:
    _check(first)
    _check(last)
    if last < first:
        raise PlanError(
            _("a pause can't end on {last}, before it begins on {first}", first=first, last=last)
        )


def _check(day: date) -> None:
    if day.year not in YEARS:
        raise PlanError(
            _(
                "{day} can't be meant; a plan's dates are from {first} to {last}",
                day=day,
                first=YEARS[0],
                last=YEARS[-1],
            )
        )


def _day(text: str) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.year in YEARS:
            return day
    return None


def _missing(id: int) -> NoSuchPause:
    return NoSuchPause(_("there is no pause {id}; `studylab plan` lists them", id=id))
