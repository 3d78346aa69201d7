"""Taking in what came: first what would happen, then all of it or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studylab.store import transfer
from studylab.store.copies import keep_copy
from studylab.store.database import file_of, in_words, transaction
from studylab.store.transfer import Tally
from studylab.study.incoming import notes
from studylab.study.incoming.notes import Arrival
from studylab.study.incoming.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Outcome:
    """What taking in comes to, or came to. `backup` is the database as it was before."""

    rows: Mapping[str, Tally]
    notes_new: int
    notes_beside: int
    notes_kept: int
    backup: Path | None = None
    written: Sequence[Path] = ()
    """The notes that were written."""

    @property
    def any(self) -> bool:
        """Whether something is different afterwards."""
        return bool(
            self.notes_new or self.notes_beside or any(tally.any for tally in self.rows.values())
        )


def foresee(db: sqlite3.Connection, folder: Path, parcel: Parcel) -> Outcome:
    """What `take_in` would do; `folder` has the notes.

    Raises:
        StoreError: the database can't be read.
    """
    with in_words(file_of(db)):
        rows = transfer.foreseen(db, parcel.records)
    return _outcome(rows, parcel, notes.arrivals(folder, parcel.notes))


def take_in(db: sqlite3.Connection, folder: Path, parcel: Parcel) -> Outcome:
    """Merge what came into the database and the notes in `folder`.

    Raises:
        StoreError: the database or the backup before can't be written; nothing was changed.
        NoteNotWritten: nothing was changed.
    """
    planned = foresee(db, folder, parcel)
    if not planned.any:
        return planned
    backup = keep_copy(db)
    written: list[Path] = []
    try:
        with transaction(db):
            rows = transfer.take(db, parcel.records)
            arrived = notes.arrivals(folder, parcel.notes)
            written = notes.write(folder, arrived)
    except BaseException:
        notes.take_back(written)
        raise
    return _outcome(rows, parcel, arrived, backup, written)


def _outcome(
    rows: Mapping[str, Tally],
    parcel: Parcel,
    arrived: Sequence[Arrival],
    backup: Path | None = None,
    written: Sequence[Path] = (),
) -> Outcome:
    beside = sum(arrival.beside for arrival in arrived)
    return Outcome(
        rows=rows,
        notes_new=len(arrived) - beside,
        notes_beside=beside,
        notes_kept=len(parcel.notes) - len(arrived),
        backup=backup,
        written=written,
    )
