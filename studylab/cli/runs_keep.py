"""`studylab runs star` and the other commands that keep runs in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete
from studylab.cli.compose import kept
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.output import line
from studylab.cli.question_edit import new_text
from studylab.cli.session import opened
from studylab.language import _
from studylab.problem import Problem
from studylab.runs import trash
from studylab.store import run_marks, undo
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.study.tagging import parse_tags
from studylab.workspace import Workspace

_ids = click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete.runs)


def offered_tags(
    _context: click.Context, _parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """The tags of runs that begin like what was typed, for the shell."""
    # A shell that completes has no use for a problem.
    with suppress(Problem), opened() as workspace:
        known = [(tag, "") for tag, _count in run_marks.tags(workspace.db)]
        return complete.offered(known, begun.lstrip("#"))
    return []


@click.command()
@_ids
def star(ids: tuple[str, ...]) -> None:
    """Give runs a star. ID may be short, or `last`."""
    with _changed(ids) as (workspace, runs):
        run_marks.star(workspace.db, runs)


@click.command()
@_ids
def unstar(ids: tuple[str, ...]) -> None:
    """Take the star from runs."""
    with _changed(ids) as (workspace, runs):
        run_marks.star(workspace.db, runs, on=False)


@click.command()
@_ids
@click.option("--add", multiple=True, metavar="TAG", shell_complete=offered_tags,
              help="A tag to add; may be given again for another.")  # fmt: skip
@click.option("--remove", multiple=True, metavar="TAG", shell_complete=offered_tags,
              help="A tag to take away; may be given again.")  # fmt: skip
def tag(ids: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Add tags to runs, and take others away."""
    added, removed = parse_tags(" ".join(add))[0], parse_tags(" ".join(remove))[0]
    if not added and not removed:
        raise UsageProblem(_("which tags? --add TAG or --remove TAG"))
    with _changed(ids) as (workspace, runs):
        run_marks.tag(workspace.db, runs, added, removed)


@click.command()
@click.argument("id", metavar="ID", shell_complete=complete.runs)
@click.argument("words", nargs=-1, metavar="[TEXT... | -]")
def note(id: str, words: tuple[str, ...]) -> None:
    """Write a note about a run, in place of the one it has.

    TEXT is what to write; - reads it from a pipe, and '' takes the note away. Without any your
    editor opens with the words that are there.
    """
    with _changed([id]) as (workspace, (run,)):
        before = store.get(workspace.db, run).note
        text = new_text(workspace.settings, words, _("a note"), before)
        with kept(text):
            run_marks.write_note(workspace.db, run, text)


@click.command()
@_ids
def archive(ids: tuple[str, ...]) -> None:
    """Put runs away: out of the lists, but for those with --all."""
    with _changed(ids) as (workspace, runs):
        run_marks.archive(workspace.db, runs)


@click.command()
@_ids
def unarchive(ids: tuple[str, ...]) -> None:
    """Take runs that were put away back into the lists."""
    with _changed(ids) as (workspace, runs):
        run_marks.archive(workspace.db, runs, on=False)


@click.command()
@_ids
def delete(ids: tuple[str, ...]) -> None:
    """Delete runs that are over, with all their files.

    `studylab undo` and `studylab runs restore` bring them back; after 30 days `studylab runs clean`
    throws them out for good.
    """
    with opened(sync=True) as workspace, _told(workspace):
        trash.delete(workspace.db, _each(workspace, ids))


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def restore(ids: tuple[str, ...]) -> None:
    """Bring deleted runs back."""
    with opened(sync=True) as workspace, _told(workspace):
        trash.restore(workspace.db, _each(workspace, ids, deleted=True))


MARKS = (star, unstar, tag, note, archive, unarchive, delete, restore)
"""The commands of this file, for the group that they belong to."""


@contextmanager
def _changed(ids: tuple[str, ...] | list[str]) -> Iterator[tuple[Workspace, list[str]]]:
    """The runs that are meant; what was changed meanwhile is told."""
    with opened(sync=True) as workspace, _told(workspace):
        yield workspace, [run.id for run in _each(workspace, ids)]


def _each(
    workspace: Workspace, ids: tuple[str, ...] | list[str], *, deleted: bool = False
) -> list[RunRow]:
    found = [store.get(workspace.db, id, deleted=deleted) for id in ids]
    return list({run.id: run for run in found}.values())


@contextmanager
def _told(workspace: Workspace) -> Iterator[None]:
    before = undo.last_change(workspace.db)
    yield
    done = undo.changes(workspace.db, since=before, limit=1)
    line(done[0].said if done else _("nothing to change"))
