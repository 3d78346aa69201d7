"""A run that learns is left in peace, however noisy it is, at every moment."""

from __future__ import annotations

import random

import pytest

from studylab.metrics.series import Series
from studylab.study.diagnosis.watch import Watch
from tests.study.sick_runs import curve, falling, findings, series, spec


def healthy(seed: int) -> tuple[dict[str, Series], int]:
    """A classifier of ten classes of some size, speed and noise, with validation."""
    chance = random.Random(seed)
    steps = chance.choice([200, 468, 2000, 20_000])
    noise = chance.choice([0.02, 0.05, 0.15, 0.3])
    speed = chance.choice([3.0, 8.0, 40.0])
    every = max(1, steps // chance.choice([50, 200, 1000]))
    evaluations = max(1, steps // chance.choice([5, 12, 60]))
    loss = falling(2.35, 0.05, speed)
    right = lambda share: 1 - 0.9 * loss(share) / 2.35  # noqa: E731
    return {
        "train/loss": curve(loss, steps, noise=noise, every=every, seed=seed),
        "train/accuracy": curve(right, steps, noise=0.05, every=every, seed=seed + 1),
        "val/loss": curve(falling(2.3, 0.1, speed), steps, noise=0.04, every=evaluations,
                          seed=seed + 2),
        "val/accuracy": series(
            # Of 360 pictures: the very same figure again and again, once it is through.
            (s, round(360 * right(s / steps)) / 360)
            for s in range(evaluations, steps + 1, evaluations)
        ),
        "grad_norm": curve(lambda _share: 1.0, steps, noise=0.5, every=every, seed=seed + 3),
        "lr": curve(lambda s: min(1.0, s / 0.05) * (1 - 0.9 * s), steps, every=every),
    }, steps  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_a_noisy_run_that_falls_gives_no_finding_at_any_moment(seed: int) -> None:
    whole, steps = healthy(seed)
    watch = Watch()
    watch.known.take_spec(spec(learning_rate=0.1, warm_up_steps=steps // 20))
    watch.known.steps, watch.known.classes = steps, 10
    watch.known.baselines.add(0.11)
    growing = {name: Series() for name in whole}
    for part in range(1, 41):
        for name, points in whole.items():
            there, until = len(growing[name]), len(points) * part // 40
            growing[name].extend(points.steps[there:until], points.values[there:until],
                                 points.times[there:until])  # fmt: skip
        assert watch.findings(growing) == [], f"at {part / 40:.0%}"


@pytest.mark.parametrize("seed", range(20))
def test_a_slow_language_model_that_passes_ln_of_its_vocabulary_gives_none(seed: int) -> None:
    found = findings(
        {"loss": curve(falling(4.3, 1.5, 4), 5000, noise=0.03, every=5, seed=seed, until=0.6)},
        steps=5000,
        classes=65,
    )
    assert found == []


@pytest.mark.parametrize("seed", range(20))
def test_a_held_out_loss_that_stays_level_gives_none(seed: int) -> None:
    curves = {
        "train/loss": curve(falling(2.3, 0.01, 6), 3000, noise=0.1, seed=seed),
        "val/loss": curve(falling(2.3, 0.3, 20), 3000, noise=0.06, every=60, seed=seed),
    }
    assert findings(curves, steps=3000, classes=10) == []


def test_a_run_that_is_through_at_its_start_is_no_flat_one() -> None:
    resumed = {"train/loss": curve(lambda _share: 0.1, 1000, noise=0.02)}
    assert findings(resumed, steps=1000, events=[("resumed", {})]) == []


def test_a_loss_first_logged_late_may_have_fallen_before() -> None:
    late = {"loss": series((s, 0.05) for s in range(500, 5001, 10))}
    assert findings(late, steps=5000) == []


def test_the_search_for_a_learning_rate_is_no_warm_up() -> None:
    search = {"lr": curve(lambda share: 1e-7 * 10 ** (8 * share), 1000)}
    assert findings(search, steps=1000) == []


def test_a_part_of_a_loss_may_rise_by_right() -> None:
    gan = {"loss_generator": curve(lambda s: 1 + 3 * s, 1000, noise=0.1)}
    assert findings(gan, steps=1000) == []
