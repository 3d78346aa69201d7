"""Filters of the list of questions that a student keeps under a name."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass

from studylab.language import _, listed
from studylab.problem import Missing
from studylab.store.database import now
from studylab.store.question_list import Filter
from studylab.store.questions import EmptyText
from studylab.store.undo import bury, change

LONGEST_NAME = 60


class NoSuchFilter(Missing):
    """A name that no saved filter has."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter with its name."""

    id: int
    uid: str
    name: str
    filter: Filter


def saved_filters(db: sqlite3.Connection) -> list[SavedFilter]:
    """All of them, by name."""
    rows = db.execute("SELECT id, uid, name, filter FROM saved_filters ORDER BY name")
    return [SavedFilter(id, uid, name, _read(text)) for id, uid, name, text in rows]


def saved_filter(db: sqlite3.Connection, name: str) -> SavedFilter:
    """The one with this name.

    Raises:
        NoSuchFilter: there is none; the text names those that there are.
    """
    there = saved_filters(db)
    found = next((each for each in there if each.name == filter_name(name)), None)
    if found is None:
        names = listed(each.name for each in there) or _("none")
        raise NoSuchFilter(
            _("no filter is saved as {name!r}; there are: {names}", name=name, names=names)
        )
    return found


def save_filter(db: sqlite3.Connection, name: str, filter: Filter) -> bool:
    """Keep a filter under a name, in place of the one that had it. Returns whether one had.

    Raises:
        EmptyText: the name has no letter.
    """
    name = filter_name(name)
    if not name:
        raise EmptyText(_("a filter needs a name; nothing was saved"))
    with change(db, _("Saved the filter {name}", name=name)) as kept:
        row = db.execute("SELECT id FROM saved_filters WHERE name = ?", (name,)).fetchone()
        if row is None:
            uid = uuid.uuid4().hex
            inserted = db.execute(
                "INSERT INTO saved_filters (uid, name, filter, changed_at) VALUES (?, ?, ?, ?)",
                (uid, name, filter.to_json(), now()),
            )
            kept.added("saved_filters", inserted.lastrowid)
            return False
        before = kept.before("saved_filters", row[0])
        assert before is not None
        db.execute(
            "UPDATE saved_filters SET filter = ?, changed_at = ? WHERE id = ?",
            (filter.to_json(), max(now(), before["changed_at"]), row[0]),
        )
        return True


def delete_filter(db: sqlite3.Connection, name: str) -> None:
    """Forget a saved filter; `undo` brings it back.

    Raises:
        NoSuchFilter: there is none of this name.
    """
    found = saved_filter(db, name)
    with change(db, _("Deleted the filter {name}", name=found.name)) as kept:
        kept.before("saved_filters", found.id)
        kept.before("tombstones", found.uid)
        db.execute("DELETE FROM saved_filters WHERE id = ?", (found.id,))
        bury(db, found.uid, "saved_filters")


def filter_name(name: str) -> str:
    """A name as it is stored: one line without control characters."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:LONGEST_NAME]


def _read(text: str) -> Filter:
    try:
        return Filter.from_json(text)
    except ValueError:
        # Of another version, or broken: it lets all pass, and can be deleted or saved anew.
        return Filter()
