"""What in a folder can be imported as runs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from studylab import locations
from studylab.metrics.adapters.tensorboard import MARK
from studylab.runs.event_files import base_of, is_text


class Kind(StrEnum):
    """What a found run was written by."""

    STUDYLAB = "studylab"
    TENSORBOARD = "TensorBoard"
    WANDB = "W&B"


@dataclass(frozen=True, slots=True)
class FoundRun:
    """One run: its folder or file, and its event files."""

    kind: Kind
    path: Path
    files: list[Path] = field(default_factory=list)


def find_runs(path: Path) -> list[FoundRun]:
    """The runs at or below `path`, in order. Event files of one folder are one run, together with
    those of the folders below it that are called as splits are.

    Raises:
        OSError: `path` can't be read.
    """
    path = path.expanduser().absolute()
    if path.is_file():
        if path.suffix == ".wandb":
            return [FoundRun(Kind.WANDB, path)]
        return (
            [FoundRun(Kind.TENSORBOARD, base_of(path.parent), [path])] if _is_events(path) else []
        )
    path.stat()
    # Of the student's own runs nothing is to be imported.
    own = locations.runs()
    found: list[FoundRun] = []
    events: dict[Path, list[Path]] = {}
    for place, folders, names in os.walk(path):
        folder = Path(place)
        if "run.json" in names and ("state.json" in names or "metrics.jsonl" in names):
            found.append(FoundRun(Kind.STUDYLAB, folder))
            folders.clear()
            continue
        logs = [folder / name for name in sorted(names) if name.endswith(".wandb")]
        if logs:
            found += [FoundRun(Kind.WANDB, log) for log in logs]
            folders.clear()
            continue
        folders[:] = sorted(
            each for each in folders if not each.startswith(".") and folder / each != own
        )
        files = sorted(folder / name for name in names if _is_events(folder / name))
        if files:
            base = base_of(folder)
            # The folder that was named is where its runs end.
            events.setdefault(base if base.is_relative_to(path) else path, []).extend(files)
    found += [FoundRun(Kind.TENSORBOARD, folder, files) for folder, files in events.items()]
    return sorted(found, key=lambda run: run.path)


def _is_events(path: Path) -> bool:
    return MARK in path.name and is_text(str(path)) and path.is_file()
