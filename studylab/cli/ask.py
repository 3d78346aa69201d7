"""`studylab ask`, `answer` and `reopen`."""

from __future__ import annotations

import click

from studylab.cli import complete
from studylab.cli.compose import kept, text_of
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.names import find_item, find_paper, find_week
from studylab.cli.output import line
from studylab.cli.question_options import KINDS, kind_option, run_id, source_option, tag_option
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.store import question_list
from studylab.store import questions as store
from studylab.study.sources import advice, kind_of, tidied
from studylab.study.tagging import parse_tags
from studylab.syllabus.model import Item, Kind
from studylab.syllabus.papers import Paper
from studylab.workspace import Workspace

MOST_STEPS = 2**63 - 1
"""What the database holds."""


@click.command()
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@click.option("--week", type=int, metavar="N", help="The week it belongs to.")
@click.option("--item", metavar="ID", shell_complete=complete.items, help="What it is about.")
@click.option("--paper", metavar="ID", shell_complete=complete.papers, help="A paper.")
@click.option("--place", default="", metavar="TEXT", help="Where: a section, a minute, a line.")
@click.option("--run", metavar="ID", shell_complete=complete.runs, help="A run that showed it.")
@click.option("--step", type=click.IntRange(0), metavar="N", help="A step of the run.")
@tag_option(help=N_("A tag; may be given again for another."))
def ask(
    words: tuple[str, ...],
    week: int | None,
    item: str | None,
    paper: str | None,
    place: str,
    run: str | None,
    step: int | None,
    tags: tuple[str, ...],
) -> None:
    """Record what you do not understand.

    TEXT may be several words; `-` reads it from a pipe; without any your editor opens. It belongs
    to the week of its item or paper, else to the one you are in, unless --week says otherwise.
    """
    if step is not None and run is None:
        raise UsageProblem(_("--step needs --run: which run is it a step of?"))
    if step is not None and step > MOST_STEPS:
        raise UsageProblem(_("--step {step}: no run goes that far", step=step))
    with opened() as workspace:
        about = find_item(workspace, item) if item else None
        read = find_paper(workspace, paper) if paper else None
        if read is None and about is not None and about.kind is Kind.PAPER:
            read = workspace.papers.get(about.ref)
        of_week = _week(workspace, week, about, read)
        of_run = run_id(workspace, run) if run else ""
        text = text_of(words, workspace.settings, _("a question"))
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
                tags=parse_tags(" ".join(tags))[0],
            )
        line(_("question {number}, week {week}", number=number, week=of_week))


@click.command()
@click.argument("number", type=int, metavar="ID", shell_complete=complete.questions)
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@source_option(help=N_("Where you found it, such as `P32 12:40` or a link."))
@kind_option(help=N_("What that is: video, page, link, person or own thinking."))
@click.option("--not-settled", is_flag=True, help="The question stays open.")
def answer(
    number: int, words: tuple[str, ...], source: str | None, kind: str | None, not_settled: bool
) -> None:
    """Answer question ID, which closes it. TEXT is as for `ask`."""
    with opened() as workspace:
        asked = question_list.get(workspace.db, number)
        text = text_of(words, workspace.settings, _("an answer"), about=asked.text)
        source = source or ""
        of_kind = KINDS[kind] if kind else kind_of(source)
        with kept(text):
            store.answer(
                workspace.db,
                number,
                text,
                source=tidied(of_kind, source),
                source_kind=of_kind,
                accepted=not not_settled,
            )
        if not_settled:
            line(_("question {number} has an answer, and stays open", number=number))
        else:
            line(_("question {number} is answered", number=number))
        better = advice(workspace.syllabus, of_kind, source, of_paper=bool(asked.paper))
        if better:
            remark(better)


@click.command()
@click.argument(
    "numbers", type=int, nargs=-1, required=True, metavar="ID...", shell_complete=complete.questions
)
def reopen(numbers: tuple[int, ...]) -> None:
    """Make questions open again; their answers stay."""
    with opened() as workspace:
        store.reopen(workspace.db, *numbers)
        for number in numbers:
            line(_("question {number} is open", number=number))


def _week(workspace: Workspace, given: int | None, item: Item | None, paper: Paper | None) -> int:
    if given is not None:
        return find_week(workspace, given).number
    if item is not None:
        return item.week
    if paper is not None:
        return paper.week
    return workspace.current_week().number
