"""`studylab run`."""

from __future__ import annotations

from itertools import chain

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete, exit_codes
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.follow import Interrupts, follow, report
from studylab.cli.guard import remark
from studylab.cli.lab_flags import flags_of, read_flags
from studylab.cli.labs import write_lab
from studylab.cli.output import flush, line, write
from studylab.cli.session import opened, sync_runs
from studylab.labspec import Setting, Value
from studylab.problem import Problem
from studylab.runs.catalogue import CatalogueEntry, catalogue, find_lab
from studylab.runs.directory import RunDirectory
from studylab.runs.launch import launch_lab
from studylab.runs.log import Follower
from studylab.runs.stop import ask_to_stop
from studylab.settings import Settings, load
from studylab.store import runs as store
from studylab.store.runs import RunRow


class RunCommand(click.Command):
    """A command whose options are those of the lab that it names."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the lab's flags as well."""
        return [*_flags(ctx, incomplete), *super().shell_complete(ctx, incomplete)]


@click.command(
    cls=RunCommand,
    add_help_option=False,
    context_settings={"ignore_unknown_options": True},
    options_metavar="",
)
@click.argument("lab", required=False, metavar="LAB", shell_complete=complete.labs)
@click.argument(
    "flags",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="[--SETTING VALUE ...]",
    shell_complete=lambda *given: _choices(*given),
)
@click.option("--detach", is_flag=True, help="Print the run's id and leave it running.")
@click.option(
    "--resume", metavar="ID", shell_complete=complete.runs, help="Go on from a run that saved."
)
@click.option("--help", "wants_help", is_flag=True, help="This page; after LAB, its settings.")
@click.pass_context
def run(
    context: click.Context,
    lab: str | None,
    flags: tuple[str, ...],
    detach: bool,
    resume: str | None,
    wants_help: bool,
) -> int:
    """Start a lab, and follow it until it ends.

    `studylab run cnn --epochs 3`; `studylab run cnn --help` shows the lab's settings.

    The run has a life of its own: closing the terminal leaves it running. Ctrl-C asks it to stop,
    and it saves first; Ctrl-C once more goes back to the shell without waiting for that. The exit
    code is 0 if the run finished, 1 if it failed or was lost, 130 if it was stopped.
    """
    if lab is None:
        if not wants_help:
            raise UsageProblem("which lab? `studylab labs` lists them")
        write(f"{context.get_help()}\n")
        return exit_codes.OK
    if lab.startswith("-"):
        raise UsageProblem(f"the lab comes before its settings: studylab run LAB {lab} ...")
    with opened() as workspace:
        entry = workspace.lab(lab)
        if wants_help:
            write_lab(workspace, entry)
            return exit_codes.OK
        settings = workspace.settings
        values = {} if entry.error else read_flags(entry.settings, flags)
        directory = ""
        if resume:
            sync_runs(workspace.db)
            before = store.get(workspace.db, resume)
            values = {**_settings_of(before, entry), **values}
            directory = before.directory
    interrupts = Interrupts()
    with interrupts.counted():
        launched = launch_lab(entry, values, settings, resume=directory)
        if not detach:
            return _follow(launched, interrupts, settings)
    line(launched.id)
    flush()
    remark(f"`studylab watch {launched.id}` shows it, `studylab stop {launched.id}` ends it")
    return exit_codes.OK


def _settings_of(before: RunRow, entry: CatalogueEntry) -> dict[str, Value]:
    """What a run that is resumed was started with, as far as the lab still has it."""
    if before.lab != entry.id:
        raise UsageProblem(f"{before.id} is a run of {before.lab or 'no lab'}, not of {entry.id}")
    return {s.name: before.settings[s.name] for s in entry.settings if s.name in before.settings}


def _follow(launched: RunDirectory, interrupts: Interrupts, settings: Settings) -> int:
    remark(f"{launched.id} is running; Ctrl-C stops it")
    log = Follower(launched.output)
    state = follow(launched, log, lambda: interrupts.count > 0)
    if not state.state.ended:
        ask_to_stop(launched)
        remark(f"{launched.id} is asked to stop and may save first; Ctrl-C again to not wait")
        state = follow(launched, log, lambda: interrupts.count > 1)
    if not state.state.ended:
        remark(f"{launched.id} goes on stopping; `studylab watch {launched.id}` shows it")
        return exit_codes.INTERRUPTED
    return report(launched, state, settings)


def _flags(context: click.Context, incomplete: str) -> list[CompletionItem]:
    offers = [(flag, s.help) for s in _settings(context) for flag in flags_of(s)]
    return complete.offered(offers, incomplete) if incomplete.startswith("-") else []


def _choices(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What the setting before the word may be."""
    before = (context.params.get("flags") or ("",))[-1]
    choices = [s.choices for s in _settings(context) if s.flag == before]
    return complete.offered([(choice, "") for choice in chain(*choices)], incomplete)


def _settings(context: click.Context) -> tuple[Setting, ...]:
    try:
        return find_lab(catalogue(load()), context.params.get("lab") or "").settings
    except Problem:
        return ()
