"""Finding the event files that a run's own processes write, while it runs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from studylab import locations
from studylab.metrics.adapters.tensorboard import MARK
from studylab.metrics.groups import SPLITS
from studylab.metrics.reporter import RUN_DIRECTORY
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.identity import host_name

PAUSE = 1.0
"""Seconds between two walks."""

DEEPEST = 12
CLOCK_SLACK = 2.0
"""Seconds by which two clocks may differ."""

RECENT = 600.0
"""Seconds before a run's start in which another may have ended that still matters."""

LONG_AGO = 86400.0
"""Seconds before a run's start from which on no clock that was set explains a file's time."""

SKIPPED = frozenset(
    ("__pycache__", "node_modules", "site-packages", "dist-packages", "venv", "wandb", "mlruns")
)

_NAME = re.compile(
    rf"{MARK}\.(?P<time>\d+)\.(?P<host>.+?)(?:\.(?P<pid>\d+)\.\d+)?(?:\.v\d)?$", re.DOTALL
)
_STAMP = re.compile(r"\d{9,}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose event files are looked for: those of a run's processes, made since `since`."""

    run: RunDirectory
    child: int | None
    since: float


class Walk:
    """Looks through folders again and again, a little at a time."""

    def __init__(self, roots: Sequence[Path], is_own: Callable[[Path], bool | None]) -> None:
        """`is_own` tells of a file whether it is the run's; None if that can't be said yet."""
        self._roots = roots
        self._is_own = is_own
        self._known: set[str] = set()
        self._going: Generator[Path | None] | None = None
        self._next = 0.0

    def advance(self, seconds: float) -> list[Path]:
        """Go on for some time. Returns the files that were found, those in upper folders first."""
        if self._going is None and time.monotonic() < self._next:
            return []
        deadline = time.monotonic() + seconds
        found = []
        going = self._going or self._walk()
        self._going = going
        for path in going:
            if path is not None:
                found.append(path)
            if time.monotonic() >= deadline:
                break
        else:
            self._going, self._next = None, time.monotonic() + PAUSE
        return sorted(found, key=lambda path: (len(path.parts), path))

    def finish(self, seconds: float) -> list[Path]:
        """One walk from the start, for at most that long."""
        self._going, self._next = None, 0.0
        return self.advance(seconds)

    def know(self, path: Path) -> None:
        """Leave out a file that is known already."""
        self._known.add(str(path))

    def _walk(self) -> Generator[Path | None]:
        """The new files of the run, and None for each other entry."""
        below = [(str(root), 0) for root in reversed(self._roots)]
        others = str(locations.runs())
        while below:
            folder, depth = below.pop()
            try:
                entries = os.scandir(folder)
            except OSError:
                yield None
                continue
            with entries:
                for entry in entries:
                    yield self._look(entry)
                    if depth < DEEPEST and entry.path != others and _is_searched(entry, depth):
                        below.append((entry.path, depth + 1))

    def _look(self, entry: os.DirEntry[str]) -> Path | None:
        if MARK not in entry.name or entry.path in self._known or not is_text(entry.path):
            return None
        path = Path(entry.path)
        own = self._is_own(path)
        if own is not None:
            self._known.add(entry.path)
        return path if own else None


def _is_searched(entry: os.DirEntry[str], depth: int) -> bool:
    """Whether a folder is looked into. A link is only followed at the top: it may lead round."""
    if entry.name.startswith(".") or entry.name in SKIPPED:
        return False
    try:
        if not entry.is_dir(follow_symlinks=depth == 0):
            return False
    except OSError:
        return False
    return not os.path.exists(f"{entry.path}/pyvenv.cfg")  # noqa: PTH110 - once for each folder


def is_own(path: Path, owner: Owner) -> bool | None:
    """Whether a run's processes have written an event file: its name says when, and which process.

    None if it is too young to tell.
    """
    if path.is_relative_to(owner.run.path):
        return True
    name = _NAME.search(path.name)
    if name is None:
        try:
            return path.stat().st_ctime >= owner.since
        except OSError:
            return None
    if int(name["time"]) < owner.since - LONG_AGO:
        return False
    pid = int(name["pid"] or 0)
    here = name["host"] == host_name()
    if here and pid != owner.child and 0 < pid < 1 << 31:
        written = _is_written_by(pid, int(name["time"]), owner)
        if written is not None:
            return written
    if int(name["time"]) < int(owner.since if here else owner.since - CLOCK_SLACK):
        return False
    # A name without a process, or of another host, can't be looked up.
    return not here or not pid or pid == owner.child or not _is_of_another(pid, owner)


def _is_written_by(pid: int, made: int, owner: Owner) -> bool | None:
    """Whether the process that made a file belongs to a run; None if it is gone."""
    try:
        process = psutil.Process(pid)
        if process.create_time() > made + CLOCK_SLACK:
            # The pid is another's by now.
            return None
        if _belongs(process, owner):
            return True
        # One that ended while it was asked, or is a zombie, has told nothing.
        alive = process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return False if alive else None


def _belongs(process: psutil.Process, owner: Owner) -> bool:
    """Whether a process carries the run's directory, or is below its command or its supervisor."""
    with suppress(psutil.Error, OSError):
        if process.environ().get(RUN_DIRECTORY) == str(owner.run.path):
            return True
    with suppress(psutil.Error):
        return any(parent.pid in (owner.child, os.getpid()) for parent in process.parents())
    return False


def _is_of_another(pid: int, owner: Owner) -> bool:
    """Whether a dead process was the command of another run of this time."""
    with suppress(OSError), os.scandir(locations.runs()) as entries:
        for entry in entries:
            run = RunDirectory(Path(entry.path))
            with suppress(OSError, RunDirectoryError):
                if run.path == owner.run.path:
                    continue
                if run.state_file.stat().st_mtime < owner.since - RECENT:
                    continue
                child = run.read_state().child
                if child is not None and child.pid == pid:
                    return True
    return False


def is_text(path: str) -> bool:
    """Whether a path can be kept in a file: one that is no UTF-8 can't."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def host_in(name: str) -> str:
    """The host that the name of an event file tells; empty if it tells none."""
    found = _NAME.search(name)
    return found["host"] if found is not None else ""


def base_of(folder: Path) -> Path:
    """The folder that names are told from, where the first event file is in `folder`: a split's
    folder, such as `train`, belongs to the one above it."""
    while is_part(folder.name) and folder.parent != folder:
        folder = folder.parent
    return folder


def is_part(name: str) -> bool:
    """Whether a folder of that name holds a part of a run: a split, or what `add_hparams` makes."""
    return name.lower() in SPLITS or _STAMP.fullmatch(name) is not None


def prefix_of(folder: Path, base: Path) -> str:
    """What is put before the names of metrics of event files in `folder`."""
    try:
        parts = folder.relative_to(base).parts
    except ValueError:
        common = Path(os.path.commonpath((folder, base)))
        parts = folder.relative_to(common).parts
    return "/".join(part for part in parts if not _STAMP.fullmatch(part))


def named(tag: str, prefix: str) -> str:
    """The name of a metric: `train/loss` for `loss` in the folder `train`, and for `train/loss`."""
    if not prefix or tag.startswith(f"{prefix}/"):
        return tag
    return f"{prefix}/{tag}"
