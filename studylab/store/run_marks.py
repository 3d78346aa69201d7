"""What a student keeps about runs: star, tags, note, and whether they are put away.

Each change can be taken back. A run has a row of marks from its first mark on.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from studylab.language import _, n_
from studylab.problem import Refused
from studylab.store.database import first, now, transaction
from studylab.store.questions import cleaned, folded_tag
from studylab.store.undo import Keeper, change, grave, unbury

LONGEST_NOTE = 20_000
"""Characters of a note."""


class Place(IntEnum):
    """Where a run is kept; the column `archived` of its marks."""

    LISTED = 0
    ARCHIVED = 1
    TRASH = 2
    GONE = 3


KEPT = f"run NOT IN (SELECT run FROM run_marks WHERE archived >= {int(Place.TRASH)})"
"""In SQL: that the run of a row was not deleted."""


class NoteTooLong(Refused):
    """A note that no note is meant to be."""


def star(db: sqlite3.Connection, runs: Collection[str], *, on: bool = True) -> None:
    """Give runs a star, or take it away.

    Raises:
        StoreError: nothing was changed.
    """
    what = _named(runs)
    said = _("Starred {runs}", runs=what) if on else _("Took the star from {runs}", runs=what)
    with change(db, said) as kept:
        for run in runs:
            _set(db, kept, run, "star", int(on))


def tag(
    db: sqlite3.Connection,
    runs: Collection[str],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> None:
    """Add tags to runs and take others away.

    Raises:
        StoreError: nothing was changed.
    """
    added = [tag for tag in map(folded_tag, add) if tag]
    removed = {folded_tag(tag) for tag in remove}
    with change(db, _("Tagged {runs}", runs=_named(runs))) as kept:
        for run in runs:
            row = kept.before("run_marks", run)
            there = tags_of(row["tags"]) if row else ()
            wanted = dict.fromkeys([*there, *added])
            _set(db, kept, run, "tags", _stored(tag for tag in wanted if tag not in removed))


def write_note(db: sqlite3.Connection, run: str, text: str) -> None:
    """Keep a note about a run; an empty one takes it away.

    Raises:
        NoteTooLong: it is no note.
        StoreError: nothing was changed.
    """
    text = cleaned(text)
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong(
            _(
                "a note of {count:,} characters is too long; {most:,} is the most",
                count=len(text),
                most=LONGEST_NOTE,
            )
        )
    said = (
        _("Wrote a note about {run}", run=run) if text else _("Removed the note of {run}", run=run)
    )
    with change(db, said) as kept:
        _set(db, kept, run, "note", text)


def archive(db: sqlite3.Connection, runs: Collection[str], *, on: bool = True) -> None:
    """Put runs away, or take them back into the lists.

    Raises:
        StoreError: nothing was changed.
    """
    what = _named(runs)
    said = _("Archived {runs}", runs=what) if on else _("Unarchived {runs}", runs=what)
    with change(db, said) as kept:
        for run in runs:
            _set(db, kept, run, "archived", Place.ARCHIVED if on else Place.LISTED)


@contextmanager
def deleting(db: sqlite3.Connection, runs: Collection[str]) -> Iterator[None]:
    """Take runs out of all lists, unless what is done meanwhile fails.

    Raises:
        StoreError: nothing was changed.
    """
    with change(db, _("Deleted {runs}", runs=_named(runs))) as kept:
        for run in runs:
            _set(db, kept, run, "archived", Place.TRASH)
        yield


@contextmanager
def restoring(db: sqlite3.Connection, runs: Collection[str]) -> Iterator[None]:
    """Bring deleted runs back into the lists, unless what is done meanwhile fails.

    Raises:
        StoreError: nothing was changed.
    """
    with change(db, _("Restored {runs}", runs=_named(runs))) as kept:
        for run in runs:
            _set(db, kept, run, "archived", Place.LISTED)
        yield


def forget(db: sqlite3.Connection, runs: Collection[str]) -> None:
    """Drop what deleted runs logged. This can't be taken back, nor can their deletion from now on.

    Raises:
        StoreError: nothing was changed.
    """
    with transaction(db):
        kept = Keeper(db)
        for run in runs:
            _set(db, kept, run, "archived", Place.GONE)
            for table in ("metrics", "resources", "results"):
                db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))


def deleted(db: sqlite3.Connection) -> dict[str, tuple[Place, str]]:
    """The runs that were deleted, with what is left of each and the time of that."""
    rows = db.execute(
        "SELECT run, archived, changed_at FROM run_marks WHERE archived >= ?", (Place.TRASH,)
    )
    return {run: (Place(min(place, Place.GONE)), at) for run, place, at in rows}


def is_deleted(db: sqlite3.Connection, run: str) -> bool:
    """Whether a run was deleted."""
    found = first(db, "SELECT 1 FROM run_marks WHERE run = ? AND archived >= ?", (run, Place.TRASH))
    return found is not None


def starred(db: sqlite3.Connection) -> set[str]:
    """The runs that have a star."""
    return {run for (run,) in db.execute("SELECT run FROM run_marks WHERE star = 1")}


def tags(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every tag with the number of its runs, the most used first."""
    rows = db.execute(
        "SELECT tags FROM run_marks WHERE tags != '' AND archived < ?", (Place.TRASH,)
    )
    counts = Counter(tag for (stored,) in rows for tag in tags_of(stored))
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def tags_of(stored: str) -> tuple[str, ...]:
    """The tags in a row of marks."""
    return tuple(stored.split())


def _stored(tags: Iterable[str]) -> str:
    # Each between spaces, so that a tag is found by ` tag ` and never inside another.
    words = " ".join(tags)
    return f" {words} " if words else ""


def _set(db: sqlite3.Connection, kept: Keeper, run: str, column: str, value: object) -> None:
    row = kept.before("run_marks", run)
    if row is None:
        if not value:
            return
        kept.before("tombstones", grave("run_marks", run))
        unbury(db, grave("run_marks", run))
        db.execute("INSERT INTO run_marks (run, changed_at) VALUES (?, ?)", (run, now()))
    elif row[column] == value:
        return
    db.execute(
        f"UPDATE run_marks SET {column} = ?, changed_at = max(?, changed_at) WHERE run = ?",
        (value, now(), run),
    )


def _named(runs: Collection[str]) -> str:
    if len(runs) == 1:
        return next(iter(runs))
    return n_("{count} run", "{count} runs", len(runs))
