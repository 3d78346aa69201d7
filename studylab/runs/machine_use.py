"""Who uses what on this machine: its GPUs, processes and runs, looked at together."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from studylab import locations
from studylab.monitor.disk import DiskSample, disk_of
from studylab.monitor.gpu import Gpus, GpuSample
from studylab.monitor.machine import Machine, MachineSample
from studylab.monitor.processes import Processes, ProcessInfo, owner_name
from studylab.monitor.traffic import Traffic, TrafficSample
from studylab.runs import queue
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunState, State
from studylab.runs.identity import ProcessIdentity, host_name
from studylab.runs.queue import Entry
from studylab.runs.slots import hidden_bytes, occupancy, takes_gpu

ROOT = "root"
REOPEN_SECONDS = 15.0
"""How often a driver is opened anew of which no GPU answers."""


class Standing(StrEnum):
    """What a GPU is to a run that looks for one."""

    FREE = "free"
    OURS = "ours"
    TAKEN = "taken"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Holder:
    """A process on a GPU. `process` is None for one that this user can't see; `memory` where the
    driver does not tell it."""

    pid: int
    memory: int | None
    process: ProcessInfo | None
    run: str = ""
    """The run that it belongs to; empty for none."""

    @property
    def is_foreign(self) -> bool:
        """Whether it takes the GPU from the runs that wait."""
        return not self.run and takes_gpu(self.memory)


@dataclass(frozen=True, slots=True)
class GpuUse:
    """A GPU and who is on it, whoever holds most first."""

    sample: GpuSample
    standing: Standing
    holders: tuple[Holder, ...] = ()
    given: tuple[str, ...] = ()
    """The runs that the queue has put there; one that has just started holds nothing yet."""
    hidden: int = 0
    """Bytes that are held by nobody in sight; 0 where they are too few to tell."""


@dataclass(frozen=True, slots=True)
class RunUse:
    """What a run that is not over uses. `cpu_percent` of one core; None and empty for a run of
    another host, and for one that waits."""

    run: str
    state: State
    host: str
    started_at: float | None = None
    pids: frozenset[int] = frozenset()
    cpu_percent: float | None = None
    rss: int | None = None
    gpus: tuple[tuple[int, int | None], ...] = ()
    """Index of each GPU that it is on, and the bytes it holds there."""


@dataclass(frozen=True, slots=True)
class View:
    """One look at the machine."""

    time: float
    host: str
    user: str
    cores: int
    machine: MachineSample
    disk: DiskSample | None
    traffic: TrafficSample
    gpus: tuple[GpuUse, ...]
    why: str
    """Why there is no GPU, or what is the matter with those that are not among `gpus`."""
    processes: Mapping[int, ProcessInfo]
    runs: tuple[RunUse, ...]
    waiting: tuple[Entry, ...]
    run_of: Mapping[int, str]
    """The run that a process belongs to."""

    @property
    def sees_others(self) -> bool:
        """Whether this user may see the processes of others; the first one is never their own."""
        return not self.processes or 1 in self.processes or self.user == ROOT


class Lookout:
    """Looks at the machine. The first look covers the time since this was made.

    Not for the thread that answers keys: a driver may take seconds, or never answer.
    """

    def __init__(
        self,
        *,
        each_gpu: int = 1,
        gpus: Gpus | None = None,
        processes: Processes | None = None,
    ) -> None:
        """`each_gpu` is how many runs at once the settings allow on one GPU."""
        self._each_gpu = max(1, each_gpu)
        self._given = gpus is not None
        self._gpus = gpus if gpus is not None else Gpus.open()
        self._opened = time.monotonic()
        self._machine = Machine()
        self._traffic = Traffic()
        self._states = _States()
        self._processes = processes if processes is not None else Processes()

    def look(self, runs: Iterable[RunDirectory]) -> View:
        """The machine now; `runs` are those that are not over, as far as is known."""
        samples = self._sample_gpus()
        on_gpus = {pid for sample in samples for pid in sample.processes or ()}
        processes = self._processes.sample(on_gpus)
        entries = queue.entries()
        places = {entry.run: locations.runs() / entry.run for entry in entries}
        places |= {run.id: run.path for run in runs}
        alive = self._states.of(places)
        trees = _trees({id: state for id, (state, host) in alive.items() if not host}, processes)
        run_of = {pid: id for id, pids in trees.items() for pid in pids}
        started = [entry for entry in entries if entry.started and entry.run in alive]
        return View(
            time=time.time(),
            host=host_name(),
            user=owner_name(os.geteuid()),
            cores=os.cpu_count() or 1,
            machine=self._machine.sample(),
            disk=disk_of(locations.runs()),
            traffic=self._traffic.sample(),
            gpus=tuple(self._use(sample, processes, run_of, started) for sample in samples),
            why="; ".join(self._gpus.left_out) if samples else self._gpus.why,
            processes=processes,
            runs=tuple(
                _run_use(id, state, host, trees.get(id, frozenset()), processes, samples)
                for id, (state, host) in alive.items()
            ),
            waiting=tuple(e for e in entries if not e.started and e.run in alive),
            run_of=run_of,
        )

    def close(self) -> None:
        """Let go of the driver."""
        self._gpus.close()

    def _sample_gpus(self) -> list[GpuSample]:
        samples = self._gpus.sample()
        silent = bool(samples) and all(sample.trouble for sample in samples)
        if silent and not self._given and time.monotonic() - self._opened > REOPEN_SECONDS:
            # The driver was loaded anew, or the machine's GPUs were reset.
            self._gpus.close()
            self._gpus, self._opened = Gpus.open(), time.monotonic()
            samples = self._gpus.sample() or samples
        return samples

    def _use(
        self,
        sample: GpuSample,
        processes: Mapping[int, ProcessInfo],
        run_of: Mapping[int, str],
        started: Sequence[Entry],
    ) -> GpuUse:
        if sample.trouble:
            return GpuUse(sample, Standing.SILENT)
        holders = [
            Holder(pid, held, processes.get(pid), run_of.get(pid, ""))
            for pid, held in (sample.processes or {}).items()
        ]
        holders.sort(key=lambda holder: (-(holder.memory or 0), holder.pid))
        given = tuple(entry.run for entry in started if entry.gpu == str(sample.index))
        # As the queue judges, which starts a run where there is room.
        occupied = occupancy(sample, given, run_of)
        if occupied.by_others:
            standing = Standing.TAKEN
        else:
            free = occupied.has_room(self._each_gpu)
            standing = Standing.FREE if free else Standing.OURS
        return GpuUse(sample, standing, tuple(holders), given, hidden_bytes(sample))


class _States:
    """The states of runs; a file that has not changed is not read again."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[int, RunState, str]] = {}

    def of(self, places: Mapping[str, Path]) -> dict[str, tuple[RunState, str]]:
        """State of each run that is not over, and its host where that is another one; what can't
        be read is left out."""
        read = {}
        for id, path in places.items():
            run = RunDirectory(path)
            try:
                changed = run.state_file.stat().st_mtime_ns
                before = self._read.get(id)
                if before is not None and before[0] == changed:
                    read[id] = before
                    continue
                host = before[2] if before is not None else run.read_spec().host
                read[id] = (changed, run.read_state(), host)
            except (RunDirectoryError, OSError):
                continue
        self._read = read
        here = host_name()
        return {
            id: (state, "" if host == here else host)
            for id, (_changed, state, host) in read.items()
            if not state.state.ended
        }


