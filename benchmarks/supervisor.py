"""What a run's supervisor costs while its lab trains: memory, and CPU over 30 seconds, beside
supervisord, which starts and restarts the same lab and looks at nothing else of it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks import peers
from benchmarks.report import Report
from studylab.runs.launch import launch
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.settings import Settings

SECONDS = 30
MEMORY_BAR = 30
CPU_BAR = 1.0

LAB = """
import multiprocessing, time
from studylab.metrics.reporter import Reporter
reporter = Reporter.open("bench")
def work():
    while True: time.sleep(0.01)
for _ in range(4): multiprocessing.Process(target=work, daemon=True).start()
step = 0
while True:
    reporter.log({"loss": 1.0}, step=step); step += 1; time.sleep(0.01)
"""

SUPERVISORD = """
[supervisord]
nodaemon=true
pidfile={folder}/supervisord.pid
logfile={folder}/supervisord.log
[program:lab]
command={python} {folder}/lab.py
directory={folder}
stopasgroup=true
killasgroup=true
"""


@contextmanager
def supervisord(folder: Path) -> Iterator[int]:
    """The lab under supervisord; gives its pid and ends both."""
    (folder / "lab.py").write_text(LAB)
    (folder / "conf").write_text(SUPERVISORD.format(folder=folder, python=sys.executable))
    program = [str(peers.program("supervisord", "supervisord")), "-c", str(folder / "conf")]
    process = subprocess.Popen(program, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def cost(pid: int) -> tuple[float, float]:
    """MB of a process, and percent of a core over `SECONDS`."""
    process = psutil.Process(pid)
    before = sum(process.cpu_times()[:2])
    time.sleep(SECONDS)
    cpu = 100 * (sum(process.cpu_times()[:2]) - before) / SECONDS
    return process.memory_info().rss / 2**20, cpu


def measure(runs: int) -> Report:
    """Once, beside a lab with four worker processes. `runs` is not used."""
    del runs
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STUDYLAB_HOME"] = folder
        run = launch("bench", [sys.executable, "-c", LAB], Settings(stop_grace=2, kill_grace=2))
        time.sleep(3)
        supervisor = run.read_state().supervisor
        assert supervisor is not None
        memory, cpu = cost(supervisor.pid)
        ask_to_stop(run)
        wait_for_end(run, 20)
    report.figure("memory", f"{memory:.1f} MB", f"under {MEMORY_BAR} MB", memory < MEMORY_BAR)
    report.figure(
        f"CPU over {SECONDS} s", f"{cpu:.2f} % of a core", f"under {CPU_BAR:.0f} %", cpu < CPU_BAR
    )
    _add_peer(report)
    return report


def _add_peer(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with supervisord(Path(folder)) as pid:
                time.sleep(3)
                memory, cpu = cost(pid)
        except (subprocess.CalledProcessError, psutil.Error, OSError) as error:
            print(f"supervisord can't be measured here: {error}", file=sys.stderr)
            return
    report.figure("supervisord: memory", f"{memory:.1f} MB")
    report.figure(f"supervisord: CPU over {SECONDS} s", f"{cpu:.2f} % of a core")
