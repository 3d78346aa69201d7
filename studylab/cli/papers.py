"""`studylab papers`."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from pathlib import Path

import click

from studylab.cli import complete
from studylab.cli.add_paper import add
from studylab.cli.as_json import picked, write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import complain, remark
from studylab.cli.json_command import JsonCommand, JsonGroup
from studylab.cli.markdown import write_markdown
from studylab.cli.names import find_paper
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.session import opened
from studylab.cli.times import local
from studylab.language import N_, _, listed
from studylab.store import missed, progress, question_list
from studylab.store.progress import PaperState
from studylab.study import passes
from studylab.syllabus.papers import Paper
from studylab.workspace import Workspace

KEYS = (
    "id",
    "short",
    "title",
    "title_zh",
    "authors",
    "venue",
    "year",
    "week",
    "optional",
    "paper",
    "code",
    "project",
    "state",
    "open_questions",
    "missed",
    "note",
)
HISTORY_KEYS = ("state", "at")

_STYLES = {PaperState.TO_READ: "dim", PaperState.DONE: "green"}


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each paper"))
@json_option
@click.pass_context
def papers(context: click.Context, as_json: bool) -> None:
    """List the papers, and how far each is read."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        for complaint in workspace.complaints:
            complain(complaint)
        states = passes.states(workspace)
        asked = Counter[str]()
        for _week, paper, status, count in question_list.tally(workspace.db):
            asked[paper] += count if status == "open" else 0
        found = Counter(missed.tally(workspace.db))
        ordered = sorted(workspace.papers.values(), key=lambda p: (p.week, p.optional, p.year))
        if as_json:
            write_json(
                [
                    picked(
                        paper,
                        KEYS,
                        state=states[paper.id].value,
                        open_questions=asked[paper.id],
                        missed=found[paper.id],
                        note=_existing(workspace.note_file(paper.id)),
                    )
                    for paper in ordered
                ]
            )
            return
        table(
            [_row(workspace, p, states[p.id], asked[p.id], found[p.id]) for p in ordered],
            (_("id"), _("week"), _("state"), _("open"), _("missed"), "", _("title"), ""),
            flexible=[6],
        )


@papers.command("show")
@click.argument("paper", metavar="ID", shell_complete=complete.papers)
@click.option("--answers", is_flag=True, help="With the answers, before the comparison too.")
def show(paper: str, answers: bool) -> None:
    """A paper's guide: what to look for, key equations, check questions.

    Answers, and what a first pass tends to miss, come once it is at the comparison.
    """
    with opened() as workspace:
        found = find_paper(workspace, paper)
        answers = answers or passes.compared(passes.state_of(workspace, found))
        guide = passes.shown_guide(workspace, found, answers=answers)
        _write_head(workspace, found)
        if guide:
            line("")
            write_markdown(guide)
        else:
            remark(_("nothing is written about it yet"))


@papers.command("history", cls=JsonCommand, keys=HISTORY_KEYS, of=N_("each state"))
@click.argument("paper", metavar="ID", shell_complete=complete.papers)
@json_option
def history(paper: str, as_json: bool) -> None:
    """When a paper was in which state, the oldest first."""
    with opened() as workspace:
        found = find_paper(workspace, paper)
        steps = progress.paper_history(workspace.db, found.id)
        if as_json:
            write_json([{"state": state.value, "at": at} for state, at in steps])
            return
        table([(local(at), _state_cell(state)) for state, at in steps])
        if not steps:
            remark(_("{paper} is still to read", paper=found.short))


@papers.command("set")
@click.argument("paper", metavar="ID", shell_complete=complete.papers)
@click.argument("state", nargs=-1, required=True, metavar="STATE", shell_complete=complete.states)
def set_state(paper: str, state: tuple[str, ...]) -> None:
    """Say how far a paper is read: to-read, first-pass, companion, compare or done."""
    with opened() as workspace:
        found = find_paper(workspace, paper)
        chosen = _state(" ".join(state))
        passes.set_state(workspace, found, chosen)
        line(_("{paper}: {state}", paper=found.short, state=_(chosen.value)))


papers.add_command(add)


def _row(
    workspace: Workspace, paper: Paper, state: PaperState, asked: int, found: int
) -> list[Cell | str]:
    return [
        paper.id,
        str(paper.week),
        _state_cell(state),
        str(asked or ""),
        str(found or ""),
        _("note") if _existing(workspace.note_file(paper.id)) else "",
        workspace.title(paper),
        Cell(_("optional") if paper.optional else "", "dim"),
    ]


def _state_cell(state: PaperState) -> Cell:
    return Cell(_(state.value), _STYLES.get(state, "yellow"))


def _write_head(workspace: Workspace, paper: Paper) -> None:
    tally = passes.tally(workspace, paper)
    line(Cell(workspace.title(paper), "bold"))
    line(listed(paper.authors))
    where = paper.venue or (str(paper.year) if paper.year else "")
    line(Cell(listed((where, _("week {number}", number=paper.week))), "dim"))
    line(
        _state_cell(passes.state_of(workspace, paper)),
        _(
            ", {asked} asked, {open} of them open, {missed} missed",
            asked=tally.asked,
            open=tally.count_open,
            missed=len(tally.missed),
        ),
    )
    links = [(_("paper"), paper.paper), (_("code"), paper.code), (_("project"), paper.project)]
    for companion in paper.companions:
        length = _(", {minutes:g} min", minutes=companion.minutes) if companion.minutes else ""
        links.append((_("video"), f"{companion.url}  {companion.title}{length}"))
    table([(Cell(label, "dim"), text) for label, text in links if text], flexible=[1])


def _state(text: str) -> PaperState:
    wanted = " ".join(re.split(r"[\s_-]+", text.strip().casefold()))
    states = {state.value: state for state in PaperState}
    states |= {_(state.value): state for state in PaperState}
    if wanted in states:
        return states[wanted]
    near = get_close_matches(wanted, states, n=1)
    hint = (
        _("did you mean {name}?", name=near[0])
        if near
        else _("choose from {names}", names=listed(state.value for state in PaperState))
    )
    raise UsageProblem(_("{text!r} is no state of a paper; {hint}", text=text, hint=hint))


def _existing(path: Path) -> str | None:
    return str(path) if path.is_file() else None
