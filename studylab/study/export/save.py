"""Writing an export where it is wanted: whole, or not at all."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studylab import locations
from studylab.language import _
from studylab.problem import Problem
from studylab.store.database import in_words
from studylab.study.export import anki_deck, csv_folder, json_file, markdown_folder
from studylab.study.export.everything import Everything, gather
from studylab.workspace import Workspace

ALL = "all"


class ExportError(Problem):
    """An export can't be written; the text says why. What was there is as it was."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written: `suffix` of a file, empty for a folder, of which `first` is a
    file that each export of it has."""

    write: Callable[[Workspace, Everything, Path], object]
    suffix: str = ""
    first: str = ""


FORMATS = {
    "json": Format(lambda _workspace, found, path: json_file.write(found, path), ".json"),
    "markdown": Format(
        lambda workspace, found, path: markdown_folder.write(workspace, found.notes, path),
        first="index.md",
    ),
    "csv": Format(
        lambda _workspace, found, path: csv_folder.write(found, path), first="questions.csv"
    ),
    "anki": Format(lambda workspace, _found, path: anki_deck.write(workspace, path), ".apkg"),
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and in words what could not be read for it."""

    path: Path
    complaints: tuple[str, ...]


def default_path(format: str) -> Path:
    """Where an export of now goes if nobody says where."""
    suffix = FORMATS[format].suffix if format != ALL else ""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    kind = "" if suffix else f"-{format}"
    return locations.home() / "exports" / f"studylab{kind}-{stamp}{suffix}"


def save(workspace: Workspace, format: str, path: Path) -> Saved:
    """Export in one format to `path`; in all of them, into a folder `path`.

    A file is written over. A folder has to be new, empty, or an earlier export of the same format,
    whose files are written over; others in it stay.

    Raises:
        ExportError: it can't be written.
        StoreError: the database can't be read.
    """
    everything = gather(workspace.db, locations.notes())
    chosen = list(FORMATS) if format == ALL else [format]
    if format == ALL:
        _check_folder(path, "studylab.json")
    elif FORMATS[format].suffix:
        if path.is_dir():
            path = path / f"studylab{FORMATS[format].suffix}"
    else:
        _check_folder(path, FORMATS[format].first)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as name:
            made = Path(name, "made")
            if format == ALL or not FORMATS[format].suffix:
                made.mkdir()
            for each in chosen:
                _write(workspace, everything, each, made, alone=format != ALL)
            _move(made, path)
    except sqlite3.Error as error:
        with in_words(locations.database()):
            raise error
    except OSError as error:
        raise ExportError(
            _(
                "{path} can't be written ({reason}); choose another place, or free some space",
                path=path,
                reason=error.strerror or error,
            )
        ) from error
    return Saved(path, tuple(everything.complaints))


def _write(
    workspace: Workspace, everything: Everything, format: str, made: Path, *, alone: bool
) -> None:
    suffix = FORMATS[format].suffix
    target = made if alone else made / (f"studylab{suffix}" if suffix else format)
    if not suffix:
        target.mkdir(exist_ok=True)
    FORMATS[format].write(workspace, everything, target)


def _check_folder(path: Path, first: str) -> None:
    if not path.exists() or (path / first).exists():
        return
    if not path.is_dir():
        raise ExportError(_("{path} is a file; name a folder", path=path))
    if any(each for each in path.iterdir() if not each.name.startswith(".")):
        raise ExportError(
            _("{path} has other files in it; name a new or an empty folder", path=path)
        )


def _move(made: Path, path: Path) -> None:
    """Put what was made in its place, each file by renaming it."""
    if not made.is_dir():
        os.replace(made, path)
        return
    for folder, _folders, names in os.walk(made):
        target = path / Path(folder).relative_to(made)
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.replace(Path(folder, name), target / name)
