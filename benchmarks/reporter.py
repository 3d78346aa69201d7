"""The cost of logging one scalar, beside TensorBoard's SummaryWriter, W&B offline and trackio.

Each peer runs in its own environment and prints microseconds a call; ours runs between them, so
that a change of the machine's speed meets all of them. What `log` of trackio and of W&B returned
from is in a queue of the process and dies with it; ours is with the kernel.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.report import Report, spread
from studylab.metrics.reader import metrics_reader
from studylab.metrics.reporter import METRICS_FILE, RUN_DIRECTORY

CALLS = 20_000
BAR = 0.1
STEP_BAR = 1.0

LOOP = """
import time
def cost(log):
    for step in range(1000): log(step)
    start = time.perf_counter()
    for step in range(1000, 1000 + {calls}): log(step)
    return (time.perf_counter() - start) / {calls} * 1e6
"""

OURS = """
import sys
from pathlib import Path
from studylab.metrics.reporter import Reporter
reporter = Reporter(Path(sys.argv[1]))
print(cost(lambda step: reporter.log({"train/loss": 0.1234567 * step}, step=step)))
"""

TENSORBOARD = """
import sys
from torch.utils.tensorboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
print(cost(lambda step: writer.add_scalar("train/loss", 0.1234567 * step, step)))
"""

WANDB = """
import os, sys
os.environ.update(WANDB_MODE="offline", WANDB_DIR=sys.argv[1], WANDB_SILENT="true")
import wandb
run = wandb.init(project="bench")
print(cost(lambda step: wandb.log({"train/loss": 0.1234567 * step}, step=step)))
run.finish()
"""

TRACKIO = """
import contextlib, os, sys
os.environ.update(TRACKIO_DIR=sys.argv[1], HF_HUB_OFFLINE="1")
import trackio
with contextlib.redirect_stdout(sys.stderr):
    trackio.init(project="bench", embed=False, auto_log_gpu=False, auto_log_cpu=False)
print(cost(lambda step: trackio.log({"train/loss": 0.1234567 * step}, step=step)))
with contextlib.redirect_stdout(sys.stderr):
    trackio.finish()
"""

PEERS = {
    "SummaryWriter.add_scalar": ("trackers", TENSORBOARD),
    "wandb.log": ("trackers", WANDB),
    "trackio.log": ("trackio", TRACKIO),
}
BARRED = ("SummaryWriter.add_scalar", "wandb.log")
"""The peers that the design names."""


def microseconds(interpreter: Path | str, program: str) -> float:
    """What the program measured of itself."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(interpreter), "-c", LOOP.replace("{calls}", str(CALLS)) + program, folder],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
        )
    return float(done.stdout.strip().splitlines()[-1])


def step_microseconds() -> float:
    """The mean time of a training step of the CNN lab at its defaults."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "labs.vision.cnn", "--epochs", "10"],
            cwd=folder,
            env={**os.environ, RUN_DIRECTORY: folder},
            capture_output=True,
            check=True,
        )
        records = metrics_reader(Path(folder) / METRICS_FILE).read()
    first, last = records[0], records[-1]
    return (last.time - first.time) / (last.step - first.step) * 1e6


def _installed() -> dict[str, tuple[Path, str]]:
    """The peers that can be installed here, each with its interpreter."""
    found = {}
    for name, (peer, program) in PEERS.items():
        try:
            found[name] = peers.python(peer), program
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"{name} can't be measured here: {error}", file=sys.stderr)
    return found


def measure(runs: int) -> Report:
    """In turn: ours and each peer's."""
    programs = _installed()
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(max(3, runs // 2)):
        ours.append(microseconds(sys.executable, OURS))
        for name, (interpreter, program) in programs.items():
            theirs[name].append(microseconds(interpreter, program))
    report = Report()
    report.figure("Reporter.log", spread(ours, "µs"))
    for name, taken in theirs.items():
        report.figure(name, spread(taken, "µs"))
        ratios = [a / b for a, b in zip(ours, taken, strict=True)]
        barred = name in BARRED
        report.figure(
            f"ratio to {name}",
            spread(ratios, "x", 3),
            f"at most {BAR} x" if barred else "",
            statistics.median(ratios) <= BAR if barred else None,
        )
    step = step_microseconds()
    share = 100 * statistics.median(ours) / step
    report.figure("a step of the CNN lab", f"{step:.0f} µs")
    report.figure("log in a step", f"{share:.2f} %", f"under {STEP_BAR} %", share < STEP_BAR)
    return report
