"""The scalars of runs as one table, to compute with elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from studylab.store import runs as store
from studylab.study.export import one_file

COLUMNS = {
    "run": "string",
    "name": "string",
    "step": "int64",
    "time": "float64",
    "value": "float64",
}
"""`time` is in seconds since 1970; NaN and the infinities are values as any other."""


def records(db: sqlite3.Connection, runs: Sequence[str]) -> list[dict[str, Any]]:
    """A record for each scalar: run by run, by step and in the order in which it was logged."""
    return [
        {"run": run, "name": m.name, "step": m.step, "time": m.time, "value": m.value}
        for run in runs
        for m in store.metrics(db, run)
    ]


def csv(db: sqlite3.Connection, runs: Sequence[str]) -> bytes:
    """As CSV."""
    return one_file.csv_text(list(COLUMNS), records(db, runs)).encode("utf-8-sig", "replace")


def parquet(db: sqlite3.Connection, runs: Sequence[str]) -> bytes:
    """As Parquet.

    Raises:
        NeedsPackage: pyarrow is not installed.
    """
    return one_file.parquet(COLUMNS, records(db, runs))


FORMATS: dict[str, Callable[[sqlite3.Connection, Sequence[str]], bytes]] = {
    "csv": csv,
    "parquet": parquet,
}
"""What makes the file of each format."""
