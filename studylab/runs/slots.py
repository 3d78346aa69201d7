"""Whether a run can be started now, and on which GPU."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from studylab.monitor.gpu import GpuSample

FOREIGN_BYTES = 256 << 20
"""GPU memory from which on another person's process takes the GPU; a desktop needs less."""

HIDDEN_BYTES = 1 << 30
"""Memory of a GPU that no process in sight holds, from which on somebody out of sight has it; the
driver itself takes less."""


@dataclass(frozen=True, slots=True)
class Slots:
    """How many runs at once. 0 of the machine: one for each slot of its GPUs, or one without."""

    machine: int = 0
    each_gpu: int = 1

    def of_machine(self, gpus: int) -> int:
        """The number for a machine with so many GPUs."""
        return self.machine or max(1, gpus * self.each_gpu)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Who has a GPU: some of the student's runs, others, or nobody."""

    runs: frozenset[str]
    by_others: bool

    def has_room(self, each_gpu: int) -> bool:
        """Whether one more run fits, of so many at once."""
        return not self.by_others and len(self.runs) < each_gpu


def occupancy(sample: GpuSample, given: Collection[str], run_of: Mapping[int, str]) -> Occupancy:
    """Who has a GPU. `given` are the runs that the queue has put there: one that has just started
    holds nothing yet. `run_of` names the run that a process belongs to.

    What nobody in sight holds is another's, unless a run is there: in a container its own process
    may be out of sight too.
    """
    held = sample.processes or {}
    runs = frozenset((*given, *(run_of[pid] for pid in held if pid in run_of)))
    strangers = any(takes_gpu(memory) for pid, memory in held.items() if pid not in run_of)
    return Occupancy(runs, strangers or (hidden_bytes(sample) > 0 and not runs))


def takes_gpu(memory: int | None) -> bool:
    """Whether another's process that holds so much, or an amount that is not told, takes a GPU."""
    return memory is None or memory > FOREIGN_BYTES


def hidden_bytes(sample: GpuSample) -> int:
    """Bytes that are held by nobody in sight; 0 where they are too few to tell."""
    held = [] if sample.processes is None else list(sample.processes.values())
    if sample.memory_used is None or None in held:
        return 0
    hidden = sample.memory_used - sum(memory or 0 for memory in held)
    return hidden if hidden > HIDDEN_BYTES else 0


def free_gpu(
    samples: Sequence[GpuSample],
    given: Mapping[str, Collection[str]],
    run_of: Mapping[int, str],
    each_gpu: int,
) -> int | None:
    """The index of the GPU for the next run: of those with a free slot the one with most free
    memory; None if there is none.

    `given` are the runs that the queue has put on a GPU, by its index as text; `run_of` as for
    `occupancy`.
    """
    free = [
        sample
        for sample in samples
        if not sample.trouble
        and occupancy(sample, given.get(str(sample.index), ()), run_of).has_room(each_gpu)
    ]
    best = max(free, key=lambda sample: sample.memory_free or 0, default=None)
    return best.index if best is not None else None
