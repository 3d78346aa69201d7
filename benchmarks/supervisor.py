"""What a run's supervisor costs while its lab trains: memory, and CPU over 30 seconds."""

from __future__ import annotations

import os
import sys
import tempfile
import time

import psutil

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
        process = psutil.Process(supervisor.pid)
        before = sum(process.cpu_times()[:2])
        time.sleep(SECONDS)
        cpu = 100 * (sum(process.cpu_times()[:2]) - before) / SECONDS
        memory = process.memory_info().rss / 2**20
        ask_to_stop(run)
        wait_for_end(run, 20)
    report.figure("memory", f"{memory:.1f} MB", f"under {MEMORY_BAR} MB", memory < MEMORY_BAR)
    report.figure(
        f"CPU over {SECONDS} s", f"{cpu:.2f} % of a core", f"under {CPU_BAR:.0f} %", cpu < CPU_BAR
    )
    return report
