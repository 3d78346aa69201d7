"""The student's files: home, settings, database, syllabus, papers, labs, runs."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from studylab.cli.checks import Check, failure, fine, from_problem, warning
from studylab.language import _, n_
from studylab.problem import Problem, in_parts
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
            _("{path} can't be written: {error}", path=folder, error=error.strerror or error),
            _("free some space or mend the permissions, or set STUDYLAB_HOME to another folder"),
        )
    return fine("home", str(folder))


def disk(free: int, folder: Path) -> Check:
    """Whether runs have room to write."""
    found = _("{size} free at {path}", size=size(free), path=folder)
    mend = _("free some space, or set STUDYLAB_HOME to a larger disk")
    if free < FULL_BYTES:
        return failure("disk", found, mend)
    if free < TIGHT_BYTES:
        tight = _("{found}: tight for data sets and checkpoints", found=found)
        return warning("disk", tight, mend)
    return fine("disk", found)


def settings(path: Path, problem: Problem | None) -> Check:
    """Whether the settings can be read."""
    if problem is not None:
        return from_problem("settings", problem)
    if path.exists():
        return fine("settings", str(path))
    return fine("settings", _("none at {path}: the defaults hold", path=path))


def database(path: Path) -> Check:
    """Whether the database opens, and is whole."""
    try:
        with closing(open_database(path)) as connection, in_words(path):
            word = integrity(connection)
    except StoreError as problem:
        return from_problem("database", problem)
    except sqlite3.Error as error:
        return failure("database", f"{path}: {error}", _("move it away; runs are read again"))
    backups = path.parent / "backups"
    if word != "ok":
        return failure(
            "database",
            _("{path} is damaged: {error}", path=path, error=word),
            _("move it away and copy the newest file of {backups} in its place", backups=backups),
        )
    found = n_(
        "{path}, {size}, schema {version}, {count} backup",
        "{path}, {size}, schema {version}, {count} backups",
        len(list(backups.glob("*.db"))),
        path=path,
        size=size(path.stat().st_size),
        version=SCHEMA_VERSION,
    )
    return fine("database", found)


def syllabus(loaded: Syllabus | None, problem: Problem | None) -> Check:
    """Whether the plan can be read."""
    if loaded is None:
        return from_problem("syllabus", problem or Problem(_("it could not be read")))
    return fine(
        "syllabus",
        _("{weeks} weeks, {items} items", weeks=len(loaded.weeks), items=len(loaded.items)),
    )


def papers(count: int, complaints: Sequence[FileError]) -> Check:
    """Whether every paper's file can be read."""
    if complaints:
        found, mend = in_parts(str(complaints[0]))
        return warning("papers", _and_more(found, len(complaints) - 1), mend)
    return fine("papers", n_("{count} paper", "{count} papers", count))


def labs(entries: Sequence[CatalogueEntry]) -> Check:
    """Whether every lab's file can be read."""
    broken = [entry for entry in entries if entry.error]
    if broken:
        found, mend = in_parts(broken[0].error)
        found = _and_more(f"{broken[0].id}: {found}", len(broken) - 1)
        return warning("labs", found, mend or _("mend the file"))
    return fine("labs", n_("{count} lab", "{count} labs", len(entries)))


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
    found = _("{count} on disk, {alive} going on", count=len(runs), alive=watched)
    if unreadable:
        found = _("{found}, {count} unreadable", found=found, count=unreadable)
    if alone:
        found = _("{found}, {count} without a supervisor here", found=found, count=alone)
        mend = _("`studylab runs` takes them over or says how they ended")
        return warning("runs", found, mend)
    return fine("runs", found)


def _and_more(found: str, count: int) -> str:
    """What is wrong with the first file, and with how many more something is."""
    if not count:
        return found
    return n_("{found} and {count} more", "{found} and {count} more", count, found=found)
