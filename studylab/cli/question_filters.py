"""`studylab questions filters`: filters that are kept under a name."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from studylab.cli.as_json import write_json
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonGroup
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, table
from studylab.cli.question_options import filter_options, saved_names
from studylab.cli.session import opened
from studylab.language import N_, _
from studylab.store import filters as store
from studylab.store.question_list import Filter
from studylab.study.filtering import filter_words
from studylab.workspace import Workspace

KEYS = ("name", "filter")


@click.group(cls=JsonGroup, invoke_without_command=True, keys=KEYS, of=N_("each filter"))
@json_option
@click.pass_context
def filters(context: click.Context, as_json: bool) -> None:
    """List the saved filters; `questions --filter NAME` uses one."""
    if context.invoked_subcommand:
        return
    with opened() as workspace:
        there = store.saved_filters(workspace.db)
        if as_json:
            write_json(
                [{"name": each.name, "filter": json.loads(each.filter.to_json())} for each in there]
            )
            return
        table(
            [(each.name, Cell(filter_words(workspace, each.filter), "dim")) for each in there],
            flexible=[1],
        )
        if not there:
            remark(_("no filter is saved; `studylab questions filters save NAME` saves one"))


@filters.command()
@click.argument("name", metavar="NAME", shell_complete=saved_names)
@filter_options
def save(name: str, wanted: Callable[[Workspace], Filter]) -> None:
    """Keep a filter under NAME, in place of the one that has it."""
    with opened() as workspace:
        filter = wanted(workspace)
        store.save_filter(workspace.db, name, filter)
        words = filter_words(workspace, filter)
        line(_("{name}: {filter}", name=store.filter_name(name), filter=words))


@filters.command()
@click.argument("name", metavar="NAME", shell_complete=saved_names)
def delete(name: str) -> None:
    """Forget the filter NAME."""
    with opened() as workspace:
        store.delete_filter(workspace.db, name)
        line(_("{name} is deleted", name=store.filter_name(name)))
