"""A classifier that answers the same, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from studylab.study.diagnosis.curve import Curve
from studylab.study.diagnosis.model import Finding, Kind
from studylab.study.diagnosis.names import What
from studylab.study.diagnosis.seen import Seen

FEWEST = 5
"""Evaluations in a row with the very same accuracy."""
PERFECT, LEARNED = 0.95, 0.6
"""An accuracy above the first, and a loss of training below this part of its start, are those of
a network that has learned, however often they are the same."""
NEAR = 0.002
"""How near to a baseline an accuracy is that of it."""


def one_class(seen: Seen) -> Iterator[Finding]:
    """One class predicted for all: by the confusion table, or by an accuracy that stays the share
    of a class to the last digit."""
    known = seen.known
    columns = list(zip(*known.confusion, strict=True))
    answered = [place for place, column in enumerate(columns) if any(column)]
    if len(answered) == 1 and sum(any(row) for row in known.confusion) > 1:
        found, rate = {"predicted": answered[0]}, seen.learning_rate(0.1)
        yield Finding(Kind.ONE_CLASS, known.confusion_step, "confusion", found, rate)
        return
    for name, curve in seen.of(What.ACCURACY, held_out=True):
        value, count, since = curve.at_end()
        if count < FEWEST or not 0 < value < 1 or any(v != value for v in curve.recent[-2:]):
            continue
        if _is_share(seen, value) or (_never_moved(curve, count) and not _has_learned(seen)):
            evidence = {"accuracy": value, "evaluations": count}
            yield Finding(Kind.ONE_CLASS, since, name, evidence, seen.learning_rate(0.1))
            return


def _is_share(seen: Seen, value: float) -> bool:
    """Whether an accuracy is that of always answering one class."""
    if any(abs(value - share) < NEAR for share in seen.known.baselines):
        return True
    classes = seen.known.classes
    return classes is not None and classes > 2 and value <= 1.2 / classes


def _never_moved(curve: Curve, count: int) -> bool:
    """Whether it has been the same from the first on: what has learned and is through had moved."""
    value = curve.bins[-1].low
    return value < PERFECT and count == curve.count and all(each == value for each in curve.first)


def _has_learned(seen: Seen) -> bool:
    return any(
        curve.mean(0.9, 1) < LEARNED * curve.mean(0, 0.02)
        for _name, curve in seen.of(What.LOSS, held_out=False)
    )
