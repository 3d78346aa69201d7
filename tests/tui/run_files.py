"""Runs, labs and an app for the tests of the screens: fixed ids, times and figures."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studylab import locations
from studylab.metrics.records import event_line, metric_line
from studylab.runs.catalogue import CatalogueEntry, catalogue
from studylab.runs.directory import RunDirectory, RunSpec, RunState, State
from studylab.runs.identity import ProcessIdentity
from studylab.runs.sync import sync_all
from studylab.settings import Settings
from studylab.tui.app import StudylabApp
from studylab.tui.sync import RunsChanged
from studylab.workspace import Workspace

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC).timestamp()
BEGAN = NOW - 32
"""When the runs of these tests started, in seconds since 1970."""

STAND_IN = '''"""Counts digits, as a stand-in for a lab.

It learns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from studylab.labspec import Lab, Reference, setting

LAB = Lab(
    name="digits",
    title="Digits, a stand-in",
    title_zh="数字识别（替身）",
    teaches="How a run looks.",
    teaches_zh="一次运行是什么样子。",
    week=4,
    minutes=0.5,
    episodes="P108-P110",
    papers=("transformer",),
    references=(Reference("accuracy", 0.97, "test", "digits", "a book [p. 3]"),),
)


@dataclass
class Config:
    epochs: int = setting(2, "passes over the data", low=1, high=50)
    rate: float = setting(0.1, "the learning [rate]", low=0.0, high=1.0)
    data: str = setting("digits", "what to learn", choices=("digits", "mnist"))
    augment: bool = setting(False, "turn the pictures a little")
    seed: int = setting(0, "of everything", low=0, high=999)


if __name__ == "__main__":
    import sys
    import time

    from studylab.metrics.reporter import Reporter

    with Reporter.open("digits") as reporter:
        reporter.plan(20, 10)
        reporter.event("data", name="digits", tier="embedded", origin="here", sizes={})
        print("arguments:", *sys.argv[1:], flush=True)
        for step in range(1, 21):
            reporter.log({"train/loss": 1 / step, "train/accuracy": 1 - 1 / step}, step=step)
            time.sleep(0.02)
        reporter.result("accuracy", 0.978, split="test", data="digits", baseline=0.1,
                        reference=0.97, source="a book", verdict="reached")
