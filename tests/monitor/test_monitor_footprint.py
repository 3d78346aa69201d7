"""A supervisor can afford the monitor: few modules, little memory, little time."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from studylab.monitor.gpu import Gpus
from studylab.monitor.machine import Machine
from studylab.monitor.process import ProcessTree
import os, time
from pathlib import Path

gpus, machine, tree = Gpus.open(), Machine(), ProcessTree(os.getpid())
start = time.process_time()
for _ in range(50):
    machine.sample(), tree.sample(), gpus.sample()
spent = (time.process_time() - start) / 50
heavy = {"numpy", "asyncio", "sqlite3", "textual", "rich", "torch"} & set(sys.modules)
[peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(peak.split()[1], spent, ",".join(sorted(heavy)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_monitoring_process_is_small() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    kib, seconds, heavy = done.stdout.split(" ")
    assert int(kib) < 30 * 1024
    # Once a second, that is under 1 % of a core.
    assert float(seconds) < 0.01
    assert heavy.strip() == ""
