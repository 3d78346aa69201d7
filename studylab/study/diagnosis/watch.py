"""The rules over a run that goes on: each look costs about what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from studylab.metrics.series import Series
from studylab.study.diagnosis import ends, numbers, one_class, overfitting, standing_still, warm_up
from studylab.study.diagnosis.curve import Curve
from studylab.study.diagnosis.known import Known
from studylab.study.diagnosis.model import Finding, Kind, newest_first
from studylab.study.diagnosis.names import read_name
from studylab.study.diagnosis.seen import Seen

MOST_CURVES = 64

RULES: tuple[Callable[[Seen], Iterator[Finding]], ...] = (
    ends.out_of_memory,
    ends.data_missing,
    numbers.not_a_number,
    numbers.diverging,
    one_class.one_class,
    standing_still.at_chance,
    standing_still.flat,
    overfitting.overfitting,
    warm_up.warm_up,
)


class Watch:
    """What goes wrong in one run. A finding that no longer holds is not told any more, but for a
    value that was no number."""

    def __init__(self, known: Known | None = None) -> None:
        self.known = known or Known()
        self._curves: dict[str, Curve] = {}

    def take(self, series: Mapping[str, Series]) -> None:
        """Take the points that are new."""
        for name, points in series.items():
            curve = self._curves.get(name)
            if curve is None:
                if len(self._curves) >= MOST_CURVES or read_name(name) is None:
                    continue
                curve = self._curves[name] = Curve()
            curve.take(points)

    def findings(self, series: Mapping[str, Series]) -> list[Finding]:
        """What goes wrong as things stand, what began last first."""
        self.take(series)
        there = {name: curve for name, curve in self._curves.items() if name in series}
        seen = Seen(self.known, there, series)
        found = [finding for rule in RULES for finding in rule(seen)]
        return newest_first(_without_the_same(found))


def _without_the_same(found: list[Finding]) -> list[Finding]:
    """A loss that stays at that of guessing is flat too, and a single name says it."""
    kinds = {finding.kind for finding in found}
    says_more = {Kind.AT_CHANCE, Kind.DIVERGING, Kind.NOT_A_NUMBER}
    return [f for f in found if f.kind is not Kind.FLAT or not kinds & says_more]
