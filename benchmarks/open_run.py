"""A run of 1,000,000 points opened to its first chart and to its last point, and what it then costs
to leave it open, beside W&B LEET on an offline run with the same points."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import peers
from benchmarks.big_run import METRICS, finished_run, write_points
from benchmarks.first_paint import studylab
from benchmarks.idle import SECONDS, idle
from benchmarks.report import Report, spread
from benchmarks.terminal import seconds_until, session

POINTS = 1_000_000
STEPS = POINTS // METRICS
BAR = 1.0
CPU_BAR = 1.0

Opened = tuple[list[str], dict[str, str]]

WANDB = """
import os, sys
os.environ.update(WANDB_MODE="offline", WANDB_DIR=sys.argv[1], WANDB_SILENT="true")
import wandb
from math import exp
quiet = wandb.Settings(x_disable_stats=True, console="off", disable_git=True)
run = wandb.init(project="bench", settings=quiet)
for step in range(int(sys.argv[2])):
    wandb.log({f"m{n:02}/loss": exp(-step / 9000) + n for n in range(int(sys.argv[3]))}, step=step)
run.finish()
"""


def ours(home: Path) -> Opened:
    """Our command for the run, which the database knows already."""
    command, environment, _word = studylab(home)
    run = finished_run(home, "big-22222")
    write_points(run, STEPS)
    given = {**os.environ, **environment}
    subprocess.run([*command, "runs"], env=given, check=True, stdout=subprocess.DEVNULL)
    return [*command, "watch", run.id], environment


def leet(folder: Path) -> Opened:
    """LEET's command for a run that its own library has logged."""
    python = str(peers.python("trackers"))
    logged = [python, "-c", WANDB, str(folder), str(STEPS), str(METRICS)]
    subprocess.run(logged, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    [log] = folder.glob("wandb/offline-run-*/*.wandb")
    environment = {"WANDB_CONFIG_DIR": str(folder), "WANDB_ERROR_REPORTING": "false"}
    return [str(peers.program("trackers", "wandb")), "leet", "run", str(log)], environment


def has_chart(text: str) -> bool:
    """Whether a curve is painted, in Braille as both do."""
    return "m00/loss" in text and any("\u2801" <= sign <= "\u28ff" for sign in text)


def is_whole_of_ours(text: str) -> bool:
    """Whether everything was read, by what the live view says of it."""
    return has_chart(text) and f"step {STEPS - 1:,}" in text and "reading" not in text


def is_whole_of_leet(text: str) -> bool:
    """Whether the summary is that of the last step."""
    return has_chart(text) and any(
        line.split()[1:2] == [str(STEPS - 1)] for line in text.splitlines() if "_step" in line
    )


def opened(what: Opened, whole: Callable[[str], bool]) -> tuple[float, float]:
    """Seconds from the start of the terminal session to the first chart, and to the last point."""
    with session(*what):
        first = seconds_until(has_chart)
        return first, first + seconds_until(whole, 120)


def measure(runs: int) -> Report:
    """In turn, ours and LEET's, after one start of each that is not counted."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        sides = {"studylab": (ours(Path(folder) / "ours"), is_whole_of_ours)}
        theirs = Path(folder) / "theirs"
        theirs.mkdir()
        try:
            sides["LEET"] = leet(theirs), is_whole_of_leet
        except (subprocess.CalledProcessError, ValueError, OSError) as error:
            print(f"LEET can't be measured here, ours is alone: {error}", file=sys.stderr)
        for what, whole in sides.values():
            opened(what, whole)
        times = [
            {name: opened(what, whole) for name, (what, whole) in sides.items()}
            for _ in range(max(3, runs // 2))
        ]
        for at, moment in enumerate(("first chart", "last point")):
            for name in sides:
                seconds = [time[name][at] for time in times]
                barred = name == "studylab" and moment == "first chart"
                report.figure(
                    f"{name}: to the {moment}",
                    spread(seconds, "s"),
                    f"under {BAR:.0f} s" if barred else "",
                    statistics.median(seconds) < BAR if barred else None,
                )
            if len(sides) > 1:
                ratios = [time["studylab"][at] / time["LEET"][at] for time in times]
                report.figure(f"ratio to the {moment}, pair by pair", spread(ratios, "x"))
        for name, (what, whole) in sides.items():
            _add_idle(report, name, *idle(*what, whole))
    return report


def _add_idle(report: Report, name: str, cpu: float, memory: float) -> None:
    mine = name == "studylab"
    report.figure(
        f"{name}: CPU over {SECONDS} s, left open",
        f"{cpu:.2f} % of a core",
        f"under {CPU_BAR:.0f} %" if mine else "",
        cpu < CPU_BAR if mine else None,
    )
    # The bar is that of an app that shows no run; a million points are 24 MB of plain numbers.
    report.figure(f"{name}: memory, left open", f"{memory:.0f} MB")
