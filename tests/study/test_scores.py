"""Scores beside baseline, published figure and other seeds."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.labspec import Reference
from studylab.store.runs import ResultRow
from studylab.study.scores import Scored, Verdict, judge, mean_and_deviation, rankings

NUMBERS = st.integers(-1000, 1000).map(float)


def scored(value, *, run="r", seed=0, tier="embedded", data="digits", split="test", **more):
    settings = {"rate": more.pop("rate", 0.1), "seed": seed}
    result = ResultRow("accuracy", split, data, value, **more)
    return Scored(run, "mine/lab", settings, seed, tier, result)


def seeds(*values, **more):
    return [scored(v, run=f"r{n}", seed=n, **more) for n, v in enumerate(values)]


SCORED = st.builds(
    scored,
    NUMBERS,
    run=st.sampled_from(["a", "b", "c", "d", "e"]),
    seed=st.one_of(st.none(), st.integers(0, 3)),
    tier=st.sampled_from(["", "embedded", "local", "hub"]),
    data=st.sampled_from(["digits", "mnist"]),
    split=st.sampled_from(["test", "dev"]),
    rate=st.sampled_from([0.1, 0.2]),
    baseline=st.one_of(st.none(), NUMBERS),
    reference=st.one_of(st.none(), NUMBERS),
    time=st.floats(0, 9),
)


@given(st.lists(SCORED, max_size=30))
def test_no_ranking_mixes_tiers_data_or_splits(results):
    tier_of = {}
    for each in results:
        tier_of.setdefault((each.run, each.place), each)
    for ranking in rankings(results):
        for score in ranking.scores:
            assert all((run, ranking.place) in tier_of for run in score.runs)


@given(st.lists(SCORED, max_size=30))
def test_every_run_stands_once_in_every_place_that_it_has_a_result_of(results):
    expected = sorted({(each.place, each.run) for each in results})
    found = [(r.place, run) for r in rankings(results) for s in r.scores for run in s.runs]
    assert sorted(found) == expected


@given(st.lists(SCORED, max_size=30))
def test_a_deviation_is_claimed_of_two_seeds_or_more(results):
    for ranking in rankings(results):
        for score in ranking.scores:
            assert (score.deviation is not None) == (score.seeds >= 2)
            assert 1 <= score.seeds <= len(score.runs)


@given(st.lists(SCORED, max_size=30))
def test_the_best_is_one_that_did_not_collapse_and_stands_first(results):
    for ranking in rankings(results):
        best = [score for score in ranking.scores if score.best]
        assert len(best) <= 1
        sign = 1 if ranking.higher_is_better else -1
        assert all(sign * best[0].mean >= sign * s.mean for s in ranking.scores if best)
        assert all(score.verdict is not Verdict.COLLAPSED for score in best)


@given(
    NUMBERS,
    st.one_of(st.none(), st.integers(0, 50).map(float)),
    st.integers(1, 9),
    st.one_of(st.none(), NUMBERS),
    st.one_of(st.none(), NUMBERS),
)
def test_a_verdict_is_the_same_upside_down(mean, deviation, count, baseline, reference):
    upside = judge(mean, deviation, count, baseline=baseline, reference=reference)
    downside = judge(
        -mean, deviation, count,
        baseline=None if baseline is None else -baseline,
        reference=None if reference is None else -reference,
        higher_is_better=False,
    )  # fmt: skip
    assert upside is downside


@given(st.lists(NUMBERS, min_size=2, max_size=9), st.randoms())
def test_the_order_of_the_runs_makes_no_difference(values, random):
    results = seeds(*values, baseline=-500.0, reference=3.0)
    (before,) = rankings(results)[0].scores
    random.shuffle(results)
    (after,) = rankings(results)[0].scores
    assert (before.mean, before.deviation, before.verdict) == (
        after.mean, after.deviation, after.verdict,
    )  # fmt: skip
    assert before.mean == pytest.approx(statistics.fmean(values))
    assert before.deviation == pytest.approx(statistics.stdev(values))


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((0.527, 0.527, 0.527), Verdict.COLLAPSED),
        ((0.50, 0.56, 0.55), Verdict.COLLAPSED),
        ((0.60, 0.61, 0.605), Verdict.WORSE),
        ((0.66, 0.68, 0.65), Verdict.WITHIN_NOISE),
        ((0.70, 0.71, 0.705), Verdict.BETTER),
        ((0.70,), Verdict.BETTER),
        ((math.nan, 0.7), Verdict.COLLAPSED),
    ],
)
def test_rte_beside_its_majority_and_a_published_figure(values, verdict):
    (ranking,) = rankings(seeds(*values, baseline=0.527, reference=0.664))
    assert ranking.scores[0].verdict is verdict


def test_without_a_baseline_and_a_reference_nothing_is_said():
    (ranking,) = rankings(seeds(0.7, 0.8))
    assert ranking.scores[0].verdict is Verdict.UNKNOWN


def test_the_same_seed_again_is_no_further_seed():
    results = [scored(v, run=run, seed=0) for run, v in (("a", 0.8), ("b", 0.9))]
    (score,) = rankings(results)[0].scores
    assert (score.seeds, score.deviation, score.runs) == (1, None, ("a", "b"))
    assert score.mean == pytest.approx(0.85)


def test_other_settings_are_another_score():
    results = [scored(0.8, run="a", rate=0.1), scored(0.9, run="b", rate=0.2)]
    assert [s.runs for s in rankings(results)[0].scores] == [("b",), ("a",)]


def test_of_a_figure_that_a_run_reported_twice_the_last_counts():
    (score,) = rankings([scored(0.5), scored(0.9)])[0].scores
    assert score.mean == 0.9


def test_a_declared_reference_counts_only_for_its_split_and_data():
    declared = Reference("accuracy", 0.98, "test", "digits", "a book")
    (dev,) = rankings([scored(0.99, split="dev")], [declared])
    (test,) = rankings([scored(0.99)], [declared])
    assert (dev.reference, test.reference) == (None, declared)


def test_a_run_that_was_cut_short_is_not_held_against_the_reference():
    short = scored(0.7, run="a", reference=0.98, verdict="no reference")
    whole = scored(0.99, run="b", reference=0.98, verdict="reached")
    (ranking,) = rankings([short, whole])
    assert [(s.runs, s.verdict) for s in ranking.scores] == [
        (("b",), Verdict.BETTER), (("a",), Verdict.UNKNOWN),
    ]  # fmt: skip


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_the_largest_numbers_do_not_overflow(values):
    mean, deviation = mean_and_deviation(values)
    assert min(values) <= mean <= max(values)
    assert deviation is None or deviation >= 0
