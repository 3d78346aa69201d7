"""How much of the disk a run takes, and for what."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studylab.runs.directory import RunDirectory


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Bytes of a run: of its checkpoints, of its artifacts, of its logs, and of all else, which is
    what it measured."""

    checkpoints: int = 0
    artifacts: int = 0
    logs: int = 0
    metrics: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.checkpoints + self.artifacts + self.logs + self.metrics

    def __add__(self, other: DiskUse) -> DiskUse:
        return DiskUse(
            self.checkpoints + other.checkpoints,
            self.artifacts + other.artifacts,
            self.logs + other.logs,
            self.metrics + other.metrics,
        )


class Measured:
    """What runs take, measured again only when something in them has changed. For one thread."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, ...], DiskUse]] = {}

    def of(self, run: RunDirectory) -> DiskUse:
        """What one run takes; what can't be read counts nothing."""
        changed = tuple(_changed(path) for path in _watched(run))
        known = self._known.get(run.path)
        if known is None or known[0] != changed:
            known = self._known[run.path] = (changed, measure(run))
        return known[1]


def measure(run: RunDirectory) -> DiskUse:
    """What a run takes; what can't be read counts nothing."""
    logs = sum(_bytes(path) for path in (run.output, run.supervisor_log))
    checkpoints, artifacts = bytes_below(run.checkpoints), bytes_below(run.artifacts)
    rest = bytes_below(run.path, without=(run.checkpoints.name, run.artifacts.name)) - logs
    return DiskUse(checkpoints, artifacts, logs, max(0, rest))


def bytes_below(path: Path, *, without: tuple[str, ...] = ()) -> int:
    """The bytes of a file, or of all that is below a folder but the entries named; a file with
    several names counts once, and links are not followed."""
    if path.is_symlink() or not path.is_dir():
        return _bytes(path)
    seen: set[tuple[int, int]] = set()
    total = 0
    for entry in _files(str(path), without):
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if status.st_nlink > 1:
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
        total += status.st_size
    return total


def _files(folder: str, without: tuple[str, ...] = ()) -> Iterator[os.DirEntry[str]]:
    left = [folder]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.name in without:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    else:
                        yield entry
        except OSError:
            continue
        without = ()


def _watched(run: RunDirectory) -> Iterator[Path]:
    yield from (run.path, run.checkpoints, run.artifacts)
    yield from (run.metrics, run.events, run.resources, run.output)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _bytes(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
