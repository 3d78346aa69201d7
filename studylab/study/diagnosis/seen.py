"""What the rules are given: the curves so far, and what is known beside them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studylab.metrics.series import Series
from studylab.study.diagnosis.curve import Curve
from studylab.study.diagnosis.known import Known
from studylab.study.diagnosis.model import Change
from studylab.study.diagnosis.names import What, read_name

FEWEST = 50
"""Points of a loss before it is said of it that it does not move."""
FEWEST_WITHOUT_PLAN = 200
_RATES = ("learning_rate", "lr", "max_lr", "peak_lr", "base_lr")


@dataclass(frozen=True, slots=True)
class Seen:
    """One run at one moment."""

    known: Known
    curves: Mapping[str, Curve]
    series: Mapping[str, Series]

    @property
    def step(self) -> int | None:
        """The last step of any curve."""
        return max((c.last_step for c in self.curves.values()), default=None)

    def of(self, *what: What, held_out: bool | None = None) -> Iterator[tuple[str, Curve]]:
        """The curves that measure one of `what`, on held-out examples, on others, or on any."""
        for name, curve in self.curves.items():
            named = read_name(name)
            if named and named.what in what and held_out in (None, named.held_out):
                yield name, curve

    def is_through(self, share: float, curve: Curve) -> bool:
        """Whether so much of the run has gone by that a curve ought to have moved."""
        if not self.known.steps:
            return curve.count >= FEWEST_WITHOUT_PLAN
        gone = curve.last_step - (curve.first_step or 0)
        return curve.count >= FEWEST and gone >= share * self.known.steps

    def learning_rate(self, part: float) -> Change | None:
        """The run's learning rate and the part of it that may be better."""
        for name in _RATES:
            value = self.known.settings.get(name)
            if isinstance(value, (int, float)) and 0 < value < math.inf:
                return Change(name, value, float(f"{value * part:.3g}"))
        return None

    def settings_like(self, pattern: str) -> Iterator[tuple[str, int]]:
        """Whole numbers among the settings, by their names."""
        for name, value in self.known.settings.items():
            if isinstance(value, int) and re.fullmatch(pattern, name):
                yield name, value
