"""`studylab review`: what comes back, in the terminal without the app."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import click

from studylab.cli import output
from studylab.cli.as_json import write_json
from studylab.cli.exit_codes import NotFound
from studylab.cli.guard import complain, remark
from studylab.cli.json_command import JsonGroup
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, paragraph, table
from studylab.cli.session import opened
from studylab.cli.times import local
from studylab.language import N_, _, listed, n_
from studylab.problem import Problem
from studylab.store import reviews, undo
from studylab.store.reviews import MISSED, QUESTION, Waiting
from studylab.study import review as study
from studylab.study.review import RATINGS, Face, Outcome, Rating
from studylab.study.sources import source_words
from studylab.workspace import Workspace

KEYS = ("id", "kind", "text", "week", "paper", "place", "due_at")

STYLES = {
    Rating.AGAIN: "red",
    Rating.HARD: "yellow",
    Rating.GOOD: "green",
    Rating.EASY: "green",
}


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each thing to review"))
@click.option("--list", "only_list", is_flag=True, help="List what is due instead.")
@json_option
@click.pass_context
def review(context: click.Context, only_list: bool, as_json: bool) -> None:
    """Review answered questions and missed points that are due today.

    Each is shown; Enter shows its answer, and a digit says how well you knew it: 1 again, 2 hard,
    3 good, 4 easy. `u` takes the last one back, `q` stops.
    """
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        if as_json:
            write_json([_record(workspace, each) for each in study.waiting(workspace)])
        elif only_list or not output.on_terminal():
            _list(workspace)
        else:
            _sit(workspace)


@review.command()
@click.argument("id", metavar="ID")
@click.argument("rating", type=click.IntRange(1, 4), metavar="RATING")
def rate(id: str, rating: int) -> None:
    """Say how well you knew ID: 1 again, 2 hard, 3 good, 4 easy.

    ID is the number of a question, or `m` and the number of a missed point, as `review --list`
    shows it.
    """
    with opened() as workspace:
        found = _find(workspace, id)
        outcome = study.outcomes(found.card, datetime.now(UTC))[Rating(rating)]
        study.rate(workspace, found, Rating(rating), outcome)
        line(_("{id} comes back in {time}", id=_name(found), time=study.span(outcome.after)))


def _list(workspace: Workspace) -> None:
    waiting = study.waiting(workspace)
    rows = []
    for each in waiting:
        face = study.face(workspace, each)
        since = local(each.card.due_at) if each.card else _("new")
        about = listed((face.paper, face.place))
        rows.append((_name(each), Cell(since, "dim"), Cell(about, "dim"), face.front))
    table(
        rows,
        (_("id"), _("due"), _("about"), _("question")) if rows else (),
        flexible=[2, 3],
    )
    if not rows:
        remark(_nothing(workspace))


def _sit(workspace: Workspace) -> None:
    """Ask one after the other until nothing is due, or the student stops."""
    since = undo.last_change(workspace.db)
    done = 0
    while queue := study.waiting(workspace) or study.learning(workspace):
        said = _one(workspace, queue[0], len(queue))
        if said == "q":
            break
        if said == "u":
            _take_back(workspace, since)
            done = max(0, done - 1)
        elif said:
            done += 1
    if done:
        line(n_("{count} review", "{count} reviews", done))
    if not study.waiting(workspace):
        line(_nothing(workspace))


def _one(workspace: Workspace, waiting: Waiting, left: int) -> str:
    """Show one and take its rating. Returns what was typed; empty where it could not be shown."""
    try:
        face = study.face(workspace, waiting)
    except Problem as problem:
        complain(problem)
        return ""
    line("")
    told = n_("{count} to review", "{count} to review", left)
    about = listed((face.paper, face.place))
    line(Cell(told, "dim"), "  ", Cell(about, "dim"))
    paragraph(face.front)
    said = _asked(_("Enter shows the answer, u undoes, q stops: "), ("", "u", "q"))
    if said:
        return said
    outcomes = study.outcomes(waiting.card, datetime.now(UTC))
    _answers(face)
    _ratings(outcomes)
    said = _asked("> ", ("1", "2", "3", "4", "u", "q"))
    if said in ("u", "q"):
        return said
    rating = Rating(int(said))
    try:
        study.rate(workspace, waiting, rating, outcomes[rating])
    except Problem as problem:
        complain(problem)
        return ""
    return said


def _answers(face: Face) -> None:
    for answer in face.answers:
        line("")
        told = listed((local(answer.answered_at), source_words(answer)))
        line(Cell(told, "dim"))
        paragraph(answer.text)


def _ratings(outcomes: dict[Rating, Outcome]) -> None:
    line("")
    parts: list[Cell | str] = []
    for rating, outcome in outcomes.items():
        name = f"{int(rating)} {_(RATINGS[rating])}"
        parts += [Cell(name, STYLES[rating]), " ", Cell(study.span(outcome.after), "dim"), "   "]
    line(*parts)


def _asked(prompt: str, known: Collection[str]) -> str:
    """What is typed, once it is one of what is known."""
    while True:
        try:
            said = input(prompt).strip().casefold()
        except EOFError:
            line("")
            return "q"
        if said in known:
            return said


def _take_back(workspace: Workspace, since: int) -> None:
    try:
        line(_("undone: {change}", change=undo.undo(workspace.db, since=since)))
    except Problem as problem:
        complain(problem)


def _find(workspace: Workspace, id: str) -> Waiting:
    kind = MISSED if id[:1] in ("m", "M") else QUESTION
    number = id[1:] if kind == MISSED else id
    found = reviews.find(workspace.db, kind, int(number)) if number.isdecimal() else None
    if found is None:
        raise NotFound(
            _(
                "{id} is no answered question and no missed point; `studylab review --list` lists "
                "what is due",
                id=id,
            )
        )
    return found


def _name(of: Waiting) -> str:
    return f"m{of.id}" if of.kind == MISSED else str(of.id)


def _record(workspace: Workspace, of: Waiting) -> dict[str, object]:
    face = study.face(workspace, of)
    return {
        "id": _name(of),
        "kind": of.kind,
        "text": face.front,
        "week": face.week,
        "paper": face.paper,
        "place": face.place,
        "due_at": of.card.due_at if of.card else None,
    }


def _nothing(workspace: Workspace) -> str:
    back = study.comes_back(workspace, datetime.now(UTC))
    if back is None:
        return _("nothing to review; answered questions and missed points come back here")
    return _("done for today; the next comes back in {time}", time=study.span(back))
