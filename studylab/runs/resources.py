"""What a run uses, a line a second in `resources.jsonl`."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylab.metrics.reader import LineReader
from studylab.metrics.records import NotARecord, number
from studylab.monitor.gpu import Gpus, GpuSample
from studylab.monitor.process import ProcessTree


@dataclass(frozen=True, slots=True)
class Usage:
    """One sample of a run. `time` in seconds since 1970, `cpu_percent` of one core, so that four
    busy cores are 400, `rss_bytes` of the whole process tree; `gpus` as they are in the file."""

    time: float
    cpu_percent: float
    rss_bytes: int
    gpus: tuple[dict[str, Any], ...]


class ResourceLog:
    """Writes samples of one process tree."""

    def __init__(self, path: Path, pid: int) -> None:
        self._path = path
        self._tree = ProcessTree(pid)
        self._gpus = Gpus.open()
        self._next = 0.0
        self._complained = False

    def sample_when_due(self, seconds: float) -> None:
        """Append a sample if the last one is `seconds` old. A full disk loses samples only."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + seconds
        used = self._tree.sample()
        record = {
            "time": round(time.time(), 2),
            "cpu_percent": round(used.cpu_percent or 0.0, 1),
            "rss_bytes": used.rss,
            "gpus": [_gpu_record(gpu, used.pids) for gpu in self._gpus.sample()],
        }
        line = json.dumps(record).encode() + b"\n"
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            if not self._complained:
                print(f"{self._path}: {error}", file=sys.stderr, flush=True)
            self._complained = True


def _gpu_record(gpu: GpuSample, pids: Iterable[int]) -> dict[str, Any]:
    """What a viewer wants of one GPU; `run_memory` is the part of this run's processes."""
    return {
        "index": gpu.index,
        "name": gpu.name,
        "utilisation": gpu.utilisation,
        "memory_used": gpu.memory_used,
        "memory_total": gpu.memory_total,
        "temperature": gpu.temperature,
        "power": gpu.power,
        "run_memory": gpu.memory_of(pids),
    }


def usage_reader(path: Path, offset: int = 0) -> LineReader[Usage]:
    """A reader of `resources.jsonl`."""
    return LineReader(path, read_usage, offset)


def read_usage(line: bytes) -> Usage:
    """The sample in one line.

    Raises:
        NotARecord: half a line, or something else.
    """
    try:
        found = json.loads(line)
        gpus = found.get("gpus") or []
        if not all(isinstance(gpu, dict) for gpu in gpus):
            raise TypeError("a GPU that is no record")
        at, cpu = number(found["time"]), number(found["cpu_percent"])
        rss = int(found["rss_bytes"])
        if not math.isfinite(at) or not 0 <= rss < 2**63:
            raise ValueError("a sample that can't be")
        return Usage(at, cpu, rss, tuple(gpus))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise NotARecord(str(error)) from None
