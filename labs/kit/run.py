"""One run of a lab: where it reports to, what it was asked, and what it goes on from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.kit.errors import UsageError
from studylab.labspec import Lab, Value
from studylab.metrics.reporter import CHECKPOINTS, Reporter

if TYPE_CHECKING:
    from labs.kit.checkpoint import Checkpoint

LAST = "last.pt"
BEST = "best.pt"


@dataclass
class Run:
    """What a lab's `main` is given beside its `Config`."""

    lab: Lab
    reporter: Reporter
    settings: dict[str, Value]
    resume: Path | None = None
    saved: Checkpoint | None = None
    device: str = "auto"
    fast: bool = False
    command: str = ""

    @property
    def checkpoints(self) -> Path:
        """Where this run saves its checkpoints."""
        return self.reporter.checkpoints

    def say(self, text: str) -> None:
        """Print a line, at once, also where the output is a file."""
        print(text, flush=True)

    def warn(self, text: str) -> None:
        """Tell the student something that calls for a look, on the screen and in the run."""
        self.reporter.warning(text)
        self.say(f"warning: {text}")


def find_checkpoint(path: Path) -> Path:
    """The checkpoint that `--resume PATH` means: a file, or a run directory's last one.

    Raises:
        UsageError: there is none.
    """
    if path.is_file():
        return path
    if not path.exists():
        raise UsageError(f"--resume: there is no {path}")
    for candidate in (path / CHECKPOINTS / LAST, path / LAST):
        if candidate.is_file():
            return candidate
    raise UsageError(
        f"--resume: {path} has no checkpoint (looked for {CHECKPOINTS}/{LAST}); "
        "the run ended before it saved one"
    )


def run_directory_of(checkpoint: Path) -> Path | None:
    """The run directory that a checkpoint lies in, if it lies in one."""
    parent = checkpoint.resolve().parent
    return parent.parent if parent.name == CHECKPOINTS else None
