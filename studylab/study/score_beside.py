"""What stands beside a run's own figures: the baseline, and the same settings with other seeds."""

from __future__ import annotations

import math

from studylab.language import _
from studylab.runs.wording import metric_value
from studylab.store.runs import RunRow
from studylab.study.results import lab_results
from studylab.study.score_words import told_mean, told_seeds, told_verdict
from studylab.study.scores import Ranking, Score
from studylab.workspace import Workspace

Result = tuple[str, str, str]
"""Metric, split and data of a result."""


def lines_beside(workspace: Workspace, run: RunRow) -> dict[Result, str]:
    """A line for each result of a run; none where there is nothing to say.

    Raises:
        StoreError: the database can't be read.
    """
    found = {}
    for lab in lab_results(workspace, run.lab or None):
        for ranking in lab.rankings:
            for score in ranking.scores:
                if run.id in score.runs and (line := _line(ranking, score)):
                    found[ranking.place[1:4]] = line
    return found


def _line(ranking: Ranking, score: Score) -> str:
    metric, parts = ranking.place.metric, []
    if ranking.baseline is not None and math.isfinite(ranking.baseline):
        figure = metric_value(metric, ranking.baseline, exact=True)
        parts.append(_("baseline {figure}", figure=figure))
    if score.seeds > 1:
        mean, seeds = told_mean(metric, score), told_seeds(score)
        parts.append(_("over {seeds}: {mean}", seeds=seeds, mean=mean))
        parts += [told_verdict(score)] if told_verdict(score) else []
    else:
        parts.append(_("one seed: its noise is not known"))
    return " · ".join(parts)
