"""A score as a row of the results, and the rows above it that it is held against."""

from __future__ import annotations

import math

from textual.content import Content

from studylab.labspec import Setting
from studylab.language import N_, _
from studylab.plain import one_line
from studylab.runs.wording import metric_value
from studylab.study.score_words import told_mean, told_settings, told_verdict
from studylab.study.scores import Ranking, Score, Verdict
from studylab.tui.tones import BAD, GOOD, QUIET, WARN
from studylab.tui.widgets.row_list import Column, Row

REFERENCE, BASELINE = "*reference", "*baseline"
"""Keys of the rows that are no scores; no run is called so."""

COLUMNS = (
    Column(1),
    Column(16, title=N_("Mean"), align="right"),
    Column(5, title=N_("Seeds"), align="right", needs=50),
    Column(20, title=N_("Verdict")),
    Column(title=N_("Settings")),
    Column(18, title=N_("Newest run"), needs=100),
)

_TONES = {
    Verdict.BETTER: GOOD,
    Verdict.WITHIN_NOISE: GOOD,
    Verdict.WORSE: WARN,
    Verdict.COLLAPSED: BAD,
    Verdict.UNKNOWN: QUIET,
}
_SYMBOLS = {
    Verdict.BETTER: "✓",
    Verdict.WITHIN_NOISE: "~",
    Verdict.WORSE: "↓",
    Verdict.COLLAPSED: "✗",
    Verdict.UNKNOWN: " ",
}
"""One cell each, so that a verdict is never told by its colour alone."""


def reference_row(ranking: Ranking) -> Row | None:
    """The published figure; None where there is none."""
    reference = ranking.reference
    if reference is None or not math.isfinite(reference.value):
        return None
    figure = metric_value(ranking.place.metric, reference.value, exact=True)
    return _quiet_row(REFERENCE, figure, _("reference"), reference.source)


def baseline_row(ranking: Ranking) -> Row | None:
    """The trivial baseline; None where nobody told it."""
    baseline = ranking.baseline
    if baseline is None or not math.isfinite(baseline):
        return None
    figure = metric_value(ranking.place.metric, baseline, exact=True)
    return _quiet_row(BASELINE, figure, _("baseline"), _("what is had without learning"))


def score_row(ranking: Ranking, score: Score, declared: tuple[Setting, ...]) -> Row:
    """Runs that differ only in their seed."""
    tone = _TONES[score.verdict]
    verdict = f"{_SYMBOLS[score.verdict]} {told_verdict(score)}"
    return Row(
        score.runs[0],
        (
            Content.styled("★" if score.best else "", GOOD),
            Content.styled(told_mean(ranking.place.metric, score), "bold"),
            str(score.seeds),
            Content.styled(verdict, tone),
            told_settings(score, declared),
            Content.styled(one_line(score.runs[-1]), QUIET),
        ),
    )


def _quiet_row(key: str, figure: str, what: str, source: str) -> Row:
    cells = ("", figure, "", f"  {what}", one_line(source, 200), "")
    return Row(key, tuple(Content.styled(cell, QUIET) for cell in cells))
