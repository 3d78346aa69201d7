"""Backups: the database, notes and drafts of one moment in one zip file.

Runs are not in it: they are directories of their own, and can be copied as such.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from studylab.language import _
from studylab.store.backup_zip import DATABASE, FOLDERS, Packer, read_manifest
from studylab.store.copies import copy_to, is_database, schema_of, stamp
from studylab.store.database import in_words, now
from studylab.store.transfer_check import TransferError


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made, or found. `files` are the notes and drafts in it."""

    path: Path
    created_at: str
    schema: int
    bytes: int
    files: int = 0
    trouble: str = ""
    """Why it can't be used; empty if it can."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new backup, and in words what could not be read and is not in it."""

    backup: Backup
    complaints: tuple[str, ...]


def default_path(home: Path, why: str = "") -> Path:
    """Where a backup of now goes; `why` it is made is put behind the time."""
    return home / "backups" / f"studylab-{stamp()}{f'-{why}' if why else ''}.zip"


def make(db: sqlite3.Connection, home: Path, path: Path) -> Made:
    """Write a backup of what is in `home` to `path`.

    Raises:
        TransferError: there is a file of that name.
        StoreError: it can't be written, or the database can't be read; nothing is left behind.
    """
    if path.exists():
        raise TransferError(_("{path} is there already; choose another name", path=path))
    created_at, complaints = now(), list[str]()
    with in_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            copy, unfinished = Path(folder, DATABASE), Path(folder, "backup.zip")
            copy_to(db, copy)
            with zipfile.ZipFile(unfinished, "w") as archive:
                schema = schema_of(copy)
                packer = Packer(archive, created_at, schema)
                with copy.open("rb") as file:
                    packer.add(DATABASE, file)
                for name, note in _files(home, complaints):
                    _pack(packer, name, note, complaints)
                packer.finish()
            os.replace(unfinished, path)
        size = path.stat().st_size
    found = Backup(path, created_at, schema, size, len(packer.files) - 1)
    return Made(found, tuple(complaints))


def listing(folder: Path) -> list[Backup]:
    """The backups in a folder, the automatic copies of the database too; the newest first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if path.suffix in (".zip", ".db") and path.is_file():
                    found.append(look(path))
    return sorted(found, key=lambda backup: (backup.created_at, backup.path.name), reverse=True)


def look(path: Path) -> Backup:
    """What a backup says of itself.

    Raises:
        OSError: it can't be looked at.
    """
    status = path.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
    if is_database(path):
        return Backup(path, modified, schema_of(path), status.st_size)
    try:
        manifest = read_manifest(path)
    except TransferError as error:
        return Backup(path, modified, 0, status.st_size, trouble=str(error))
    files = len(manifest.files) - 1
    return Backup(path, manifest.created_at, manifest.schema, status.st_size, files)


def _files(home: Path, complaints: list[str]) -> Iterable[tuple[str, Path]]:
    for top in FOLDERS:
        for folder, folders, names in os.walk(home / top):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                inside = path.relative_to(home).as_posix()
                if not inside.isprintable() or "\\" in inside:
                    complaints.append(
                        _("{path} is left out: rename it, without control characters", path=path)
                    )
                    continue
                yield inside, path


def _pack(packer: Packer, name: str, path: Path, complaints: list[str]) -> None:
    try:
        # Opening a pipe would wait for whoever writes into it.
        if not stat.S_ISREG(path.stat().st_mode):
            return
        file = path.open("rb")
    except FileNotFoundError:
        # A broken link, or deleted just now.
        return
    except OSError as error:
        reason = error.strerror or error
        complaints.append(
            _("{path} can't be read ({reason}) and is left out", path=path, reason=reason)
        )
        return
    with file:
        packer.add(name, file)