def _trees(
    states: Mapping[str, RunState], processes: Mapping[int, ProcessInfo]
) -> dict[str, frozenset[int]]:
    """The processes of each run: its child, and all that is below its child or its supervisor."""
    below: dict[int, list[int]] = {}
    for info in processes.values():
        below.setdefault(info.parent, []).append(info.pid)
    trees = {}
    for id, state in states.items():
        supervisor, child = _pid(state.supervisor), _pid(state.child)
        found: set[int] = set()
        waiting = [pid for pid in (supervisor, child) if pid is not None]
        while waiting:
            pid = waiting.pop()
            if pid not in found:
                found.add(pid)
                waiting += below.get(pid, ())
        # The supervisor is not the run's own doing.
        trees[id] = frozenset(pid for pid in found if pid != supervisor and pid in processes)
    return trees


def _pid(identity: ProcessIdentity | None) -> int | None:
    return identity.pid if identity is not None and identity.alive else None


def _run_use(
    id: str,
    state: RunState,
    host: str,
    pids: Collection[int],
    processes: Mapping[int, ProcessInfo],
    samples: Sequence[GpuSample],
) -> RunUse:
    known = [processes[pid] for pid in pids]
    busy = [info.cpu_percent for info in known if info.cpu_percent is not None]
    on = [(s.index, s.memory_of(pids)) for s in samples if set(pids) & (s.processes or {}).keys()]
    return RunUse(
        run=id,
        state=state.state,
        host=host,
        started_at=state.started_at,
        pids=frozenset(pids),
        cpu_percent=sum(busy) if busy else None,
        rss=sum(info.rss for info in known) if known else None,
        gpus=tuple(on),
    )
