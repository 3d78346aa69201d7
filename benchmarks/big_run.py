"""Runs as a lab leaves them, written without one: for the benchmarks that only read."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from pathlib import Path

from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import host_name

METRICS = 20


def finished_run(home: Path, id: str) -> RunDirectory:
    """An empty run that has finished, below `home`."""
    run = RunDirectory(home / "runs" / id)
    run.path.mkdir(parents=True)
    now = time.time()
    run.write_spec(
        RunSpec(
            id=id,
            lab="",
            argv=("python", "train.py"),
            cwd="/",
            settings={},
            seed=0,
            environment={},
            git_commit="",
            git_dirty=None,
            host=host_name(),
            python="python",
            created_at=datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
        )
    )
    run.write_state(RunState(State.FINISHED, "finished", started_at=now - 600, ended_at=now))
    return run


def write_points(run: RunDirectory, steps: int) -> None:
    """`METRICS` losses at each of so many steps."""
    began = time.time() - 600
    with run.metrics.open("wb") as file:
        for step in range(steps):
            file.write(metric_line(began + 600 * step / steps, step, scalars_of(step)))


def scalars_of(step: int) -> dict[str, float]:
    """What is logged at a step, here and by the peers."""
    return {f"m{n:02}/loss": math.exp(-step / 9000) + n for n in range(METRICS)}
