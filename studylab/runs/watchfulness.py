"""Whether a run stalls, diverges or has reached its reference, told from what it logs.

Pure: it is given records and the time, and opens nothing. Each kind of notice comes at most once.
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from studylab.metrics.records import MetricRecord, number
from studylab.runs.notices import Kind, Notice

SHORTEST_STALL = 60.0
"""Seconds without a metric that are no stall yet, however often a run usually logs: it may be
saving a checkpoint, or validating."""
GAPS, FEWEST_GAPS = 101, 5
"""Gaps between records that the usual one is told from, and how many it takes."""
ASLEEP = 10.0
"""Whoever looks less often than this has slept, or the clock was set: that time does not count."""

WINDOW = 10
"""Values that the start of a loss is told from, and its level now."""
ABOVE, NOISE = 0.5, 6.0
"""A loss is above its start by this part of it, and by so many of its own deviations then."""

_SPLITS = {
    "train", "training", "val", "valid", "validation", "eval", "evaluation", "test", "dev", "step",
    "epoch", "batch", "iter", "running", "avg", "mean", "total",
}  # fmt: skip
"""Words in the name of a loss that do not say which loss it is."""


class Watchfulness:
    """What is to be told of one run."""

    def __init__(self, stall_factor: float, told: Iterable[Kind] = ()) -> None:
        """`stall_factor` usual gaps without a metric are a stall; `told` comes no more."""
        self._factor = stall_factor
        self._told = set(told)
        self._steps: int | None = None
        self._gaps: deque[float] = deque(maxlen=GAPS)
        self._last: MetricRecord | None = None
        self._silent = 0.0
        self._looked: float | None = None
        self._losses: dict[str, _Loss] = {}

    def plan(self, steps: object) -> None:
        """The run says how many steps it will take: after the last one silence is no stall."""
        self._steps = steps if isinstance(steps, int) else None

    def heard(
        self, records: Sequence[MetricRecord], now: float, *, skipped: bool = False
    ) -> list[Notice]:
        """Records came in, in their order; `skipped` if others before them were left out."""
        if not records:
            return []
        self._silent, self._looked = 0.0, now
        if skipped:
            self._last = None
        notices = []
        for record in records:
            if self._last is not None:
                self._gaps.append(max(0.0, record.time - self._last.time))
            self._last = record
            notices += self._diverged(record, now)
        return notices

    def tick(self, now: float) -> list[Notice]:
        """Time went on, and nothing came in."""
        passed = 0.0 if self._looked is None else now - self._looked
        self._looked = now
        if 0 <= passed <= ASLEEP:
            self._silent += passed
        if self._last is None or len(self._gaps) < FEWEST_GAPS or self._is_through:
            return []
        usual = median(self._gaps)
        if self._silent <= max(SHORTEST_STALL, self._factor * usual):
            return []
        return self._once(
            Kind.STALLED, now, silence=self._silent, usual=usual, step=self._last.step
        )

    def result(self, fields: Mapping[str, Any], now: float) -> list[Notice]:
        """The run reported a result."""
        value, reference = number(fields.get("value")), number(fields.get("reference"))
        if not math.isfinite(value) or not math.isfinite(reference):
            return []
        verdict = fields.get("verdict")
        higher = fields.get("higher_is_better", True) is not False
        reached = value >= reference if higher else value <= reference
        if verdict != "reached" if verdict else not reached:
            return []
        wanted = ("metric", "value", "split", "data", "reference")
        return self._once(Kind.REACHED, now, **{key: fields.get(key) for key in wanted})

    @property
    def _is_through(self) -> bool:
        """Whether the last planned step is done; steps may be counted from 0 or from 1."""
        return (
            self._steps is not None
            and self._last is not None
            and self._last.step >= self._steps - 1
        )

    def _diverged(self, record: MetricRecord, now: float) -> list[Notice]:
        if Kind.DIVERGED in self._told:
            return []
        for name, value in record.scalars.items():
            words = _words(name)
            if "loss" not in words:
                continue
            if not math.isfinite(value):
                return self._once(
                    Kind.DIVERGED, now, metric=name, step=record.step, value=value, start=None
                )
            # A part of a loss, such as that of a generator, may rise by right.
            if words != {"loss"}:
                continue
            start = self._losses.setdefault(name, _Loss()).rose(value)
            if start is not None:
                return self._once(
                    Kind.DIVERGED, now, metric=name, step=record.step, value=value, start=start
                )
        return []

    def _once(self, kind: Kind, now: float, **fields: Any) -> list[Notice]:
        if kind in self._told:
            return []
        self._told.add(kind)
        return [Notice(kind, now, fields)]


class _Loss:
    """Whether one loss is well above where it began."""

    def __init__(self) -> None:
        self._first: list[float] = []
        self._recent: deque[float] = deque(maxlen=WINDOW)
        self._start = 0.0
        self._limit = math.inf

    def rose(self, value: float) -> float | None:
        """Take a value; gives the start if the loss is above it by now."""
        if len(self._first) < WINDOW:
            self._first.append(value)
            if len(self._first) == WINDOW:
                self._start = median(self._first)
                spread = median(abs(each - self._start) for each in self._first)
                self._limit = self._start + max(ABOVE * abs(self._start), NOISE * spread)
            return None
        self._recent.append(value)
        full = len(self._recent) == WINDOW
        return self._start if full and median(self._recent) > self._limit else None


def _words(name: str) -> set[str]:
    """What a metric is about, without the split: `{"loss"}` for `train/loss` and `eval_loss`."""
    return set(re.findall(r"[a-z]+", name.lower())) - _SPLITS
