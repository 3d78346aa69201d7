"""Opening the student's studylab for the time of one command."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studylab.cli.guard import complain
from studylab.runs.directory import RunDirectory
from studylab.runs.sync import sync_all
from studylab.store import runs
from studylab.workspace import Workspace


@contextmanager
def opened(*, sync: bool = False) -> Iterator[Workspace]:
    """The workspace; with `sync` the database first takes in what the runs have written.

    Raises:
        Problem: one line that says what to mend.
    """
    workspace = Workspace.open()
    try:
        if sync:
            sync_runs(workspace.db)
        yield workspace
    finally:
        workspace.close()


def sync_runs(db: sqlite3.Connection) -> None:
    """Bring the database up to date; a run that can't be read is told and left out.

    Raises:
        StoreError: the database can't be written.
    """
    for complaint in sync_all(db).complaints:
        complain(complaint)


def run_directory(id: str) -> RunDirectory:
    """The directory of a run, by its id, the beginning of it, or `last`.

    Raises:
        NoSuchRun: none, or several.
    """
    with opened(sync=True) as workspace:
        return RunDirectory(Path(runs.get(workspace.db, id).directory))
