"""Options of the commands about questions: what to find, and where an answer comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete
from studylab.cli.names import find_paper, find_week
from studylab.cli.options import week_option
from studylab.cli.session import sync_runs
from studylab.store import filters, question_list, runs
from studylab.store.question_list import SORTS, Filter
from studylab.store.questions import SourceKind, folded_tag
from studylab.store.runs import NoSuchRun
from studylab.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

KINDS = {kind.value.split()[0]: kind.value for kind in SourceKind}
"""What to type for each kind of source: `own` for own thinking."""


def source_option(*, help: str) -> Callable[[Command], Command]:
    """Where an answer was found."""
    return click.option("--source", metavar="TEXT", help=help)


def kind_option(*, help: str) -> Callable[[Command], Command]:
    """What kind of thing a source is."""
    return click.option("--kind", type=click.Choice(list(KINDS)), metavar="KIND", help=help)


def tag_option(*names: str, help: str) -> Callable[[Command], Command]:
    """Tags, one at a time."""
    return click.option(
        *(names or ("--tag", "tags")),
        multiple=True,
        metavar="TAG",
        shell_complete=_tags,
        help=help,
    )


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What to list: the options become `wanted`, a function that makes a filter of them."""

    @wraps(command)
    def called(
        *given: Any,
        status: str | None,
        week: int | None,
        paper: str | None,
        tag: str | None,
        run: str | None,
        containing: str | None,
        sort: str | None,
        saved: str | None,
        **more: Any,
    ) -> Any:
        def wanted(workspace: Workspace) -> Filter:
            begun = filters.saved_filter(workspace.db, saved).filter if saved else Filter("open")
            said: dict[str, Any] = {
                "week": None if week is None else find_week(workspace, week).number,
                "paper": find_paper(workspace, paper).id if paper else None,
                "tag": folded_tag(tag) if tag else None,
                "run": _asked_run(workspace, run) if run else None,
                "containing": containing,
                "sort": sort,
            }
            said = {name: value for name, value in said.items() if value is not None}
            if status is not None:
                said["status"] = None if status == "all" else status
            return replace(begun, **said)

        return command(*given, wanted=wanted, **more)

    for option in reversed(_FILTERS):
        called = option(called)
    return called


def run_id(workspace: Workspace, run: str) -> str:
    """The whole id of a run that may be named by its beginning, or `last`.

    Raises:
        NoSuchRun: none, or several.
    """
    sync_runs(workspace.db)
    return runs.get(workspace.db, run).id


def _asked_run(workspace: Workspace, run: str) -> str:
    try:
        return run_id(workspace, run)
    except NoSuchRun:
        # Its directory may be gone, while the questions about it are there.
        if question_list.listing(workspace.db, run=run, limit=1):
            return run
        raise


def _offered(offers: Callable[[Workspace], list[tuple[str, str]]], incomplete: str) -> Any:
    try:
        workspace = Workspace.open()
    except Exception:
        # A message would land in the middle of the line that is being typed.
        return []
    return complete.offered(offers(workspace), incomplete)


def _tags(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    def offers(workspace: Workspace) -> list[tuple[str, str]]:
        return [(tag, str(count)) for tag, count in question_list.tags(workspace.db)]

    found: list[CompletionItem] = _offered(offers, incomplete)
    return found


def saved_names(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of saved filters."""

    def offers(workspace: Workspace) -> list[tuple[str, str]]:
        return [(each.name, "") for each in filters.saved_filters(workspace.db)]

    found: list[CompletionItem] = _offered(offers, incomplete)
    return found


_FILTERS: list[Callable[[Callable[..., Any]], Callable[..., Any]]] = [
    click.option("--open", "status", flag_value="open", help="Open ones (the default)."),
    click.option("--answered", "status", flag_value="answered", help="Answered ones."),
    click.option("--all", "status", flag_value="all", help="Both."),
    week_option,
    click.option("--paper", metavar="ID", shell_complete=complete.papers, help="About this paper."),
    click.option("--tag", metavar="TAG", shell_complete=_tags, help="With this tag."),
    click.option("--run", metavar="ID", shell_complete=complete.runs, help="About this run."),
    click.option("--find", "containing", metavar="TEXT", help="With these words."),
    click.option(
        "--sort",
        type=click.Choice(list(SORTS)),
        metavar="ORDER",
        help="newest (the default), oldest, changed, week or paper.",
    ),
    click.option(
        "--filter",
        "saved",
        metavar="NAME",
        shell_complete=saved_names,
        help="As this saved filter says; other options change it.",
    ),
]
