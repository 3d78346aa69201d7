"""`studylab ask`, `answer`, `reopen` and `questions`."""

from __future__ import annotations

from dataclasses import asdict

import click

from studylab.cli import complete
from studylab.cli.as_json import keys_note, picked, write_json
from studylab.cli.compose import kept, text_of
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.names import find_item, find_paper, find_week
from studylab.cli.options import EVERY, json_option, week_option
from studylab.cli.output import Cell, line, paragraph, table
from studylab.cli.session import opened, sync_runs
from studylab.cli.times import local
from studylab.store import question_list, runs
from studylab.store import questions as store
from studylab.store.questions import Question
from studylab.syllabus.model import Item, Kind
from studylab.syllabus.papers import Paper
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
    "answers",
)


@click.command()
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@click.option("--week", type=int, metavar="N", help="The week it belongs to.")
@click.option("--item", metavar="ID", shell_complete=complete.items, help="What it is about.")
@click.option("--paper", metavar="ID", shell_complete=complete.papers, help="A paper.")
@click.option("--place", default="", metavar="TEXT", help="Where: a section, a minute, a line.")
@click.option("--run", metavar="ID", shell_complete=complete.runs, help="A run that showed it.")
@click.option("--step", type=click.IntRange(0, 2**63 - 1), metavar="N", help="A step of the run.")
def ask(
    words: tuple[str, ...],
    week: int | None,
    item: str | None,
    paper: str | None,
    place: str,
    run: str | None,
    step: int | None,
) -> None:
    """Record what you do not understand.

    TEXT may be several words; `-` reads it from a pipe; without any your editor opens. It belongs
    to the week of its item or paper, else to the one you are in, unless --week says otherwise.
    """
    if step is not None and run is None:
        raise UsageProblem("--step needs --run: which run is it a step of?")
    with opened() as workspace:
        about = find_item(workspace, item) if item else None
        read = find_paper(workspace, paper) if paper else None
        if read is None and about is not None and about.kind is Kind.PAPER:
            read = workspace.papers.get(about.ref)
        of_week = _week(workspace, week, about, read)
        of_run = _run_id(workspace, run) if run else ""
        text = text_of(words, workspace.settings, "a question")
        with kept(text):
            number = store.ask(
                workspace.db,
                text,
                week=of_week,
                item=about.id if about else "",
                paper=read.id if read else "",
                place=place,
                run=of_run,
                step=step,
            )
        line(f"question {number}, week {of_week}")


@click.command()
@click.argument("number", type=int, metavar="ID", shell_complete=complete.questions)
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@click.option("--source", default="", metavar="TEXT", help="Where you found it.")
def answer(number: int, words: tuple[str, ...], source: str) -> None:
    """Answer question ID, which closes it. TEXT is as for `ask`."""
    with opened() as workspace:
        asked = question_list.get(workspace.db, number)
        text = text_of(words, workspace.settings, "an answer", about=asked.text)
        with kept(text):
            store.answer(workspace.db, number, text, source=source)
        line(f"question {number} is answered")


@click.command()
@click.argument("number", type=int, metavar="ID", shell_complete=complete.questions)
def reopen(number: int) -> None:
    """Make question ID open again; its answers stay."""
    with opened() as workspace:
        store.reopen(workspace.db, number)
        line(f"question {number} is open")


@click.group(invoke_without_command=True, epilog=keys_note(KEYS, "each question"))
@click.option(
    "--open", "status", flag_value="open", default="open", help="Open ones (the default)."
)
@click.option("--answered", "status", flag_value="answered", help="Answered ones.")
@click.option("--all", "status", flag_value="all", help="Both.")
@week_option
@click.option("--paper", metavar="ID", shell_complete=complete.papers, help="About this paper.")
@click.option("--find", "containing", default="", metavar="TEXT", help="With these words.")
@json_option
@click.pass_context
def questions(
    context: click.Context,
    status: str,
    week: int | None,
    paper: str | None,
    containing: str,
    as_json: bool,
) -> None:
    """List what you asked, the newest first."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        found = question_list.listing(
            workspace.db,
            status=None if status == "all" else status,
            week=None if week is None else find_week(workspace, week).number,
            paper=find_paper(workspace, paper).id if paper else None,
            containing=containing,
            limit=EVERY,
        )
        if as_json:
            write_json([_record(question) for question in found])
            return
        table(
            [_row(question) for question in found],
            ("id", "", "week", "about", "question") if found else (),
            flexible=[3, 4],
        )
        if not found:
            which = "no question yet" if status == "all" else f"no question is {status}"
            remark(f"{which}; `studylab ask` records one")


@questions.command("show", epilog=keys_note(KEYS, "the question"))
@click.argument("number", type=int, metavar="ID", shell_complete=complete.questions)
@json_option
def show(number: int, as_json: bool) -> None:
    """One question in full, with its answers."""
    with opened() as workspace:
        question = question_list.get(workspace.db, number)
    if as_json:
        write_json(_record(question))
        return
    about = _about(question)
    week = f", week {question.week}" if question.week is not None else ""
    line(
        Cell(f"Question {question.id}", "bold"),
        f", {question.status}{week}, {local(question.asked_at)}",
    )
    if about:
        line(Cell(about, "cyan"))
    line("")
    paragraph(question.text)
    for found in question.answers:
        line("")
        where = f", {found.source}" if found.source else ""
        line(Cell("Answer", "bold"), f", {local(found.answered_at)}{where}")
        line("")
        paragraph(found.text)


def _week(workspace: Workspace, given: int | None, item: Item | None, paper: Paper | None) -> int:
    if given is not None:
        return find_week(workspace, given).number
    if item is not None:
        return item.week
    if paper is not None:
        return paper.week
    return workspace.current_week().number


def _run_id(workspace: Workspace, run: str) -> str:
    sync_runs(workspace.db)
    return runs.get(workspace.db, run).id


def _record(question: Question) -> dict[str, object]:
    return picked(question, KEYS, answers=[asdict(found) for found in question.answers])


def _row(question: Question) -> list[Cell | str]:
    return [
        str(question.id),
        Cell("open", "yellow") if question.open else Cell("answered", "green"),
        "" if question.week is None else str(question.week),
        Cell(_about(question), "dim"),
        question.text,
    ]


def _about(question: Question) -> str:
    paper = question.paper if question.paper and question.item != f"paper-{question.paper}" else ""
    run = question.run
    if run and question.step is not None:
        run = f"{run} step {question.step}"
    return ", ".join(filter(None, (question.item, paper, question.place, run)))
