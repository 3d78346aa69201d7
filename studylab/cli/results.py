"""`studylab results`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from studylab.cli import complete, output
from studylab.cli.as_json import picked, write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import EVERY, json_option
from studylab.cli.output import Cell, Row, line, table
from studylab.cli.runs import RESULT_KEYS
from studylab.cli.session import opened
from studylab.language import N_, _, listed
from studylab.runs.wording import metric_value
from studylab.store import runs as store
from studylab.study.export import results_file
from studylab.study.export.one_file import write
from studylab.study.results import COLUMNS, LabResults, in_order, lab_results
from studylab.study.score_words import (
    told_mean,
    told_place,
    told_seeds,
    told_settings,
    told_verdict,
)
from studylab.study.scores import Ranking, Score, Verdict
from studylab.workspace import Workspace

SCORE_KEYS = ("tier", "settings", "seed", "mean", "deviation", "seeds", "score", "best")
KEYS = ("run", "lab", *RESULT_KEYS, "time", *SCORE_KEYS)

MOST_RUNS = 3
"""Runs of a score that are named; the others are counted."""

_STYLES = {
    Verdict.BETTER: "green",
    Verdict.WITHIN_NOISE: "green",
    Verdict.WORSE: "yellow",
    Verdict.COLLAPSED: "red",
}


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each result"))
@click.argument("name", required=False, metavar="[LAB]", shell_complete=complete.labs)
@click.option("--lab", metavar="NAME", shell_complete=complete.labs, help="Of this lab.")
@click.option(
    "--sort",
    type=click.Choice(list(COLUMNS)),
    default="mean",
    metavar="COLUMN",
    help="mean (the best first), settings, deviation, seeds, verdict or newest.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(list(results_file.FORMATS)),
    help="Write csv, parquet, markdown or latex.",
)
@click.option("-o", "--output", "path", metavar="FILE", help="Where to; else it is printed.")
@json_option
def results(
    name: str | None,
    lab: str | None,
    sort: str,
    format: str | None,
    path: str | None,
    as_json: bool,
) -> None:
    """List what the runs reached, beside baseline and reference.

    Runs that differ only in their seed are one row: their mean, and their deviation from two seeds
    on. Results on other data, another split or another tier of data are never in one table.
    """
    if name and lab and name != lab:
        raise UsageProblem(_("LAB and --lab name two labs; give one"))
    if as_json and (format or path):
        raise UsageProblem(_("--json prints; it goes without --format and --output"))
    with opened(sync=True) as workspace:
        wanted = name or lab
        id = workspace.lab(wanted).id if wanted else None
        found = lab_results(workspace, id)
        if as_json:
            write_json(records(workspace, found, sort))
            return
    if format or path:
        _export(found, sort, format or _of_suffix(path), path)
        return
    if not found:
        remark(_("no result yet; a lab reports them when it ends"))
    first = True
    for each in found:
        for ranking in each.rankings:
            if not first:
                line("")
            first = False
            _write(each, ranking, sort)


def _of_suffix(path: str | None) -> str:
    suffix = Path(path or "").suffix.lower()
    return next((name for name, own in results_file.SUFFIXES.items() if own == suffix), "csv")


def _export(found: list[LabResults], sort: str, format: str, path: str | None) -> None:
    if path is None and format == "parquet":
        raise UsageProblem(_("parquet can't be printed; name a file with -o"))
    data = results_file.FORMATS[format](found, sort)
    if path is None:
        output.write(data.decode("utf-8-sig").replace("\r\n", "\n"))
    else:
        target = Path(path).expanduser()
        write(target, data)
        line(_("exported: {path}", path=target))


def records(workspace: Workspace, found: list[LabResults], sort: str) -> list[dict[str, Any]]:
    """Every result with the score that it is part of, for JSON."""
    by_run = {run.id: run for run in store.listing(workspace.db, limit=EVERY)}
    reported = {
        (each.run, each.metric, each.split, each.data): each for each in store.results(workspace.db)
    }
    told = []
    for lab in found:
        for ranking in lab.rankings:
            for score in in_order(ranking, sort, lab.declared):
                for id in score.runs:
                    run = by_run[id]
                    more = {
                        "lab": run.lab,
                        "tier": ranking.place.tier,
                        "settings": dict(run.settings),
                        "seed": run.seed,
                        "mean": score.mean,
                        "deviation": score.deviation,
                        "seeds": score.seeds,
                        "score": score.verdict.value,
                        "best": score.best,
                    }
                    told.append(picked(reported[(id, *ranking.place[1:4])], KEYS, **more))
    return told


def _write(lab: LabResults, ranking: Ranking, sort: str) -> None:
    metric = ranking.place.metric
    line(Cell(lab.name, "bold"), "  ", told_place(ranking.place))
    rows: list[Row] = []
    if ranking.reference is not None:
        value = metric_value(metric, ranking.reference.value, exact=True)
        source = Cell(ranking.reference.source, "dim")
        rows.append(("", Cell(_("reference"), "dim"), value, "", source, ""))
    if ranking.baseline is not None and math.isfinite(ranking.baseline):
        value = metric_value(metric, ranking.baseline, exact=True)
        rows.append(
            ("", Cell(_("baseline"), "dim"), value, "", Cell(_("nothing learned"), "dim"), "")
        )
    rows += [_row(lab, metric, score) for score in in_order(ranking, sort, lab.declared)]
    titles = ("", _("settings"), _("mean"), _("seeds"), _("verdict"), _("runs"))
    table(rows, titles, flexible=[1, 4, 5], indent=2)


def _row(lab: LabResults, metric: str, score: Score) -> Row:
    runs = listed(score.runs[-MOST_RUNS:])
    if len(score.runs) > MOST_RUNS:
        runs = _("{runs} and {count} more", runs=runs, count=len(score.runs) - MOST_RUNS)
    return (
        Cell("★" if score.best else "", "bold"),
        told_settings(score, lab.declared),
        Cell(told_mean(metric, score), "bold"),
        told_seeds(score),
        Cell(told_verdict(score), _STYLES.get(score.verdict, "")),
        Cell(runs, "dim"),
    )
