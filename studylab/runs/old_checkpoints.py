"""Which checkpoints a rule lets go, and letting them go."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from studylab import locations
from studylab.language import _
from studylab.metrics.reader import events_reader
from studylab.problem import Refused
from studylab.runs.directory import RunDirectory
from studylab.runs.disk import bytes_below
from studylab.runs.truth import state_of
from studylab.store.runs import RunRow

_BEST = re.compile(r"(?<![a-z])best(?![a-z])", re.IGNORECASE)


class NoSuchRule(Refused):
    """A rule that can't be meant."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What stays of each run that is over: its newest checkpoints and the best one. With
    `older_than` only runs that ended so many days ago are looked at."""

    keep_last: int = 1
    keep_best: bool = True
    older_than: float = 0.0

    def __post_init__(self) -> None:
        if self.keep_last < 0 or not 0 <= self.older_than < 1e6:
            raise NoSuchRule(_("the number of checkpoints and of days can't be below 0"))


@dataclass(frozen=True, slots=True)
class Old:
    """A checkpoint that may go: a file or a folder in `checkpoints/` of a run."""

    run: str
    path: Path
    bytes: int


def old_checkpoints(rows: Sequence[RunRow], rule: Rule) -> list[Old]:
    """What the rule lets go, run by run. `rows` are all runs that there are: a checkpoint that is
    named on the command line of one of them stays, and so do those of a run with a star."""
    used = _used(rows)
    until = time.time() - rule.older_than * 86400
    found: list[Old] = []
    for row in rows:
        if row.star or not _ended_before(row, until):
            continue
        run = RunDirectory(locations.runs() / row.id)
        candidates = _checkpoints(run)
        if not candidates or not state_of(run).state.ended:
            continue
        own = rule
        if {run.path, run.checkpoints} & used:
            # Who goes on from a run takes its last checkpoint, and the best that lies beside.
            own = replace(rule, keep_last=max(1, rule.keep_last), keep_best=True)
        found += [
            Old(row.id, path, _freed(path))
            for path in _let_go(run, candidates, own)
            if path not in used and not any(path in each.parents for each in used)
        ]
    return found


def remove(found: Iterable[Old]) -> tuple[int, list[str]]:
    """Delete checkpoints for good. Returns the bytes of those that are gone, and complaints."""
    freed, complaints = 0, []
    for each in found:
        if not state_of(RunDirectory(locations.runs() / each.run)).state.ended:
            complaints.append(_("{run} goes on again; its checkpoints stay", run=each.run))
            continue
        try:
            if each.path.is_dir() and not each.path.is_symlink():
                shutil.rmtree(each.path)
            else:
                each.path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            complaints.append(_("{path}: {error}", path=each.path, error=error.strerror or error))
            continue
        freed += each.bytes
    return freed, complaints


def _let_go(run: RunDirectory, candidates: list[Path], rule: Rule) -> list[Path]:
    told = _told_last(run)
    newest = sorted(candidates, key=lambda path: (path == told, _time(path), path.name))
    keep = set(newest[max(0, len(newest) - rule.keep_last) :])
    if rule.keep_best:
        keep |= {path for path in candidates if _BEST.search(path.name)}
    return [path for path in newest if path not in keep]


def _checkpoints(run: RunDirectory) -> list[Path]:
    folder = run.checkpoints
    try:
        if folder.is_symlink():
            return []
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []


def _told_last(run: RunDirectory) -> Path | None:
    """The checkpoint that the run named last."""
    try:
        events = events_reader(run.events).read()
    except OSError:
        return None
    names = [event.fields.get("path") for event in events if event.kind == "checkpoint"]
    return run.path / names[-1] if names and isinstance(names[-1], str) else None


def _used(rows: Iterable[RunRow]) -> set[Path]:
    """Every path below the runs that is on the command line of one."""
    home = str(locations.runs())
    return {
        Path(word[word.index(home) :])
        for row in rows
        for word in row.command
        if home in word
    }  # fmt: skip


def _ended_before(row: RunRow, until: float) -> bool:
    try:
        return datetime.fromisoformat(row.ended_at or row.created_at).timestamp() <= until
    except ValueError:
        return False


def _freed(path: Path) -> int:
    """What deleting it surely frees: a file that has a second name frees nothing."""
    try:
        linked = path.is_file() and path.lstat().st_nlink > 1
    except OSError:
        return 0
    return 0 if linked else bytes_below(path)


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
