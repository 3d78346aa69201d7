"""A result is never alone: it stands beside its baseline and the figure it ought to reach.

    97.8 % (reference: 97 %, reached)

Only a reference for the same data, split and metric counts. The verdict words:

| word         | means                                                                      |
| ---          | ---                                                                        |
| reached      | at least as good as the reference                                          |
| within noise | short of it by less than two standard errors of a test set of this size     |
| not reached  | short of it by more                                                        |
| collapsed    | no better than the trivial baseline: nothing was learned                    |
| no reference | there is no figure for this data                                           |
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from labs.kit.data import Provenance
from labs.kit.run import Run
from studylab.labspec import Lab, Reference

Word = Literal["reached", "within noise", "not reached", "collapsed", "no reference"]

FRACTIONS = ("accuracy", "f1", "precision", "recall", "bleu", "spearman", "exact_match")
"""Metrics that are reported as fractions of 1 and shown as percentages."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word, and the line that a student reads."""

    word: Word
    text: str


def is_fraction(metric: str) -> bool:
    """Whether a metric is a fraction of 1, shown as a percentage."""
    return metric.rsplit("/", 1)[-1].lower() in FRACTIONS


def shown(metric: str, value: float, *, exact: bool = False) -> str:
    """A value as it is read: `97.8 %`, or `16.42` where it is no fraction. `exact` rounds less,
    for figures that somebody stated."""
    if not is_fraction(metric):
        return f"{value:.5g}" if exact else f"{value:.4g}"
    return f"{value * 100:.4g} %" if exact else f"{value * 100:.1f} %"


def reference_for(lab: Lab, metric: str, split: str, data: str) -> Reference | None:
    """The figure that the lab declares for just this, or None."""
    for reference in lab.references:
        if (reference.metric, reference.split, reference.data) == (metric, split, data):
            return reference
    return None


def judge(
    metric: str,
    value: float,
    *,
    data: str,
    reference: Reference | None = None,
    baseline: float | None = None,
    examples: int | None = None,
    higher_is_better: bool = True,
) -> Verdict:
    """Hold a value against its baseline and its reference.

    `examples` is the size of the split: a fraction's standard error is sqrt(p (1 - p) / n).
    """
    sign = 1.0 if higher_is_better else -1.0
    figure = shown(metric, value)
    noise = 0.0
    if examples and is_fraction(metric):
        p = reference.value if reference else value
        noise = 2 * math.sqrt(max(p * (1 - p), 0.0) / examples)
    if math.isnan(value) or (baseline is not None and sign * (value - baseline) <= 0):
        beside = f"; the baseline is {shown(metric, baseline)}" if baseline is not None else ""
        return Verdict("collapsed", f"{figure} (collapsed: nothing was learned{beside})")
    if reference is None:
        return Verdict("no reference", f"{figure} (no reference for {data})")
    aim = f"reference: {shown(metric, reference.value, exact=True)}"
    if reference.reached(value):
        return Verdict("reached", f"{figure} ({aim}, reached)")
    if sign * (reference.value - value) <= noise:
        words = f"not reached, but within the noise of {examples:,} examples"
        return Verdict("within noise", f"{figure} ({aim}, {words})")
    return Verdict("not reached", f"{figure} ({aim}, not reached)")


def conclude(
    run: Run,
    metric: str,
    value: float,
    *,
    split: str,
    data: Provenance,
    baseline: float,
    baseline_name: str = "always the commonest class",
    examples: int | None = None,
    higher_is_better: bool = True,
) -> Verdict:
    """Report a final figure and print it beside its baseline and its reference."""
    reference = reference_for(run.lab, metric, split, data.name)
    verdict = judge(
        metric,
        value,
        data=data.name,
        reference=None if run.fast else reference,
        baseline=baseline,
        examples=examples,
        higher_is_better=higher_is_better,
    )
    text = verdict.text
    if run.fast and verdict.word == "no reference":
        text = f"{shown(metric, value)} (--fast, so not held against a reference)"
    more = {"reference": reference.value, "source": reference.source} if reference else {}
    run.reporter.result(
        metric,
        value,
        split=split,
        data=data.name,
        tier=data.tier,
        baseline=baseline,
        higher_is_better=higher_is_better,
        verdict=verdict.word,
        examples=examples,
        sizes=data.sizes,
        fast=run.fast,
        **more,
    )
    run.say(f"{split} {metric}: {text}")
    run.say(f"baseline: {shown(metric, baseline)} ({baseline_name})")
    return verdict
