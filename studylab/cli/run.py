"""`studylab run`."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from shutil import which
from typing import Any

import click
from click.shell_completion import CompletionItem

from studylab.cli import complete, exit_codes
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.expect import expect_options, expected_of, note_expected
from studylab.cli.follow import Interrupts
from studylab.cli.lab_flags import flags_of, read_flags
from studylab.cli.labs import write_lab
from studylab.cli.output import line, paragraph, write
from studylab.cli.run_command import names_no_lab, run_command
from studylab.cli.session import opened, sync_runs
from studylab.cli.spoken import spoken
from studylab.cli.starting import detach_option, leave, stay_with, turn_of, turn_options
from studylab.labspec import Setting, Value
from studylab.language import _
from studylab.problem import Problem
from studylab.runs import forecast
from studylab.runs.catalogue import CatalogueEntry, NoSuchLab, catalogue, find_lab
from studylab.runs.launch import LaunchError, launch_lab
from studylab.runs.submit import submit_lab
from studylab.runs.wording import setting_value
from studylab.settings import load
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.workspace import Workspace


class RunCommand(click.Command):
    """A command whose options are those of the lab that it names; after `--`, any command."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The context of what is to be run."""
        if names_no_lab(args):
            return spoken(run_command).make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Those of a lab, then those of a command."""
        super().format_options(ctx, formatter)
        known = {parameter.name for parameter in self.params}
        records = [
            option.get_help_record(ctx)
            for option in spoken(run_command).params
            if option.name not in known and isinstance(option, click.Option)
        ]
        rows = [record for record in records if record is not None]
        with formatter.section(_("For a command after --")):
            formatter.write_dl(rows)

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
@detach_option
@click.option(
    "--resume", metavar="ID", shell_complete=complete.runs, help="Go on from a run that saved."
)
@click.option("--dry-run", is_flag=True, help="Say how long it would take, and start nothing.")
@turn_options
@expect_options
@click.option("--help", "wants_help", is_flag=True, help="This page; after LAB, its settings.")
@click.pass_context
def run(
    context: click.Context,
    lab: str | None,
    flags: tuple[str, ...],
    detach: bool,
    resume: str | None,
    dry_run: bool,
    now: bool,
    after: tuple[str, ...],
    priority: int,
    expect: str | None,
    expect_shape: str | None,
    wants_help: bool,
) -> int:
    """Start a lab or any command, and follow it until it ends.

    `studylab run cnn --epochs 3`; `studylab run cnn --help` shows the lab's settings. Where as much
    runs already as the settings allow, it waits for its turn; `studylab queue` shows what waits.

    `studylab run -- python train.py --lr 3e-4` runs a command: what stands before `--` are options
    for its run.

    The run has a life of its own: closing the terminal leaves it running. Ctrl-C asks it to stop,
    and it saves first; Ctrl-C once more goes back to the shell without waiting for that. The exit
    code is 0 if the run finished, 1 if it failed or was lost, 130 if it was stopped.
    """
    if lab is None:
        if not wants_help:
            raise UsageProblem(_("which lab? `studylab labs` lists them"))
        write(f"{context.get_help()}\n")
        return exit_codes.OK
    if lab.startswith("-"):
        raise UsageProblem(
            _("the lab comes before its settings: studylab run LAB {flag} ...", flag=lab)
        )
    expected = expected_of(expect, expect_shape)
    with opened() as workspace:
        entry = _lab(workspace, lab)
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
        if dry_run:
            return _told_only(workspace, entry, values)
        turn = turn_of(workspace.db, now, after, priority)
    interrupts = Interrupts()
    with interrupts.counted():
        if turn is None:
            launched = launch_lab(entry, values, settings, resume=directory)
        else:
            launched = submit_lab(entry, values, settings, resume=directory, turn=turn)
        note_expected(launched.id, expected)
        if not detach:
            return stay_with(launched, interrupts, settings)
    return leave(launched)


def _told_only(workspace: Workspace, entry: CatalogueEntry, values: dict[str, Value]) -> int:
    """Print what would be started with which settings, and how long it would take."""
    if entry.error:
        raise LaunchError(_("{lab} can't be run: {error}", lab=entry.id, error=entry.error))
    sync_runs(workspace.db)
    chosen = entry.complete(values)
    words = [entry.id, *(f"{name}={setting_value(value)}" for name, value in chosen.items())]
    paragraph("  ".join(words), indent=2)
    line(forecast.told(forecast.forecast(workspace.db, entry, values)))
    return exit_codes.OK


def _lab(workspace: Workspace, name: str) -> CatalogueEntry:
    """The lab of that name; a name of a program is told how it is run."""
    try:
        return workspace.lab(name)
    except NoSuchLab as problem:
        if not (which(name) or Path(name).is_file()):
            raise
        raise NoSuchLab(
            _(
                "{name!r} is no lab; to run it as a command: studylab run -- {name} ...",
                name=name,
            )
        ) from problem


def _settings_of(before: RunRow, entry: CatalogueEntry) -> dict[str, Value]:
    """What a run that is resumed was started with, as far as the lab still has it."""
    if before.lab != entry.id:
        raise UsageProblem(
            _(
                "{run} is a run of {lab}, not of {other}",
                run=before.id,
                lab=before.lab or _("no lab"),
                other=entry.id,
            )
        )
    return {s.name: before.settings[s.name] for s in entry.settings if s.name in before.settings}


def _flags(context: click.Context, incomplete: str) -> list[CompletionItem]:
    offers = [
        (flag, _(s.help) if s.help else "") for s in _settings(context) for flag in flags_of(s)
    ]
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
