"""A score is never alone: held against the trivial baseline, the published figure and the student's
own other seeds.

Runs that are equal in all settings but the seed are one score: their mean, and their deviation (by
n - 1) where there are two seeds or more. Scores stand in one ranking only where lab, metric, split,
data and the tier of the data are the same.

What counts as noise, with the deviation d over n seeds: a mean stands out from a baseline, which is
exact, by more than 2 d / sqrt(n); and from a published figure, which is one run of somebody and has
noise of its own, by more than 2 d sqrt(1 + 1/n). With one seed nothing is known of the noise.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from studylab.labspec import Reference
from studylab.language import N_
from studylab.store.runs import ResultRow

SEED = "seed"
CUT_SHORT = "no reference"
"""What a lab says of a result that it does not hold against a reference that there is."""


class Verdict(StrEnum):
    """How a score stands."""

    COLLAPSED = "collapsed"
    WITHIN_NOISE = "within seed noise"
    BETTER = "better"
    WORSE = "worse"
    UNKNOWN = ""


_SHOWN = [N_("collapsed"), N_("within seed noise"), N_("better"), N_("worse")]
"""The verdicts' values are their English words: `_(verdict.value)` shows one."""


class Place(NamedTuple):
    """What a ranking is about: scores of different places are never compared."""

    lab: str
    metric: str
    split: str
    data: str
    tier: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One result of one run. `tier` is that of its data, empty if nobody told."""

    run: str
    lab: str
    settings: Mapping[str, Any]
    seed: int | None
    tier: str
    result: ResultRow

    @property
    def place(self) -> Place:
        """What it may be compared in."""
        result = self.result
        return Place(self.lab, result.metric, result.split, result.data, self.tier)

    @property
    def cut_short(self) -> bool:
        """Whether it is of a run too short to be held against the reference that there is."""
        return self.result.verdict == CUT_SHORT and self.result.reference is not None


@dataclass(frozen=True, slots=True)
class Score:
    """Runs that differ in nothing but the seed. `deviation` is None with fewer than two seeds."""

    settings: Mapping[str, Any]
    runs: tuple[str, ...]
    seeds: int
    mean: float
    deviation: float | None
    verdict: Verdict
    newest: float
    cut_short: bool = False
    best: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """All scores of one place, the best first, beside what they are held against."""

    place: Place
    higher_is_better: bool
    baseline: float | None
    reference: Reference | None
    scores: tuple[Score, ...]


def rankings(results: Iterable[Scored], references: Sequence[Reference] = ()) -> list[Ranking]:
    """The rankings of some results of one lab, which declares the `references`.

    A run that reported a figure several times counts with the last one.
    """
    places: dict[Place, dict[str, Scored]] = {}
    for each in results:
        places.setdefault(each.place, {})[each.run] = each
    return [_ranking(place, list(by.values()), references) for place, by in sorted(places.items())]


def judge(
    mean: float,
    deviation: float | None,
    seeds: int,
    *,
    baseline: float | None,
    reference: float | None,
    higher_is_better: bool = True,
) -> Verdict:
    """How a mean over some seeds stands; unknown where there is nothing to hold it against."""
    sign = 1.0 if higher_is_better else -1.0
    noise = deviation or 0.0
    if not math.isfinite(mean):
        return Verdict.COLLAPSED
    stands_out = 2 * noise / math.sqrt(max(1, seeds))
    if baseline is not None and sign * (mean - baseline) <= stands_out:
        return Verdict.COLLAPSED
    if reference is None or not math.isfinite(reference):
        return Verdict.UNKNOWN
    ahead = sign * (mean - reference)
    if abs(ahead) <= 2 * noise * math.sqrt(1 + 1 / max(1, seeds)):
        return Verdict.WITHIN_NOISE
    return Verdict.BETTER if ahead > 0 else Verdict.WORSE


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float | None]:
    """The mean, and the deviation by n - 1; None with one value, or where one is not finite."""
    if not all(map(math.isfinite, values)):
        return math.nan, None
    # Exact in between: sums of the largest floats do not overflow.
    mean = statistics.mean(values)
    if len(values) < 2:
        return mean, None
    try:
        return mean, statistics.stdev(values)
    except OverflowError:
        return mean, math.inf


def _ranking(place: Place, results: list[Scored], references: Sequence[Reference]) -> Ranking:
    newest = max(results, key=lambda each: each.result.time).result
    reference = _reference(place, results, references)
    baselines = [each.result.baseline for each in results if each.result.baseline is not None]
    baseline = baselines[-1] if baselines else None
    groups: dict[tuple[str, bool], list[Scored]] = {}
    for each in results:
        groups.setdefault((_key(each.settings), each.cut_short), []).append(each)
    scores = [
        _score(group, baseline, reference, higher_is_better=newest.higher_is_better)
        for group in groups.values()
    ]
    sign = -1.0 if newest.higher_is_better else 1.0
    scores.sort(
        key=lambda s: (
            not math.isfinite(s.mean),
            sign * s.mean if math.isfinite(s.mean) else 0.0,
            s.runs,
        )
    )
    if scores and scores[0].verdict is not Verdict.COLLAPSED:
        scores[0] = replace(scores[0], best=True)
    return Ranking(place, newest.higher_is_better, baseline, reference, tuple(scores))


def _reference(
    place: Place, results: list[Scored], references: Sequence[Reference]
) -> Reference | None:
    """What the lab declares for just this place, else what the runs were held against."""
    for declared in references:
        if (declared.metric, declared.split, declared.data) == place[1:4]:
            return declared
    for each in reversed(results):
        held = each.result
        if held.reference is not None and math.isfinite(held.reference):
            return Reference(
                held.metric, held.reference, held.split, held.data, held.reference_source,
                held.higher_is_better,
            )  # fmt: skip
    return None


def _score(
    group: list[Scored],
    baseline: float | None,
    reference: Reference | None,
    *,
    higher_is_better: bool,
) -> Score:
    # Runs of the same seed are no further seeds; without one, every run is drawn anew.
    by_seed: dict[object, list[float]] = {}
    for each in group:
        seed = each.seed if each.seed is not None else each.run
        by_seed.setdefault(seed, []).append(each.result.value)
    values = [mean_and_deviation(each)[0] for each in by_seed.values()]
    mean, deviation = mean_and_deviation(values)
    cut_short = group[0].cut_short
    verdict = judge(
        mean,
        deviation,
        len(values),
        baseline=baseline,
        reference=reference.value if reference is not None and not cut_short else None,
        higher_is_better=higher_is_better,
    )
    return Score(
        settings={name: value for name, value in group[0].settings.items() if name != SEED},
        runs=tuple(each.run for each in group),
        seeds=len(values),
        mean=mean,
        deviation=deviation,
        verdict=verdict,
        newest=max(each.result.time for each in group),
        cut_short=cut_short,
    )


def _key(settings: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in settings.items() if name != SEED}
    return json.dumps(kept, sort_keys=True, default=str)
