"""What an open app costs when nothing happens: CPU over 30 seconds and memory, beside posting."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.first_paint import posting, studylab
from benchmarks.report import Report
from benchmarks.terminal import seconds_until, session

SECONDS = 30
CPU_BAR = 1.0
MEMORY_BAR = 70


def idle(
    command: list[str], environment: dict[str, str], ready: str | Callable[[str], bool]
) -> tuple[float, float]:
    """Percent of a core over `SECONDS`, and MB of resident memory at the end, of a program and
    what it has started, once its screen shows a word or is as it should be."""
    with session(command, environment) as pid:
        seconds_until(ready if callable(ready) else lambda text: ready in text, 120)
        time.sleep(3)
        process = psutil.Process(pid)
        tree = [process, *process.children(recursive=True)]
        before = sum(sum(each.cpu_times()[:2]) for each in tree)
        time.sleep(SECONDS)
        used = sum(sum(each.cpu_times()[:2]) for each in tree) - before
        return 100 * used / SECONDS, sum(each.memory_info().rss for each in tree) / 2**20


def measure(runs: int) -> Report:
    """Once each: half a minute says enough. `runs` is not used."""
    del runs
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        idle_of = {
            "studylab": idle(*studylab(Path(folder) / "ours")),
            "posting": idle(*posting(Path(folder) / "theirs")),
        }
    for name, (cpu, memory) in idle_of.items():
        mine = name == "studylab"
        report.figure(
            f"{name}: CPU over {SECONDS} s",
            f"{cpu:.2f} % of a core",
            f"under {CPU_BAR:.0f} %" if mine else "",
            cpu < CPU_BAR if mine else None,
        )
        report.figure(
            f"{name}: memory",
            f"{memory:.0f} MB",
            f"under {MEMORY_BAR} MB" if mine else "",
            memory < MEMORY_BAR if mine else None,
        )
    return report
