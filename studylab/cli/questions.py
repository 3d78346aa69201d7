"""`studylab questions`: listing them, and one in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import click

from studylab.cli import complete
from studylab.cli.as_json import picked, write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand, JsonGroup
from studylab.cli.options import EVERY, json_option
from studylab.cli.output import Cell, line, paragraph, table
from studylab.cli.question_edit import EDITS
from studylab.cli.question_filters import filters
from studylab.cli.question_options import filter_options
from studylab.cli.session import opened
from studylab.cli.times import local
from studylab.language import N_, _, listed
from studylab.store import question_list
from studylab.store.question_list import Filter
from studylab.store.questions import Question
from studylab.study.filtering import filter_words
from studylab.study.sources import source_words
from studylab.workspace import Workspace

KEYS = (
    "id",
    "uid",
    "text",
    "status",
    "week",
    "item",
    "paper",
    "place",
    "run",
    "step",
    "asked_at",
    "changed_at",
    "tags",
    "answers",
)


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each question"))
@filter_options
@click.option("--limit", type=click.IntRange(1, 1_000_000), metavar="N", help="The first N.")
@json_option
@click.pass_context
def questions(
    context: click.Context,
    wanted: Callable[[Workspace], Filter],
    limit: int | None,
    as_json: bool,
) -> None:
    """List what you asked, the newest first."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        filter = wanted(workspace)
        found = question_list.listing(workspace.db, **filter.arguments(), limit=limit or EVERY)
        if as_json:
            write_json([_record(question) for question in found])
            return
        table(
            [_row(question) for question in found],
            (_("id"), "", _("week"), _("about"), _("question")) if found else (),
            flexible=[3, 4],
        )
        if not found:
            _remark_none(workspace, filter)


@questions.command("show", cls=JsonCommand, keys=KEYS, of=N_("the question"))
@click.argument("number", type=int, metavar="ID", shell_complete=complete.questions)
@json_option
def show(number: int, as_json: bool) -> None:
    """One question in full, with its answers."""
    with opened() as workspace:
        question = question_list.get(workspace.db, number)
    if as_json:
        write_json(_record(question))
        return
    week = _("week {number}", number=question.week) if question.week is not None else ""
    _write_head(
        _("Question {number}", number=question.id),
        _(question.status),
        week,
        local(question.asked_at),
    )
    about = _about(question)
    if about:
        line(Cell(about, "cyan"))
    if question.tags:
        line(Cell(" ".join(f"#{tag}" for tag in question.tags), "cyan"))
    line("")
    paragraph(question.text)
    for found in question.answers:
        line("")
        _write_head(
            _("Answer {number}", number=found.id), local(found.answered_at), source_words(found)
        )
        line("")
        paragraph(found.text)


for _edit in EDITS:
    questions.add_command(_edit)
questions.add_command(filters)


def _write_head(what: str, *facts: str) -> None:
    # What `listed` puts between the two is not bold.
    line(Cell(what, "bold"), listed((what, *facts)).removeprefix(what))


def _remark_none(workspace: Workspace, filter: Filter) -> None:
    if filter == Filter():
        remark(_("no question yet; `studylab ask` records one"))
    elif filter == Filter("open"):
        remark(_("no question is open; `studylab ask` records one"))
    elif filter == Filter("answered"):
        remark(_("no question is answered; `studylab answer` records an answer"))
    else:
        told = _("no question is: {filter}", filter=filter_words(workspace, filter))
        remark(told)


def _record(question: Question) -> dict[str, object]:
    return picked(question, KEYS, answers=[asdict(found) for found in question.answers])


def _row(question: Question) -> list[Cell | str]:
    return [
        str(question.id),
        Cell(_("open"), "yellow") if question.open else Cell(_("answered"), "green"),
        "" if question.week is None else str(question.week),
        Cell(_about(question), "dim"),
        question.text,
    ]


def _about(question: Question) -> str:
    paper = question.paper if question.paper and question.item != f"paper-{question.paper}" else ""
    run = question.run
    if run and question.step is not None:
        run = _("{run} step {step}", run=run, step=question.step)
    return listed((question.item, paper, question.place, run))
