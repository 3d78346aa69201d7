"""A loss that does not move: at that of guessing, or anywhere else."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import stdev

from studylab.study.diagnosis.curve import Curve
from studylab.study.diagnosis.model import Finding, Kind
from studylab.study.diagnosis.names import What
from studylab.study.diagnosis.seen import Seen

TOLERANCE = 0.02
"""How near to ln(classes) a loss is at it."""
FALLS = 0.01
"""What falls by this part from the third to the last quarter is on its way."""
SURELY = 5.0
"""So many standard errors of both quarters together are a fall, not noise."""
AT_CHANCE_SHARE, FLAT_SHARE = 0.1, 0.25
"""How much of the planned steps must have gone by."""
MOVES, SURE = 0.01, 0.01
"""A flat loss has moved by less than this part, and its own noise hides no more."""
LATE = 0.01
"""A loss that was first logged later than this may have fallen before."""
BETTER = 0.1
"""An accuracy this far from guessing to perfect is not that of guessing."""


def at_chance(seen: Seen) -> Iterator[Finding]:
    """A cross-entropy that stays at ln(classes), for as many classes as the lab says it has."""
    classes = seen.known.classes
    if classes is None:
        return
    chance = math.log(classes)
    for name, curve in seen.of(What.LOSS, held_out=False):
        if not seen.is_through(AT_CHANCE_SHARE, curve) or _is_better(seen, classes):
            continue
        middle, end = curve.mean(0.5, 0.75), curve.mean(0.75, 1)
        if max(abs(middle - chance), abs(end - chance)) > TOLERANCE * chance:
            continue
        if middle - end > min(FALLS * chance, SURELY * _noise(curve, 0.5, 1)):
            continue
        evidence = {"loss": end, "classes": classes, "chance": chance}
        since = _near_since(curve, chance, TOLERANCE * chance)
        yield Finding(Kind.AT_CHANCE, since, name, evidence, seen.learning_rate(0.1))
        return


def flat(seen: Seen) -> Iterator[Finding]:
    """A loss of training that is where it was at its start."""
    known = seen.known
    if known.resumed or _accuracy_rises(seen):
        return
    for name, curve in seen.of(What.LOSS, held_out=False):
        if not seen.is_through(FLAT_SHARE, curve):
            continue
        if known.steps and (curve.first_step or 0) > LATE * known.steps:
            continue
        start, middle, end = curve.mean(0, 0.1), curve.mean(0.5, 0.75), curve.mean(0.75, 1)
        level = abs(start)
        if level < 1e-6 or max(abs(start - middle), abs(start - end)) > MOVES * level:
            continue
        if max(_noise(curve, 0, 0.1), _noise(curve, 0.5, 1)) > SURE * level:
            continue
        evidence = {"start": start, "loss": end}
        yield Finding(Kind.FLAT, curve.first_step, name, evidence, seen.learning_rate(0.1))
        return


def _is_better(seen: Seen, classes: int) -> bool:
    """Whether an accuracy says that it does better than guessing."""
    limit = 1 / classes + BETTER * (1 - 1 / classes)
    return any(curve.mean(0.5, 1) > limit for _name, curve in seen.of(What.ACCURACY))


def _accuracy_rises(seen: Seen) -> bool:
    curves = [curve for _name, curve in seen.of(What.ACCURACY)]
    return any(abs(curve.mean(0.5, 1) - curve.mean(0, 0.1)) > MOVES for curve in curves)


def _noise(curve: Curve, start: float, stop: float) -> float:
    """The standard error of the mean of a part of a curve; endless where nothing tells it."""
    count = len(curve.bins)
    part = [each.mean for each in curve.bins[int(start * count) : round(stop * count)]]
    return stdev(part) / math.sqrt(len(part)) if len(part) >= 3 else math.inf


def _near_since(curve: Curve, level: float, tolerance: float) -> int | None:
    """The step from which on no bin was further from a level than its noise may carry it."""
    spread = stdev(each.mean for each in curve.bins[len(curve.bins) // 2 :])
    since = None
    for each in reversed(curve.bins):
        if abs(each.mean - level) > tolerance + 3 * spread:
            break
        since = each.step
    return since
