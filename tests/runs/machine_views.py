"""Machines as a look sees them: fixed figures, so that a picture of a screen stays the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studylab.monitor.disk import DiskSample
from studylab.monitor.gpu import GpuPart, GpuSample
from studylab.monitor.machine import MachineSample
from studylab.monitor.processes import ProcessInfo
from studylab.monitor.traffic import TrafficSample
from studylab.runs.directory import State
from studylab.runs.machine_use import GpuUse, Holder, RunUse, Standing, View
from studylab.runs.queue import Entry

GB = 10**9
NOW = 1795510800.0
"""2026-11-24 09:00 UTC."""
LOST = "lost: it fell off the bus, and comes back after a restart of the machine"


def gpu(index: int, **more: Any) -> GpuSample:
    """A GPU that is idle but for what is said of it."""
    fields: dict[str, Any] = {
        "name": "NVIDIA H100 80GB HBM3", "utilisation": 0.0, "memory_used": GB // 2,
        "memory_total": 86 * GB, "temperature": 34.0, "power": 71.0, "clock_sm": 345,
        "clock_memory": 2619, "processes": {}, "power_limit": 700.0, "clock_max": 1980,
    }  # fmt: skip
    return GpuSample(index, **{**fields, **more})


def process(pid: int, owner: str, command: str, **more: Any) -> ProcessInfo:
    """A process that has been there for an hour."""
    fields = {"parent": 1, "started": NOW - 3661, "cpu_percent": 98.4, "rss": 3 * GB}
    return ProcessInfo(pid, owner=owner, command=command, **{**fields, **more})


def holder(info: ProcessInfo, memory: int | None, run: str = "") -> Holder:
    """A process on a GPU."""
    return Holder(info.pid, memory, info, run)


def view(gpus: tuple[GpuUse, ...] = (), *, cores: int = 8, **more: Any) -> View:
    """A machine with these GPUs."""
    machine = MachineSample(
        time=NOW,
        cpu_percent=42.0,
        per_core=tuple(float(37 * core % 101) for core in range(cores)),
        memory_used=12 * GB,
        memory_total=64 * GB,
        swap_used=GB,
        swap_total=8 * GB,
        load=(3.21, 2.5, 1.0),
    )
    fields: dict[str, Any] = {
        "time": NOW, "host": "lab-box", "user": "ana", "cores": cores, "machine": machine,
        "disk": DiskSample(Path("/home/ana"), 412 * GB, 588 * GB),
        "traffic": TrafficSample(1.2e6, 3.4e3, 0.0, 120e6),
        "why": "" if gpus else "no NVIDIA driver on this machine (libnvidia-ml.so.1 not found)",
        "processes": {}, "runs": (), "waiting": (), "run_of": {},
    }  # fmt: skip
    return View(gpus=gpus, **{**fields, **more})


def shared_box(*, cores: int = 64) -> View:
    """Eight GPUs: of others, of one's own runs, free, lost, divided, and one that hides much."""
    train = process(4101, "bo", "python train.py --lr 3e-4 --name 批归一化", rss=9 * GB)
    mine = process(5001, "ana", "python -P gpt.py", started=NOW - 725, parent=5000)
    loader = process(5002, "ana", "python -P gpt.py", parent=5001, rss=GB, cpu_percent=33.0)
    notebook = process(6001, "ana", "python -m ipykernel_launcher", started=NOW - 90061,
                       cpu_percent=0.2)  # fmt: skip
    shell = process(1, "root", "/sbin/init", started=NOW - 9e6, cpu_percent=None, rss=12_000_000)
    part = GpuPart("NVIDIA A100 MIG 3g.40gb", 30 * GB, 42 * GB, {4101: 30 * GB})
    gpus = (
        GpuUse(gpu(0, utilisation=99.0, memory_used=71 * GB, temperature=74.0, power=688.0,
                   clock_sm=1755), Standing.TAKEN, (holder(train, 70 * GB),)),
        GpuUse(gpu(1), Standing.FREE),
        GpuUse(gpu(2, utilisation=87.0, memory_used=20 * GB, temperature=61.0, power=512.0,
                   clock_sm=1980), Standing.OURS, (holder(mine, 19 * GB, "gpt-7k2mq"),)),
        GpuUse(GpuSample(3, "NVIDIA H100 80GB HBM3", trouble=LOST), Standing.SILENT),
        GpuUse(gpu(4, memory_used=40 * GB, utilisation=None), Standing.TAKEN, hidden=40 * GB),
        GpuUse(gpu(5, memory_used=4 * GB), Standing.TAKEN, (holder(notebook, 3 * GB),)),
        GpuUse(gpu(6, name="NVIDIA A100-SXM4-80GB", is_mig=True, utilisation=None, processes=None,
                   memory_used=30 * GB, parts=(part, GpuPart("NVIDIA A100 MIG 1g.10gb", 0,
                   10 * GB, {}))), Standing.TAKEN, (holder(train, 30 * GB),)),
        GpuUse(gpu(7, power=None, power_limit=None, temperature=None), Standing.FREE),
    )  # fmt: skip
    started = Entry("gpt-7k2mq", "lab-box", 1.0, started=True, gpu="2")
    waiting = (
        Entry("gpt-8m3np", "lab-box", 2.0, after=("gpt-7k2mq",)),
        Entry("cnn-9q4rs", "lab-box", 3.0),
    )
    return view(
        gpus,
        cores=cores,
        processes={each.pid: each for each in (train, mine, loader, notebook, shell)},
        runs=(
            RunUse(started.run, State.RUNNING, "", NOW - 725, frozenset({5001, 5002}), 131.4,
                   4 * GB, ((2, 19 * GB),)),
            RunUse("bert-2a3bc", State.STOPPING, "other-box", NOW - 9000),
            *(RunUse(entry.run, State.QUEUED, "") for entry in waiting),
        ),
        waiting=waiting,
        run_of={5001: started.run, 5002: started.run},
    )  # fmt: skip


class Still:
    """Looks at a machine on which nothing changes."""

    def __init__(self, seen: View | None = None) -> None:
        self.seen = seen or view()

    def look(self, runs: object) -> View:
        """The same as ever."""
        return self.seen

    def close(self) -> None:
        """There is no driver to let go of."""
