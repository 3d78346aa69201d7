"""`studylab questions edit` and the other commands that change questions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from studylab.cli import complete, output
from studylab.cli.compose import edit as open_editor
from studylab.cli.compose import kept, text_of
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.names import find_week
from studylab.cli.output import line
from studylab.cli.question_options import KINDS, kind_option, source_option, tag_option
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.settings import Settings
from studylab.store import question_list, undo
from studylab.store import questions as store
from studylab.store.answers import get_answer
from studylab.study.sources import advice, kind_of, tidied
from studylab.study.tagging import parse_tags
from studylab.workspace import Workspace

_ids = click.argument(
    "numbers", type=int, nargs=-1, required=True, metavar="ID...", shell_complete=complete.questions
)


@click.command()
@click.argument("number", type=int, metavar="ID", shell_complete=complete.questions)
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@click.option("--place", metavar="TEXT", help="Where it came up; '' for nowhere.")
def edit(number: int, words: tuple[str, ...], place: str | None) -> None:
    """Change a question's words, or its place.

    TEXT is as for `ask`; without any, and without --place, your editor opens with the words that
    are there.
    """
    with opened() as workspace:
        asked = question_list.get(workspace.db, number)
        if words or place is None:
            text = new_text(workspace.settings, words, _("a question"), asked.text)
            with kept(text):
                store.reword(workspace.db, number, text)
        if place is not None:
            store.move(workspace.db, [number], place=place)
        line(_("question {number} is changed", number=number))


@click.command("edit-answer")
@click.argument("number", type=int, metavar="ANSWER")
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
@source_option(help=N_("Where you found it, such as `P32 12:40` or a link."))
@kind_option(help=N_("What that is: video, page, link, person or own thinking."))
def edit_answer(number: int, words: tuple[str, ...], source: str | None, kind: str | None) -> None:
    """Change an answer's words, or its source.

    ANSWER is its number, which `studylab questions show` tells.
    """
    with opened() as workspace:
        question, before = get_answer(workspace.db, number)
        text = before.text
        if words or (source is None and kind is None):
            text = new_text(workspace.settings, words, _("an answer"), before.text)
        given = before.source if source is None else source
        of_kind = KINDS[kind] if kind else kind_of(given) or before.source_kind
        with kept(text):
            store.reword_answer(
                workspace.db,
                number,
                text,
                source=tidied(of_kind, given),
                source_kind=of_kind,
            )
        line(_("answer {number} is changed", number=number))
        better = advice(workspace.syllabus, of_kind, given, of_paper=bool(question.paper))
        if better:
            remark(better)


@click.command()
@_ids
@tag_option("--add", "add", help=N_("A tag to add; may be given again for another."))
@tag_option("--remove", "remove", help=N_("A tag to take away; may be given again."))
def tag(numbers: tuple[int, ...], add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Add tags to questions, and take others away."""
    added, removed = parse_tags(" ".join(add))[0], parse_tags(" ".join(remove))[0]
    if not added and not removed:
        raise UsageProblem(_("which tags? --add TAG or --remove TAG"))
    with opened() as workspace, _told(workspace):
        store.tag(workspace.db, numbers, added, removed)


@click.command()
@_ids
@click.option("--week", type=int, required=True, metavar="N", help="The week to move to.")
def move(numbers: tuple[int, ...], week: int) -> None:
    """Move questions to another week."""
    with opened() as workspace, _told(workspace):
        store.move(workspace.db, numbers, week=find_week(workspace, week).number)


@click.command()
@_ids
def close(numbers: tuple[int, ...]) -> None:
    """Close questions as answered, without a new answer."""
    with opened() as workspace, _told(workspace):
        store.close(workspace.db, *numbers)


@click.command()
@_ids
def reopen(numbers: tuple[int, ...]) -> None:
    """Make questions open again; their answers stay."""
    with opened() as workspace, _told(workspace):
        store.reopen(workspace.db, *numbers)


@click.command()
@_ids
def delete(numbers: tuple[int, ...]) -> None:
    """Delete questions with their answers; `studylab undo` brings them back."""
    with opened() as workspace, _told(workspace):
        store.delete(workspace.db, *numbers)


EDITS = (edit, edit_answer, tag, move, close, reopen, delete)
"""The commands of this file, for the group that they belong to."""


@contextmanager
def _told(workspace: Workspace) -> Iterator[None]:
    """Tell what was changed meanwhile."""
    before = undo.last_change(workspace.db)
    yield
    done = undo.changes(workspace.db, since=before, limit=1)
    line(done[0].said if done else _("nothing to change"))


def new_text(settings: Settings, words: Sequence[str], what: str, before: str) -> str:
    """The words of the command line, else what an editor makes of those that were there.

    Raises:
        UsageProblem: no words, and no terminal to open an editor on.
        EditorError: the editor failed; what was written is kept.
    """
    if words or not output.on_terminal():
        return text_of(words, settings, what)
    descriptor, name = tempfile.mkstemp(prefix="studylab-", suffix=".md")
    path = Path(name)
    with open(descriptor, "wb") as file:
        file.write(before.encode("utf-8", "replace"))
    open_editor(settings, path)
    text = path.read_bytes().decode("utf-8", "replace")
    path.unlink()
    return text
