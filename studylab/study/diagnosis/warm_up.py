"""A learning rate that is still being warmed up when the run ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from studylab.study.diagnosis.model import Change, Finding, Kind
from studylab.study.diagnosis.names import What
from studylab.study.diagnosis.seen import Seen

STEPS = r"(num_|n_|lr_)?warm_?up(_steps|_iters|_iterations|_num_steps)?"
SHARE, STRAIGHT, FEWEST = 0.75, 0.1, 20
"""A rate that rises for this share of the plan in a straight line is a warm-up, not a search."""
USUAL = 0.1
"""The share of a run that a warm-up usually takes."""


def warm_up(seen: Seen) -> Iterator[Finding]:
    """A warm-up that the settings make longer than the run, or that its curve shows to be."""
    planned = seen.known.steps
    if not planned:
        return
    for name, value in seen.settings_like(STEPS):
        # 500 of them for 468 steps; a lab that shortens it by itself shows so in its rate.
        if value >= planned and not _has_fallen(seen):
            change = Change(name, value, max(1, round(USUAL * planned)))
            evidence = {"warm_up": value, "steps": planned}
            yield Finding(Kind.WARM_UP, None, "", evidence, change)
            return
    for name, curve in seen.of(What.RATE):
        bins = curve.bins
        if len(bins) < FEWEST or curve.last_step < SHARE * planned:
            continue
        if (curve.first_step or 0) > (1 - SHARE) * planned:
            continue
        if not all(a.high < b.low for a, b in pairwise(bins)):
            continue
        half = bins[len(bins) // 2].mean
        straight = (bins[0].mean + bins[-1].mean) / 2
        if abs(half - straight) <= STRAIGHT * straight:
            shown = {"rate": bins[-1].mean, "at": curve.last_step, "steps": planned}
            yield Finding(Kind.WARM_UP, curve.first_step, name, shown)
            return


def _has_fallen(seen: Seen) -> bool:
    return any(
        a.mean > b.mean for _name, curve in seen.of(What.RATE) for a, b in pairwise(curve.bins)
    )
