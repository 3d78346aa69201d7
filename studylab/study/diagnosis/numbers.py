"""A value that is no number, and a loss above its start."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from statistics import median

from studylab.study.diagnosis.curve import FIRST, Curve
from studylab.study.diagnosis.model import Finding, Kind
from studylab.study.diagnosis.names import What
from studylab.study.diagnosis.seen import Seen

BEFORE = 101
"""Gradient norms that the usual one is told from."""
ABOVE, NOISE = 0.5, 6.0
"""As for the notice of a run that diverges: above its start by this part of it, and by so many of
its own deviations then."""


def not_a_number(seen: Seen) -> Iterator[Finding]:
    """The first NaN or infinity of a loss, with the gradient norm before it."""
    bad = [(c.bad.step, name, c.bad) for name, c in seen.of(What.LOSS, What.PART_OF_LOSS) if c.bad]
    if not bad:
        return
    step, name, first = min(bad)
    evidence = {"value": first.value, **_norm_before(seen, step)}
    yield Finding(Kind.NOT_A_NUMBER, step, name, evidence, seen.learning_rate(0.1))


def diverging(seen: Seen) -> Iterator[Finding]:
    """A loss of training that is well above where it began."""
    for name, curve in seen.of(What.LOSS, held_out=False):
        if curve.bad is not None or len(curve.recent) < FIRST or curve.count < 2 * FIRST:
            continue
        start = median(curve.first)
        spread = median(abs(value - start) for value in curve.first)
        limit = start + max(ABOVE * abs(start), NOISE * spread)
        level = median(curve.recent)
        if start != 0 and level > limit:
            evidence = {"start": start, "level": level}
            since = _above_since(curve, limit)
            yield Finding(Kind.DIVERGING, since, name, evidence, seen.learning_rate(0.1))
            return


def _above_since(curve: Curve, limit: float) -> int:
    since = curve.last_step
    for each in reversed(curve.bins):
        if each.mean <= limit:
            break
        since = each.step
    return since


def _norm_before(seen: Seen, step: int) -> dict[str, float]:
    """The last gradient norm before a step that is a number, and the usual one until then."""
    for name, _curve in seen.of(What.NORM):
        series = seen.series[name]
        end = bisect_left(series.steps, step)
        before = [v for v in series.values[max(0, end - BEFORE) : end] if math.isfinite(v)]
        if before:
            return {"norm": before[-1], "usual_norm": median(before)}
    return {}
