"""Whether a run can be started now, and on which GPU."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from studylab.monitor.gpu import GpuSample

FOREIGN_BYTES = 256 << 20
"""GPU memory from which on another person's process takes the GPU; a desktop needs less."""


@dataclass(frozen=True, slots=True)
class Slots:
    """How many runs at once. 0 of the machine: one for each slot of its GPUs, or one without."""

    machine: int = 0
    each_gpu: int = 1

    def of_machine(self, gpus: int) -> int:
        """The number for a machine with so many GPUs."""
        return self.machine or max(1, gpus * self.each_gpu)


def free_gpu(
    samples: Sequence[GpuSample],
    taken: Mapping[int, int],
    own: Collection[int],
    each_gpu: int,
) -> int | None:
    """The index of the GPU for the next run: of those with a free slot the one with most free
    memory; None if there is none.

    `taken` counts the runs that were given a GPU, by its index; `own` are the pids of all runs. A
    process that is not among them takes the GPU if it holds more than `FOREIGN_BYTES`, or an amount
    that is not told.
    """
    free = [
        sample
        for sample in samples
        if not sample.trouble
        and taken.get(sample.index, 0) < each_gpu
        and not _is_foreign(sample, own)
    ]
    if not free:
        return None
    return max(free, key=lambda sample: (_free_bytes(sample), -sample.index)).index


def _is_foreign(sample: GpuSample, own: Collection[int]) -> bool:
    processes = sample.processes or {}
    return any(
        held is None or held > FOREIGN_BYTES for pid, held in processes.items() if pid not in own
    )


def _free_bytes(sample: GpuSample) -> int:
    if sample.memory_total is None or sample.memory_used is None:
        return -1
    return sample.memory_total - sample.memory_used
