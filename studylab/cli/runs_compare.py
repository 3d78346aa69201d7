"""`studylab runs compare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from rich.cells import cell_len

from studylab.cli import complete, output
from studylab.cli.as_json import picked, write_json
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.problem import Refused
from studylab.runs.wording import SYMBOLS, read_state
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.study.compared_runs import subject
from studylab.study.comparison import TITLES, Row, Section, compare

KEYS = ("runs", *(section.value for section in Section))
RUN_KEYS = ("id", "lab", "state", "step", "steps")
ROW_KEYS = ("name", "differs", "values")

MARK = "*"
WIDEST_NAME, LEAST_COLUMN, WIDEST_COLUMN = 30, 10, 24


class TooFewRuns(Refused):
    """Fewer than two runs were named."""


@click.command("compare", cls=JsonCommand, keys=KEYS, of=N_("the comparison"))
@click.argument("ids", metavar="ID ID ...", nargs=-1, shell_complete=complete.runs)
@json_option
def compare_runs(ids: tuple[str, ...], as_json: bool) -> None:
    """Settings, results and circumstances of several runs side by side, differences first.

    ID may be short, or `last`. What differs is marked; --json has the values of each row by the id
    of the run, and a run without a value is left out there.
    """
    with opened(sync=True) as workspace:
        found = {run.id: run for run in (store.get(workspace.db, id) for id in ids)}
        if len(found) < 2:
            raise TooFewRuns(
                _(
                    "a comparison needs two different runs or more; `studylab runs` lists them, "
                    "`studylab runs compare ID ID` compares"
                )
            )
        rows = compare([subject(workspace.db, run) for run in found.values()])
    runs = list(found.values())
    if as_json:
        more: dict[str, Any] = {"runs": [picked(run, RUN_KEYS) for run in runs]}
        for section in Section:
            more[section] = [picked(row, ROW_KEYS) for row in rows if row.section is section]
        write_json(more)
        return
    for number, part in enumerate(_parts(runs, rows)):
        if number:
            line("")
        _write(part, rows)


def _parts(runs: Sequence[RunRow], rows: Sequence[Row]) -> list[Sequence[RunRow]]:
    """The runs in as many tables as the width of the terminal needs."""
    room = output.width()
    if room is None:
        return [runs]
    name = min(WIDEST_NAME, max(cell_len(row.title) for row in rows)) if rows else 0
    widest = max(LEAST_COLUMN, *(cell_len(run.id) for run in runs))
    count = max(1, (room - name - 3) // (min(widest, WIDEST_COLUMN) + 2))
    return [runs[start : start + count] for start in range(0, len(runs), count)]


def _write(runs: Sequence[RunRow], rows: Sequence[Row]) -> None:
    lines: list[output.Row] = [
        ("", "", *(Cell(run.id, "bold") for run in runs)),
        ("", "", *(_state(run) for run in runs)),
    ]
    for section in Section:
        of_section = [row for row in rows if row.section is section]
        if of_section:
            lines.append(("", Cell(_(TITLES[section]), "bold"), *("" for _run in runs)))
        lines += [_line(row, runs) for row in of_section]
    table(lines, flexible=range(1, len(runs) + 2))


def _line(row: Row, runs: Sequence[RunRow]) -> output.Row:
    quiet = "" if row.differs else "dim"
    values = [Cell(row.told(run.id), quiet) for run in runs]
    return Cell(MARK if row.differs else "", "yellow"), Cell(row.title, "dim"), *values


def _state(run: RunRow) -> Cell:
    state = read_state(run.state)
    return Cell(f"{SYMBOLS[state]} {_(state.value)}", "dim")
