"""`studylab search`."""

from __future__ import annotations

import click

from studylab import locations
from studylab.cli.as_json import picked, write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.store.missed import MissedPoint
from studylab.store.questions import Question
from studylab.store.search import Excerpt, Found, excerpt, excerpt_of, index_notes
from studylab.store.search import search as look

QUESTION_KEYS = ("id", "text", "status", "week", "paper", "place", "tags", "matched")
MISSED_KEYS = ("id", "text", "remark", "paper", "week", "matched")
MOST = 100


@click.command(cls=JsonCommand, keys=("questions", "missed", "notes"), of=N_("the object"))
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=MOST,
    metavar="N",
    help="At most N of each kind; 100 if not given.",
)
@json_option
def search(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find words in questions, answers, missed points and notes.

    All of them have to occur, each as the beginning of a word; Chinese characters anywhere.
    """
    query = " ".join(words)
    with opened() as workspace:
        index_notes(workspace.db, locations.notes())
        found = look(workspace.db, query, locations.notes(), limit=limit)
    if as_json:
        write_json(_record(found, query))
        return
    for question in found.questions:
        state = Cell(_("open"), "yellow") if question.open else Cell(_("answered"), "green")
        name = _("question {number}", number=question.id)
        line(Cell(name, "bold"), "  ", state, *_shown(_of_question(question, query)))
    for point in found.missed:
        name = _("missed point {number}", number=point.id)
        line(Cell(name, "bold"), "  ", Cell(point.paper, "dim"), *_shown(_of_point(point, query)))
    for note in found.notes:
        name = _("note {name}", name=note.name)
        line(Cell(name, "bold"), *_shown(note.excerpt))
    if not (found.questions or found.missed or found.notes):
        remark(_("nothing has all of these words"))


def _record(found: Found, query: str) -> dict[str, object]:
    return {
        "questions": [
            picked(each, QUESTION_KEYS, matched=_of_question(each, query).text)
            for each in found.questions
        ],
        "missed": [
            picked(each, MISSED_KEYS, matched=_of_point(each, query).text) for each in found.missed
        ],
        "notes": [
            {
                "name": each.name,
                "path": locations.notes() / f"{each.name}.md",
                "matched": each.excerpt.text,
            }
            for each in found.notes
        ],
    }


def _of_question(question: Question, query: str) -> Excerpt:
    return excerpt_of(question, query) or excerpt(question.text, query)


def _of_point(point: MissedPoint, query: str) -> Excerpt:
    of_text = excerpt(point.text, query)
    return of_text if of_text.matches else excerpt(point.remark, query)


def _shown(of: Excerpt) -> list[Cell | str]:
    parts: list[Cell | str] = ["  "]
    done = 0
    for start, end in of.matches:
        parts += [of.text[done:start], Cell(of.text[start:end], "bold cyan")]
        done = end
    return [*parts, of.text[done:]]
