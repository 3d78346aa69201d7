"""What is exported, gathered once for all formats."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylab.store import runs as stored_runs
from studylab.store import transfer
from studylab.store.database import SCHEMA_VERSION, file_of, in_words, now
from studylab.store.runs import ResultRow, RunRow
from studylab.store.transfer_format import Records
from studylab.study.note_files import NoteFile, read_notes

RUN_KEYS = (
    "id",
    "lab",
    "command",
    "settings",
    "seed",
    "state",
    "reason",
    "exit_code",
    "signal",
    "host",
    "created_at",
    "started_at",
    "ended_at",
    "step",
    "steps",
)
"""What is exported of a run: not its directory, which is a path of one machine."""

RESULT_KEYS = (
    "run",
    "metric",
    "split",
    "data",
    "value",
    "baseline",
    "reference",
    "reference_source",
    "higher_is_better",
    "verdict",
    "time",
)

EVERY = 1 << 62
"""A limit for those who want all there is."""


@dataclass(frozen=True, slots=True)
class Everything:
    """One export. `complaints` tell in words what could not be read and is left out."""

    schema: int
    exported_at: str
    records: Records
    notes: Sequence[NoteFile]
    runs: Sequence[Mapping[str, Any]]
    results: Sequence[Mapping[str, Any]]
    complaints: Sequence[str] = ()


def gather(db: sqlite3.Connection, notes_folder: Path) -> Everything:
    """Read everything, as of one moment.

    Raises:
        StoreError: the database can't be read.
    """
    notes, complaints = read_notes(notes_folder)
    # One snapshot: another app may write between two reads.
    with in_words(file_of(db)):
        db.execute("BEGIN")
        try:
            records = transfer.leaving(db)
            runs = stored_runs.listing(db, limit=EVERY)
            results = stored_runs.results(db)
        finally:
            db.rollback()
    return Everything(
        schema=SCHEMA_VERSION,
        exported_at=now(),
        records=records,
        notes=notes,
        runs=[_picked(run, RUN_KEYS) for run in sorted(runs, key=_when)],
        results=[_picked(result, RESULT_KEYS) for result in results],
        complaints=complaints,
    )


def _when(run: RunRow) -> tuple[str, str]:
    return run.created_at, run.id


def _picked(thing: RunRow | ResultRow, keys: Sequence[str]) -> dict[str, Any]:
    return {key: getattr(thing, key) for key in keys}
