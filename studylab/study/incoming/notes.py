"""Notes from another machine: a note that is there is never written over."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studylab import atomic
from studylab.language import _
from studylab.problem import Problem
from studylab.study.note_files import SUFFIX, NoteFile, read_notes

_IMPORTED = re.compile(r"\.imported-\d{8}-\d{6}(-\d+)?$")


class NoteNotWritten(Problem):
    """A note can't be written; those that were written with it are gone again."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A note that is to be written. `beside` another one of that name, that differs."""

    note: NoteFile
    beside: bool


def arrivals(folder: Path, notes: Iterable[NoteFile]) -> list[Arrival]:
    """Which of the notes have something that is not in `folder` yet.

    A note and what was imported beside it are one family: what one of them says already does not
    come again.
    """
    notes = sorted(notes, key=lambda note: (bool(_IMPORTED.search(note.name)), note.name))
    families = {_family(note.name) for note in notes}
    there, _complaints = read_notes(folder)
    known: dict[str, set[bytes]] = defaultdict(set)
    for note in there:
        if _family(note.name) in families:
            known[_family(note.name)].add(_digest(note))
    found = []
    for note in notes:
        family, digest = _family(note.name), _digest(note)
        if digest not in known[family]:
            known[family].add(digest)
            found.append(Arrival(note, os.path.lexists(folder / f"{note.name}{SUFFIX}")))
    return found


def write(folder: Path, arrived: Sequence[Arrival]) -> list[Path]:
    """Write the notes, all or none. Returns their files.

    Raises:
        NoteNotWritten: none was.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for arrival in arrived:
            # At once, since what is in the list is taken back.
            written += [_write(folder, arrival)]
    except OSError as error:
        take_back(written)
        raise NoteNotWritten(
            _(
                "{folder} can't be written ({reason}); free some space or mend the permissions: "
                "nothing was changed",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from error
    return written


def take_back(written: Iterable[Path]) -> None:
    """Take notes away that were just written, since the rest could not be."""
    for path in written:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _write(folder: Path, arrival: Arrival) -> Path:
    base = _IMPORTED.sub("", arrival.note.name)
    time = datetime.now().strftime("%Y%m%d-%H%M%S")
    names = [] if arrival.beside else [arrival.note.name]
    names += [
        f"{base}.imported-{time}{again}" for again in ("", *(f"-{n}" for n in range(2, 1000)))
    ]
    for name in names:
        path = folder / f"{name}{SUFFIX}"
        try:
            atomic.create(path, arrival.note.data)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(errno.EEXIST, "too many notes of one name", str(folder / base))


def _family(name: str) -> str:
    return _IMPORTED.sub("", name)


def _digest(note: NoteFile) -> bytes:
    return hashlib.sha256(note.data).digest()
