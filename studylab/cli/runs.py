"""`studylab runs`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.diagnose import write_findings
from studylab.cli.expect import write_gap
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand, JsonGroup
from studylab.cli.options import json_option
from studylab.cli.output import Cell, Row, line, table
from studylab.cli.runs_clean import COMMANDS as CLEANING
from studylab.cli.runs_compare import compare_runs
from studylab.cli.runs_evidence import evidence_record, write_evidence
from studylab.cli.runs_export import export_runs, plot
from studylab.cli.runs_import import import_runs
from studylab.cli.runs_keep import MARKS, offered_tags
from studylab.cli.runs_repeat import repeat_run
from studylab.cli.runs_scalars import hint, scalars
from studylab.cli.session import opened
from studylab.cli.status import steps
from studylab.cli.times import between, local
from studylab.language import N_, _
from studylab.runs.directory import State
from studylab.runs.wording import (
    SYMBOLS,
    duration,
    metric_value,
    read_state,
    setting_value,
    told_reason,
    told_result,
)
from studylab.store import runs as store
from studylab.store.database import now
from studylab.store.runs import ResultRow, RunRow
from studylab.study.expectation import gap_of
from studylab.study.score_beside import lines_beside

KEYS = (
    "id",
    "lab",
    "state",
    "reason",
    "exit_code",
    "signal",
    "created_at",
    "started_at",
    "ended_at",
    "step",
    "steps",
    "settings",
    "seed",
    "command",
    "host",
    "directory",
    "star",
    "tags",
    "note",
    "archived",
)

SHOW_KEYS = (*KEYS, "metrics", "results", "evidence")

RESULT_KEYS = (
    "metric",
    "split",
    "data",
    "value",
    "baseline",
    "reference",
    "reference_source",
    "higher_is_better",
    "reached",
    "verdict",
)

STYLES = {
    State.RUNNING: "cyan",
    State.STARTING: "cyan",
    State.QUEUED: "dim",
    State.STOPPING: "yellow",
    State.FINISHED: "green",
    State.FAILED: "red",
    State.STOPPED: "yellow",
    State.LOST: "red",
}


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each run"))
@click.option("--lab", metavar="NAME", shell_complete=complete.labs, help="Of this lab.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    metavar="STATE",
    help="In this state; may be given again for another.",
)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=1000, metavar="N",
              help="The newest N; 1000 if not given.")  # fmt: skip
@click.option("--starred", is_flag=True, help="Only those with a star.")
@click.option("--tag", metavar="TAG", shell_complete=offered_tags, help="Only with this tag.")
@click.option("--all", "every", is_flag=True, help="Those that are archived too.")
@json_option
@click.pass_context
def runs(
    context: click.Context,
    lab: str | None,
    states: tuple[str, ...],
    limit: int,
    starred: bool,
    tag: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """List the runs, the newest first."""
    if context.invoked_subcommand:
        return
    with opened(sync=True) as workspace:
        found = store.listing(
            workspace.db,
            lab=workspace.lab(lab).id if lab else None,
            states=states or None,
            starred=starred or None,
            tag=tag,
            archived=None if every else False,
            limit=limit,
        )
    if as_json:
        write_json([picked(run, KEYS) for run in found])
    elif found:
        table(
            [_row(run) for run in found],
            (_("run"), _("state"), _("started"), _("took"), _("progress"), ""),
            flexible=[5],
        )
    elif lab or states or starred or tag:
        remark(_("no such run"))
    else:
        remark(_("no run yet; `studylab run cnn` starts one"))


@runs.command("show", cls=JsonCommand, keys=SHOW_KEYS, of=N_("the run"))
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@json_option
def show(id: str, as_json: bool) -> None:
    """One run: how it was started, how it ended, what it reached. ID may be short, or `last`."""
    with opened(sync=True) as workspace:
        run = store.get(workspace.db, id)
        results = store.results(workspace.db, run.id)
        last = store.last_values(workspace.db, run.id)
        beside = lines_beside(workspace, run) if results and not as_json else {}
        found = gap_of(workspace.db, run.id, run.ended_at)
    if as_json:
        more: dict[str, Any] = {
            "metrics": {m.name: {"step": m.step, "value": m.value} for m in last},
            "results": [picked(result, RESULT_KEYS) for result in results],
            "evidence": evidence_record(Path(run.directory)),
        }
        write_json(picked(run, SHOW_KEYS, **more))
    else:
        _write(run, results, last, beside)
        write_findings(Path(run.directory))
        write_gap(run, found)
        write_evidence(Path(run.directory))


def _row(run: RunRow) -> Row:
    return (
        run.id,
        _state(run),
        local(run.started_at or run.created_at),
        took(run),
        steps(run),
        Cell("  ".join(filter(None, (_marks(run), _reason(run)))), "dim"),
    )


def _reason(run: RunRow) -> str:
    return told_reason(read_state(run.state), run.reason)


def _marks(run: RunRow) -> str:
    return " ".join([*(["★"] if run.star else []), *(f"#{tag}" for tag in run.tags)])


def took(run: RunRow) -> str:
    """How long a run has taken, so far if it has not ended."""
    seconds = between(run.started_at, run.ended_at or now())
    return "" if seconds is None else duration(seconds)


def _state(run: RunRow) -> Cell:
    state = read_state(run.state)
    return Cell(f"{SYMBOLS[state]} {_(run.state)}", STYLES[state])


def _write(
    run: RunRow,
    results: list[ResultRow],
    last: list[store.MetricRow],
    beside: dict[tuple[str, str, str], str],
) -> None:
    reason = told_reason(read_state(run.state), run.reason)
    line(Cell(run.id, "bold"), "  ", _state(run), f"  {reason}")
    told = [
        (_("lab"), run.lab),
        (_("command"), shlex.join(run.command)),
        (_("started"), local(run.started_at or run.created_at)),
        (_("took"), took(run)),
        (_("progress"), steps(run)),
        (_("host"), run.host),
        (_("directory"), run.directory),
        (_("marks"), _marks(run)),
        (_("note"), run.note),
    ]
    table(
        [(Cell(name, "dim"), value) for name, value in told if value],
        flexible=[1],
        indent=2,
    )
    if run.settings:
        _heading(_("Settings"))
        rows = [(Cell(name, "dim"), setting_value(value)) for name, value in run.settings.items()]
        table(rows, flexible=[1], indent=2)
    if last:
        _heading(_("Last values"))
        table(
            [
                (
                    Cell(m.name, "dim"),
                    metric_value(m.name, m.value),
                    _("step {step}", step=m.step),
                )
                for m in last
            ],
            flexible=[0],
            indent=2,
        )
    if not last and (more := hint(Path(run.directory))):
        line("")
        line(more)
    if results:
        _heading(_("Results"))
        for result in results:
            line("  ", told_result(result))
            if aside := beside.get((result.metric, result.split, result.data)):
                line("    ", Cell(aside, "dim"))


runs.add_command(compare_runs)
runs.add_command(export_runs)
runs.add_command(plot)
runs.add_command(repeat_run)
runs.add_command(import_runs)
for _command in (*MARKS, *CLEANING):
    runs.add_command(_command)
runs.add_command(scalars)


def _heading(text: str) -> None:
    line("")
    line(Cell(text, "bold"))
