"""`studylab results`."""

from __future__ import annotations

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import EVERY, json_option
from studylab.cli.output import Cell, Row, table
from studylab.cli.runs import RESULT_KEYS
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.runs.wording import metric_value, shown_verdict, verdict_word
from studylab.store import runs as store
from studylab.store.runs import ResultRow

KEYS = ("run", "lab", *RESULT_KEYS, "time")


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each result"))
@click.option("--lab", metavar="NAME", shell_complete=complete.labs, help="Of this lab.")
@json_option
def results(lab: str | None, as_json: bool) -> None:
    """List what the runs reached, beside baseline and reference.

    Results on different data are never compared: each line names its data.
    """
    with opened(sync=True) as workspace:
        wanted = workspace.lab(lab).id if lab else None
        labs = {run.id: run.lab for run in store.listing(workspace.db, limit=EVERY)}
        found = [
            result
            for result in store.results(workspace.db)
            if wanted is None or labs.get(result.run) == wanted
        ]
    if as_json:
        write_json([picked(result, KEYS, lab=labs.get(result.run, "")) for result in found])
    elif found:
        found.sort(key=lambda r: (labs.get(r.run, ""), r.metric, r.split, r.data, r.time))
        table(
            [_row(result) for result in found],
            (
                _("run"),
                _("result"),
                _("on"),
                _("value"),
                _("baseline"),
                _("reference"),
                "",
            ),
            flexible=[1, 2, 6],
        )
    else:
        remark(_("no result yet; a lab reports them when it ends"))


def _row(result: ResultRow) -> Row:
    style = {"reached": "green", "collapsed": "red"}.get(verdict_word(result), "")
    return (
        result.run,
        result.metric,
        _("{split} ({data})", split=result.split, data=result.data),
        Cell(metric_value(result.metric, result.value), "bold"),
        _beside(result.metric, result.baseline),
        _beside(result.metric, result.reference),
        Cell(shown_verdict(result), style),
    )


def _beside(metric: str, value: float | None) -> Cell:
    return Cell("" if value is None else metric_value(metric, value, exact=True), "dim")
