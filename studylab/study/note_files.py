"""Notes as they travel: whole files, byte for byte."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from studylab.language import _

SUFFIX = ".md"

LONGEST_NAME = 180
"""Bytes of a name: a file system has 255, and a time may be put behind it."""


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A note: its file's name without `.md`, and what is in it."""

    name: str
    data: bytes


def read_notes(folder: Path) -> tuple[list[NoteFile], list[str]]:
    """The notes of a folder by name, and what can't be read, in words."""
    notes, complaints = [], []
    for path in _paths(folder):
        trouble = name_trouble(path.stem)
        if trouble:
            complaints.append(_("{path} is left out: {trouble}", path=path, trouble=trouble))
            continue
        try:
            # Opening a pipe would wait for whoever writes into it.
            if stat.S_ISREG(path.stat().st_mode):
                notes.append(NoteFile(path.stem, path.read_bytes()))
        except FileNotFoundError:
            # A broken link, or deleted just now: there is nothing in it.
            continue
        except OSError as error:
            complaints.append(
                _(
                    "{path} can't be read ({reason}) and is left out",
                    path=path,
                    reason=error.strerror or error,
                )
            )
    return notes, complaints


def name_trouble(name: object) -> str:
    """Why `name` can't be that of a note, in words; empty if it can. It is never a path."""
    if not isinstance(name, str) or not name.strip() or name.startswith("."):
        return _("a note's name is a text that does not begin with a dot")
    if not name.isprintable() or "/" in name or "\\" in name:
        return _("a note's name has no control characters, / or \\ in it")
    if len(name.encode()) > LONGEST_NAME:
        return _("a note's name has at most {count} bytes", count=LONGEST_NAME)
    return ""


def _paths(folder: Path) -> Iterable[Path]:
    try:
        return sorted(
            (path for path in folder.iterdir() if path.suffix == SUFFIX), key=lambda path: path.stem
        )
    except OSError:
        return []
