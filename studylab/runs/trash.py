"""Deleted runs: their directories wait in `runs/.trash` until they are restored or thrown out.

The database says which runs are deleted and the directories follow, so a deletion is taken back
like any other change: whoever looks at the runs next moves what is not where it belongs.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studylab import locations
from studylab.language import _
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, State
from studylab.runs.disk import bytes_below
from studylab.runs.truth import state_of
from studylab.store import run_marks, runs
from studylab.store.database import transaction
from studylab.store.run_marks import Place
from studylab.store.runs import RunRow

DAYS = 30
"""How long a deleted run can be restored at least."""


class TrashError(Problem):
    """Runs can't be deleted or restored; nothing of it was done."""


@dataclass(frozen=True, slots=True)
class Trashed:
    """A directory in the trash; `at` is when it was deleted, in seconds since 1970."""

    id: str
    path: Path
    bytes: int
    at: float


def folder() -> Path:
    """Where the directories of deleted runs are."""
    return locations.runs() / ".trash"


def delete(db: sqlite3.Connection, rows: Sequence[RunRow]) -> None:
    """Take runs out of all lists and their directories into the trash.

    Raises:
        TrashError: one is not over, or can't be moved; nothing was done.
        StoreError: nothing was done.
    """
    settled = runs.settled(db)
    waiting = runs.listing(db, states=(State.QUEUED, State.STARTING))
    for row in rows:
        _check_over(row, settled=row.id in settled)
        _check_unused(row, waiting)
    with run_marks.deleting(db, [row.id for row in rows]), _together() as moved:
        for row in rows:
            moved(locations.runs() / row.id, folder() / row.id)


def restore(db: sqlite3.Connection, rows: Sequence[RunRow]) -> None:
    """Bring deleted runs back.

    Raises:
        TrashError: one can't be moved; nothing was done.
        StoreError: nothing was done.
    """
    with run_marks.restoring(db, [row.id for row in rows]), _together() as moved:
        for row in rows:
            moved(folder() / row.id, locations.runs() / row.id)


def follow(db: sqlite3.Connection) -> list[str]:
    """Move the directories that are not where the database says; returns complaints.

    One that the database has never heard of stays in the trash.

    Raises:
        StoreError: the database can't be read.
    """
    if not any(_astray(db)):
        return []
    complaints = []
    # Whoever deletes at this moment has moved the directory and not told the database yet.
    with transaction(db):
        for source, target in _astray(db):
            try:
                _move(source, target)
            except TrashError as error:
                complaints.append(str(error))
    return complaints


def trashed(db: sqlite3.Connection) -> list[Trashed]:
    """What is in the trash, the oldest first."""
    known = run_marks.deleted(db)
    found = []
    for path in _entries(folder()):
        _place, told = known.get(path.name, (Place.TRASH, ""))
        try:
            at = datetime.fromisoformat(told).timestamp() if told else path.lstat().st_ctime
        except (ValueError, OSError):
            continue
        found.append(Trashed(path.name, path, bytes_below(path), at))
    return sorted(found, key=lambda each: (each.at, each.id))


def outdated(db: sqlite3.Connection, days: float = DAYS) -> list[Trashed]:
    """What has been in the trash for longer than so many days."""
    until = time.time() - days * 86400
    return [each for each in trashed(db) if each.at <= until]


def throw_out(db: sqlite3.Connection, found: Sequence[Trashed]) -> list[str]:
    """Delete directories of the trash for good; returns complaints.

    Raises:
        StoreError: nothing was deleted.
    """
    deleted, known = run_marks.deleted(db), runs.settled(db)
    # One that was restored meanwhile stays.
    found = [each for each in found if each.id in deleted or each.id not in known]
    run_marks.forget(db, [each.id for each in found if each.id in deleted])
    complaints = []
    for each in found:
        try:
            shutil.rmtree(each.path)
        except FileNotFoundError:
            continue
        except OSError as error:
            complaints.append(_("{path}: {error}", path=each.path, error=error.strerror or error))
    return complaints


def welcome(db: sqlite3.Connection, run: str) -> None:
    """A run was imported that may have been deleted here before: it is listed again.

    Raises:
        StoreError: it is not.
    """
    if run not in run_marks.deleted(db):
        return
    with run_marks.restoring(db, [run]):
        # The import made the same anew.
        if (locations.runs() / run).is_dir():
            shutil.rmtree(folder() / run, ignore_errors=True)


def _check_over(row: RunRow, *, settled: bool) -> None:
    run = RunDirectory(locations.runs() / row.id)
    state = state_of(run).state if run.path.is_dir() else State(row.state)
    if not state.ended:
        raise TrashError(
            _(
                "{run} is {state}; stop it first, with `studylab stop {run}`",
                run=row.id,
                state=_(state.value),
            )
        )
    if not settled:
        raise TrashError(
            _("what {run} wrote is still being read; try again in a moment", run=row.id)
        )


def _check_unused(row: RunRow, waiting: Sequence[RunRow]) -> None:
    """A run that waits for its turn may be about to go on from this one's checkpoint."""
    path = locations.runs() / row.id
    for other in waiting:
        if any(word == str(path) or f"{path}/" in word for word in other.command):
            raise TrashError(
                _("{other} waits to go on from {run}; stop it first", other=other.id, run=row.id)
            )


def _astray(db: sqlite3.Connection) -> Iterator[tuple[Path, Path]]:
    """From where to where directories are to be moved."""
    deleted = run_marks.deleted(db)
    there = {path.name: path for path in _entries(folder())}
    back = there.keys() - deleted.keys()
    if back:
        for run in sorted(back & runs.settled(db)):
            yield there[run], locations.runs() / run
    for run in sorted(deleted.keys() - there.keys()):
        path = locations.runs() / run
        if path.is_dir() and state_of(RunDirectory(path)).state.ended:
            yield path, folder() / run


def _entries(where: Path) -> list[Path]:
    try:
        return [path for path in where.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []


class _Moves:
    """Directories that are moved all or none."""

    def __init__(self) -> None:
        self._done: list[tuple[Path, Path]] = []

    def __call__(self, source: Path, target: Path) -> None:
        if _move(source, target):
            self._done.append((source, target))

    def take_back(self) -> None:
        for source, target in reversed(self._done):
            # Where even this fails, `follow` does it later.
            try:
                target.rename(source)
            except OSError:
                continue


@contextmanager
def _together() -> Iterator[_Moves]:
    moves = _Moves()
    try:
        yield moves
    except BaseException:
        moves.take_back()
        raise


def _move(source: Path, target: Path) -> bool:
    """Whether there was something to move.

    Raises:
        TrashError: it is where it was.
    """
    if not source.is_dir():
        return False
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            raise TrashError(
                _("{path} is there already; move it away first", path=target),
            )
        source.rename(target)
    except OSError as error:
        raise TrashError(
            _(
                "{path} can't be moved to {target}: {error}; mend the permissions of the folder "
                "or free some space",
                path=source,
                target=target.parent,
                error=error.strerror or error,
            )
        ) from error
    return True
