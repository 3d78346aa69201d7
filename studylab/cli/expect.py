"""`studylab expect`, and what other commands say of what was expected."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.runs.wording import read_state
from studylab.store import expectations
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.study.curve_shape import WORDS, Shape
from studylab.study.expectation import Gap, gap_of
from studylab.study.expectation_words import read_shape, read_value, told_expected, told_gap
from studylab.study.kept_gap import keep_as_missed, keep_as_question

Command = TypeVar("Command", bound=Callable[..., Any])

KEYS = ("run", "metric", "value", "shape", "why", "told_at")

GAP_KEYS = (*KEYS, "found", "got", "curve", "observed_shape", "differs", "late")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the options of a launch say of the run that is to come."""

    metric: str = ""
    value: float | None = None
    shape: str = ""


def _shapes(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return complete.offered([(shape.value, _(WORDS[shape])) for shape in Shape], incomplete)


def expect_options(command: Command) -> Command:
    """`--expect` and `--expect-shape` of a launch, which `expected_of` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def expected_of(expect: str | None, expect_shape: str | None) -> Expected | None:
    """What the options say; None where they were not given.

    Raises:
        BadExpectation: they can't be read.
    """
    if expect is None and expect_shape is None:
        return None
    metric, value = read_value(expect) if expect is not None else ("", None)
    return Expected(metric, value, read_shape(expect_shape) if expect_shape is not None else "")


def note_expected(run: str, expected: Expected | None) -> None:
    """Record what was said of a run that has been launched."""
    if expected is not None:
        with opened() as workspace:
            expectations.expect(
                workspace.db,
                run,
                metric=expected.metric,
                value=expected.value,
                shape=expected.shape,
            )


def write_gap(run: RunRow, found: Gap | None) -> None:
    """Print what was expected of a run and, when it has ended, what came of it."""
    if found is None:
        return
    line("")
    line(Cell(_("Expected"), "bold"))
    for text in gap_lines(run, found):
        line("  ", text)


def gap_lines(run: RunRow, found: Gap) -> list[str]:
    """The same as lines."""
    if not read_state(run.state).ended:
        return [told_expected(found.expected)]
    return told_gap(found)


@click.command(cls=JsonCommand, keys=GAP_KEYS, of=N_("what was expected"))
@click.argument("run", metavar="RUN", shell_complete=complete.runs)
@click.argument("value", required=False, metavar="[METRIC=VALUE]")
@click.option("--shape", metavar="SHAPE", shell_complete=_shapes,
              help="What the curve of the loss will do.")  # fmt: skip
@click.option("--why", metavar="TEXT", help="Why you expect it.")
@click.option("--ask", is_flag=True, help="Keep the gap as a question.")
@click.option("--missed", is_flag=True, help="Keep the gap as a missed point of the lab's paper.")
@click.option("--forget", is_flag=True, help="Take back what you expected.")
@click.option("--show", is_flag=True, help="Show it, as without any option.")
@json_option
def expect(
    run: str,
    value: str | None,
    shape: str | None,
    why: str | None,
    ask: bool,
    missed: bool,
    forget: bool,
    show: bool,
    as_json: bool,
) -> None:
    """Say what you expect of a run, and see what came of it.

    `studylab expect last accuracy=0.95 --shape falls` before it ends; `studylab expect last` after.
    Shapes: falls, levels-off, falls-then-rises, rises, rises-then-falls, flat, oscillates,
    diverges.
    """
    given = value is not None or shape is not None or why is not None
    if sum((given, ask, missed, forget, show)) > 1:
        raise UsageProblem(_("say what you expect, or keep it, or show it: one at a time"))
    with opened(sync=True) as workspace:
        row = store.get(workspace.db, run)
        if given:
            _change(workspace.db, row.id, value, shape, why)
        if forget:
            expectations.forget(workspace.db, row.id)
            line(_("nothing is expected of {run} any more", run=row.id))
            return
        found = gap_of(workspace.db, row.id, row.ended_at)
        if ask or missed:
            if found is None:
                raise expectations.NothingExpected(_("nothing was expected of {run}", run=row.id))
            if ask:
                number = keep_as_question(workspace, row, found)
                line(_("question {number}", number=number))
            else:
                number = keep_as_missed(workspace, row, found)
                line(_("missed point {id}", id=number))
            return
    if as_json:
        write_json(None if found is None else _record(found))
    elif found is None:
        remark(
            _(
                "nothing was expected of {run}; `studylab expect {run} accuracy=0.9` says it",
                run=row.id,
            )
        )
    else:
        for text in gap_lines(row, found):
            line(text)


def _change(
    db: sqlite3.Connection, run: str, value: str | None, shape: str | None, why: str | None
) -> None:
    """Record what is given; what is not stays as it was."""
    before = expectations.expectation(db, run)
    metric, number = (before.metric, before.value) if before else ("", None)
    if value is not None:
        metric, number = read_value(value)
    expectations.expect(
        db,
        run,
        metric=metric,
        value=number,
        shape=read_shape(shape) if shape is not None else (before.shape if before else ""),
        why=why if why is not None else (before.why if before else ""),
    )


def _record(found: Gap) -> dict[str, Any]:
    return {
        **picked(found.expected, KEYS),
        "found": found.found,
        "got": found.got,
        "curve": found.curve,
        "observed_shape": found.shape,
        "differs": found.differs,
        "late": found.late,
    }


_OPTIONS = (
    click.option("--expect", metavar="METRIC=VALUE", help="What you expect it to reach."),
    click.option(
        "--expect-shape",
        metavar="SHAPE",
        shell_complete=_shapes,
        help="What you expect the curve of the loss to do: `studylab expect --help` has the words.",
    ),
)
