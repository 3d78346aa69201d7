"""The student's files: home, settings, database, syllabus, papers, labs, runs."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from studylab.cli.checks import Check, failure, fine, from_problem, warning
from studylab.problem import Problem
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.wording import size
from studylab.store.database import SCHEMA_VERSION, StoreError, in_words, integrity, open_database
from studylab.syllabus.errors import FileError
from studylab.syllabus.model import Syllabus

TIGHT_BYTES = 2 * 10**9
"""A data set and some checkpoints may not fit into less."""
FULL_BYTES = 100 * 10**6


def home(folder: Path) -> Check:
    """Whether the student's folder can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"studylab")
            file.flush()
    except OSError as error:
        return failure(
            "home",
            f"{folder} can't be written: {error.strerror or error}",
            "free some space or mend the permissions, or set STUDYLAB_HOME to another folder",
        )
    return fine("home", str(folder))


def disk(free: int, folder: Path) -> Check:
    """Whether runs have room to write."""
    found = f"{size(free)} free at {folder}"
    mend = "free some space, or set STUDYLAB_HOME to a larger disk"
    if free < FULL_BYTES:
        return failure("disk", found, mend)
    if free < TIGHT_BYTES:
        return warning("disk", f"{found}: tight for data sets and checkpoints", mend)
    return fine("disk", found)


def settings(path: Path, problem: Problem | None) -> Check:
    """Whether the settings can be read."""
    if problem is not None:
        return from_problem("settings", problem)
    return fine("settings", str(path) if path.exists() else f"none at {path}: the defaults hold")


def database(path: Path) -> Check:
    """Whether the database opens, and is whole."""
    try:
        with closing(open_database(path)) as connection, in_words(path):
            word = integrity(connection)
    except StoreError as problem:
        return from_problem("database", problem)
    except sqlite3.Error as error:
        return failure("database", f"{path}: {error}", "move it away; runs are read again")
    backups = len(list((path.parent / "backups").glob("*.db")))
    found = f"{path}, {size(path.stat().st_size)}, schema {SCHEMA_VERSION}, "
    found += counted(backups, "backup")
    if word != "ok":
        return failure(
            "database",
            f"{path} is damaged: {word}",
            f"move it away and copy the newest file of {path.parent / 'backups'} in its place",
        )
    return fine("database", found)


def syllabus(loaded: Syllabus | None, problem: Problem | None) -> Check:
    """Whether the plan can be read."""
    if loaded is None:
        return from_problem("syllabus", problem or Problem("it could not be read"))
    return fine("syllabus", f"{len(loaded.weeks)} weeks, {len(loaded.items)} items")


def papers(count: int, complaints: Sequence[FileError]) -> Check:
    """Whether every paper's file can be read."""
    if complaints:
        found, _, mend = str(complaints[0]).partition("; ")
        more = f" and {len(complaints) - 1} more" if len(complaints) > 1 else ""
        return warning("papers", f"{found}{more}", mend)
    return fine("papers", counted(count, "paper"))


def labs(entries: Sequence[CatalogueEntry]) -> Check:
    """Whether every lab's file can be read."""
    broken = [entry for entry in entries if entry.error]
    if broken:
        found, _, mend = broken[0].error.partition("; ")
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        return warning("labs", f"{broken[0].id}: {found}{more}", mend or "mend the file")
    return fine("labs", counted(len(entries), "lab"))


def supervisors(runs: Sequence[RunDirectory]) -> Check:
    """How many runs go on, and whether each has its supervisor."""
    watched = alone = unreadable = 0
    for run in runs:
        try:
            state = run.read_state()
        except RunDirectoryError:
            unreadable += 1
            continue
        if not state.state.ended:
            alive = state.supervisor is not None and state.supervisor.alive
            watched, alone = watched + alive, alone + (not alive)
    found = f"{len(runs)} on disk, {watched} going on"
    if unreadable:
        found += f", {unreadable} unreadable"
    if alone:
        found += f", {alone} without a supervisor here"
        return warning("runs", found, "`studylab runs` takes them over or says how they ended")
    return fine("runs", found)


def counted(number: int, what: str) -> str:
    """`1 lab`, `2 labs`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
