"""What the runs reached, lab by lab: rankings of scores, and the columns they are sorted by."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylab.labspec import Setting
from studylab.runs.data_told import told
from studylab.runs.directory import RunDirectory
from studylab.runs.wording import changed_settings
from studylab.store import runs as store
from studylab.store.overview import results_of
from studylab.store.runs import RunRow
from studylab.study.scores import Ranking, Score, Scored, Verdict, rankings
from studylab.workspace import Workspace

EVERY = 1 << 62


@dataclass(frozen=True, slots=True)
class LabResults:
    """The rankings of one lab, or of one command that is called `name`."""

    name: str
    declared: tuple[Setting, ...]
    rankings: tuple[Ranking, ...]


def lab_results(workspace: Workspace, lab: str | None = None) -> list[LabResults]:
    """The results of one lab, or of all and of commands, by name.

    Raises:
        StoreError: the database can't be read.
    """
    runs = store.listing(workspace.db, lab=lab, limit=EVERY)
    by_run = results_of(workspace.db, [run.id for run in runs])
    scored: dict[str, list[Scored]] = {}
    for run in reversed(runs):
        if run.id in by_run:
            scored.setdefault(_name(run), []).extend(_scored(run, by_run[run.id]))
    return [_of_lab(workspace, name, found) for name, found in sorted(scored.items())]


def changed(score: Score, declared: tuple[Setting, ...]) -> dict[str, Any]:
    """The settings of a score that differ from the lab's defaults; all, of a command."""
    return changed_settings(dict(score.settings), declared)


def in_order(
    ranking: Ranking, column: str, declared: tuple[Setting, ...], *, reverse: bool = False
) -> list[Score]:
    """The scores of a ranking by a column of `COLUMNS`; those without a mean come last."""
    keys = COLUMNS[column](ranking, declared)
    ordered = sorted(ranking.scores, key=keys, reverse=reverse)
    return sorted(ordered, key=lambda score: not math.isfinite(score.mean))


Key = Callable[[Score], Any]


def _by_value(ranking: Ranking, _declared: tuple[Setting, ...]) -> Key:
    sign = -1 if ranking.higher_is_better else 1
    return lambda score: sign * score.mean if math.isfinite(score.mean) else 0.0


def _by_settings(_ranking: Ranking, declared: tuple[Setting, ...]) -> Key:
    return lambda score: sorted((name, str(v)) for name, v in changed(score, declared).items())


_RANK = [Verdict.BETTER, Verdict.WITHIN_NOISE, Verdict.WORSE, Verdict.UNKNOWN, Verdict.COLLAPSED]

COLUMNS: dict[str, Callable[[Ranking, tuple[Setting, ...]], Key]] = {
    "mean": _by_value,
    "settings": _by_settings,
    "deviation": lambda _ranking, _declared: (
        lambda s: math.inf if s.deviation is None else s.deviation
    ),
    "seeds": lambda _ranking, _declared: lambda score: -score.seeds,
    "verdict": lambda _ranking, _declared: lambda score: _RANK.index(score.verdict),
    "newest": lambda _ranking, _declared: lambda score: -score.newest,
}
"""What a table of results can be sorted by: the best, the most, the newest first."""


def _of_lab(workspace: Workspace, name: str, found: Sequence[Scored]) -> LabResults:
    entry = next((each for each in workspace.labs if each.id == name), None)
    return LabResults(
        name=name,
        declared=entry.settings if entry is not None else (),
        rankings=tuple(rankings(found, entry.declared.references if entry is not None else ())),
    )


def _name(run: RunRow) -> str:
    """The lab, or what the run of a command is called without its five characters."""
    return run.lab or run.id.rsplit("-", 1)[0]


def _scored(run: RunRow, results: Sequence[store.ResultRow]) -> list[Scored]:
    known = told(RunDirectory(Path(run.directory)))
    return [
        Scored(
            run=run.id,
            lab=_name(run),
            settings=run.settings,
            seed=run.seed,
            tier=known.tier(result.metric, result.split, result.data),
            result=result,
        )
        for result in results
    ]
