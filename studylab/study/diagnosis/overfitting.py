"""Training falls while validation rises."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean, median

from studylab.study.diagnosis.curve import Curve
from studylab.study.diagnosis.model import Change, Finding, Kind
from studylab.study.diagnosis.names import What
from studylab.study.diagnosis.seen import Seen

FEWEST = 7
"""Evaluations."""
SMOOTH, PART = 3, 8
"""The fewest evaluations that a level is told from, and the part of all that it is told from."""
RISES, NOISE, FALLS = 0.1, 4.0, 0.02
"""The held-out loss is above its best by this part and by so many of its deviations, while that
of training fell by this part."""


def overfitting(seen: Seen) -> Iterator[Finding]:
    """A held-out loss that has turned, and one of training that still falls."""
    trained = next((curve for _name, curve in seen.of(What.LOSS, held_out=False)), None)
    if trained is None or not trained.bins:
        return
    for name, curve in seen.of(What.LOSS, held_out=True):
        turned = _turned(curve)
        if turned is None or curve.bad is not None:
            continue
        step, best, now = turned
        then, at_last = _around(trained, step), trained.mean(0.9, 1)
        if then <= 0 or at_last > then * (1 - FALLS):
            continue
        evidence = {"best": best, "now": now, "train_then": then, "train_now": at_last}
        yield Finding(Kind.OVERFITTING, step, name, evidence, _more_of(seen))
        return


def _turned(curve: Curve) -> tuple[int, float, float] | None:
    """At which step a curve was lowest, its level there and now, if it has surely turned."""
    values = [each.mean for each in curve.bins]
    if len(values) < FEWEST:
        return None
    width = max(SMOOTH, len(values) // PART)
    smooth = [fmean(values[i : i + width]) for i in range(len(values) - width + 1)]
    place = smooth.index(min(smooth))
    if len(smooth) - 1 - place < width:
        return None
    rise = smooth[-1] - smooth[place]
    needed = max(RISES * abs(smooth[place]), NOISE * _deviation(values) / math.sqrt(width))
    if rise <= needed or min(values[-width:]) <= max(values[place : place + width]):
        return None
    return curve.bins[place + width // 2].step, smooth[place], smooth[-1]


def _deviation(values: Sequence[float]) -> float:
    """The noise of a curve, whatever its trend is: from how it bends from value to value."""
    bends = [a - 2 * b + c for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    return median(map(abs, bends)) * 1.4826 / math.sqrt(6)


def _around(curve: Curve, step: int) -> float:
    """The level of a curve at a step."""
    place = max((i for i, each in enumerate(curve.bins) if each.step <= step), default=0)
    return fmean(each.mean for each in curve.bins[max(0, place - 2) : place + 3])


def _more_of(seen: Seen) -> Change | None:
    for name, low in (("dropout", 0.3), ("weight_decay", 0.05), ("augment", 0.07)):
        value = seen.known.settings.get(name)
        if isinstance(value, (int, float)) and 0 <= value < low:
            return Change(name, value, low)
    return None