'''


def labs_of(folder: Path, **files: str) -> list[CatalogueEntry]:
    """The catalogue of a folder with the stand-in lab and other files."""
    folder.mkdir(exist_ok=True)
    for name, text in {"digits": STAND_IN, **files}.items():
        (folder / f"{name}.py").write_text(text)
    return [e for e in catalogue(Settings(labs=str(folder))) if e.id.startswith("mine/")]


def write_run(
    id: str = "digits-7k2mq",
    state: State = State.RUNNING,
    *,
    lab: str = "mine/digits",
    settings: Mapping[str, Any] | None = None,
    began: float = BEGAN,
    took: float = 40.0,
    **state_fields: Any,
) -> RunDirectory:
    """A run directory without a process; one that is going on looks supervised by this one."""
    path = locations.runs() / id
    path.mkdir(parents=True)
    run = RunDirectory(path)
    defaults = {"epochs": 2, "rate": 0.1, "data": "digits", "augment": False, "seed": 0}
    run.write_spec(
        RunSpec(
            id=id,
            lab=lab,
            argv=("python", "-P", "digits.py"),
            cwd="/",
            settings={**defaults, **(settings or {})} if lab else {},
            seed=0,
            environment={},
            git_commit="",
            git_dirty=None,
            # Of another host, so that nobody looks for its supervisor here.
            host="lab-machine",
            python="python",
            created_at=datetime.fromtimestamp(began, UTC).isoformat(),
        )
    )
    run.write_state(
        RunState(
            state,
            supervisor=ProcessIdentity.of(os.getpid()),
            started_at=began,
            ended_at=began + took if state.ended else None,
            **state_fields,
        )
    )
    return run


def write_metrics(run: RunDirectory, steps: int, *, first: int = 1, pace: float = 10.0) -> None:
    """A smooth curve: loss and accuracy, validation every tenth step."""
    with run.metrics.open("ab") as file:
        for step in range(first, first + steps):
            at = BEGAN + 2 + step / pace
            loss = 2.3 * math.exp(-step / 80) + 0.1
            scalars = {"train/loss": loss, "train/accuracy": 1 - 0.9 * math.exp(-step / 60)}
            if step % 10 == 0:
                scalars |= {"val/loss": loss + 0.05, "val/accuracy": 0.96 - math.exp(-step / 50)}
            file.write(metric_line(at, step, {**scalars, "lr": 0.1 / (1 + step / 100)}))


def write_event(run: RunDirectory, kind: str, **fields: Any) -> None:
    """One line of `events.jsonl`."""
    with run.events.open("ab") as file:
        file.write(event_line(BEGAN + 5, kind, fields))


def write_usage(
    run: RunDirectory, cpu: float = 150.0, rss: int = 412_000_000, gpus: str = "[]"
) -> None:
    """One sample of `resources.jsonl`."""
    with run.resources.open("a") as file:
        file.write(f'{{"time":{BEGAN},"cpu_percent":{cpu},"rss_bytes":{rss},"gpus":{gpus}}}\n')


def write_full_run(
    id: str = "digits-7k2mq", state: State = State.RUNNING, **more: Any
) -> RunDirectory:
    """A run with everything that the live view shows."""
    run = write_run(id, state, **more)
    write_event(run, "plan", steps=400, steps_per_epoch=200)
    write_event(run, "data", name="digits", tier="embedded", origin="scikit-learn", sizes={})
    write_event(run, "device", device="cpu", text="CPU, 2 threads")
    write_metrics(run, 400 if state is State.FINISHED else 260)
    write_event(
        run, "table", name="confusion", columns=["", "0", "1"], rows=[["0", 35, 1]], step=200
    )
    write_event(run, "warning", text="every prediction is class 3 [/]: nothing is learned yet")
    write_event(run, "checkpoint", path="checkpoints/last.pt", step=200)
    write_usage(run)
    run.output.write_text("".join(f"epoch {n}/40  loss {2.3 / n:.4f}\n" for n in range(1, 31)))
    if state is State.FINISHED:
        write_event(
            run, "result", metric="accuracy", value=0.978, split="test", data="digits",
            baseline=0.1, reference=0.97, source="a book", verdict="reached",
        )  # fmt: skip
    return run


@pytest.fixture
def runs_app(
    open_app: Callable[..., StudylabApp],
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> StudylabApp:
    """The app in the Runs room, with the stand-in lab only, on a machine that is always alike."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("studylab.tui.live_usage.memory_total", lambda: 16_000_000_000)
    monkeypatch.setattr(
        "studylab.tui.live_usage.LiveUsage.why_no_gpu", lambda self: "no driver here"
    )
    monkeypatch.setattr("studylab.tui.launching.missing_packages", list)
    workspace.labs = labs_of(tmp_path / "labs")
    return open_app("runs")


def clock() -> float:
    """The time that live views of these tests see."""
    return NOW


def sync(app: StudylabApp) -> None:
    """What the thread does every second."""
    app.post_message(RunsChanged(sync_all(app.workspace.db)))


async def settled(pilot: Any, seconds: float = 3.0) -> None:
    """Wait until the screen in front is painted and its live view has read everything."""
    import asyncio
    import time

    deadline = time.monotonic() + seconds
    while True:
        await pilot.pause()
        feed = getattr(pilot.app.screen, "feed", None)
        if feed is None or (feed.state is not None and not feed.catching_up):
            break
        assert time.monotonic() < deadline, "it never read everything"
        await asyncio.sleep(0.01)
    await pilot.pause()
