"""A lab as a process, and what it left in its run directory."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
HUB = REPOSITORY.parent / "shared" / "hub" / "serve.py"

CNN = "labs.vision.cnn"
SMALL = ("--channels", "2", "--hidden", "8", "--epochs", "1", "--augment", "0")
"""A network of a second, for what is not about its figures."""


@dataclass(frozen=True)
class Ended:
    """What a process left behind."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def refusal(self) -> str:
        """The one line on stderr."""
        assert "Traceback" not in self.err
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        return lines[0]

    @property
    def run(self) -> Path:
        """The run directory."""
        (found,) = (self.folder / "runs").iterdir()
        return found


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    # One thread each: tests run beside each other, and these networks are small.
    return {**kept, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1", **more}


def events(run: Path, kind: str = "") -> list[dict[str, Any]]:
    """The events of a run directory, of one kind or all."""
    found = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    return [e for e in found if kind in ("", e["event"])]


def metrics(run: Path) -> list[tuple[int, dict[str, float]]]:
    """Steps and scalars of a run directory, without what depends on the clock."""
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for record in found:
        record["scalars"].pop("samples_per_second", None)
    return [(record["step"], record["scalars"]) for record in found]


def train_here(lab: ModuleType, folder: Path, *argv: str, stop_at: int = 0) -> Path:
    """Run a lab in this process, into `folder`; a signal comes in step `stop_at`."""
    from labs.kit.loop import Loop

    step = Loop.step

    def signalling(self: Loop, scalars: Any, *, samples: int) -> None:
        step(self, scalars, samples=samples)
        if self.step_count == stop_at:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Loop, "step", signalling)
        patch.setenv("STUDYLAB_RUN_DIR", str(folder))
        patch.setattr(lab.COMMAND, "arguments", lab.COMMAND.parse(list(argv)))
        code = lab.COMMAND.outcome(lab.main)
    assert code == (130 if stop_at else 0)
    return folder
