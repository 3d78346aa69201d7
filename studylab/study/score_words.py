"""A score in words and figures, as the results table, the app and the exports show it."""

from __future__ import annotations

import math

from studylab.labspec import Setting
from studylab.language import N_, _, n_
from studylab.plain import one_line
from studylab.runs.wording import is_fraction, metric_value, setting_value
from studylab.study.results import changed
from studylab.study.scores import Place, Score

_TIERS = [N_("embedded"), N_("local"), N_("hub")]
"""Tiers as they are stored, for the catalogue."""


def told_mean(metric: str, score: Score) -> str:
    """`99.0 ± 0.3 %` over seeds, `99.0 %` of one seed."""
    if score.deviation is None or not math.isfinite(score.deviation):
        return metric_value(metric, score.mean)
    if is_fraction(metric):
        return f"{score.mean * 100:.1f} ± {score.deviation * 100:.1f} %"
    return f"{score.mean:.4g} ± {score.deviation:.2g}"


def told_settings(score: Score, declared: tuple[Setting, ...]) -> str:
    """What differs from the defaults, `rate=0.1 epochs=5`."""
    pairs = [f"{name}={setting_value(v)}" for name, v in changed(score, declared).items()]
    return one_line(" ".join(pairs)) or _("defaults")


def told_verdict(score: Score) -> str:
    """The verdict in the student's language; empty where there is nothing to hold it against."""
    if score.cut_short:
        return _("cut short")
    return _(score.verdict.value) if score.verdict else ""


def told_seeds(score: Score) -> str:
    """`5 seeds`."""
    return n_("{count} seed", "{count} seeds", score.seeds)


def told_place(place: Place) -> str:
    """What a ranking is about: `accuracy on test (digits, embedded)`."""
    tier = _(place.tier) if place.tier else _("tier not told")
    return _(
        "{metric} on {split} ({data}, {tier})",
        metric=one_line(place.metric, 60),
        split=one_line(place.split, 40),
        data=one_line(place.data, 40) or _("data not told"),
        tier=one_line(tier, 20),
    )
