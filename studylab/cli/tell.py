"""`studylab tell`."""

from __future__ import annotations

import sys

import click

from studylab import desktop
from studylab.cli import exit_codes
from studylab.cli.as_json import write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import complain
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, flush, line, table
from studylab.cli.ring import protocol, send
from studylab.language import N_, _
from studylab.runs.notices import SHOWN
from studylab.runs.tell_command import try_command
from studylab.settings import TELL_BY, Settings, load

KEYS = ("tell_on", "tell_by", "tell_command", "tell_terminal", "stall_factor", "terminal")


@click.command(cls=JsonCommand, keys=KEYS, of=N_("the rules"))
@click.option("--test", is_flag=True, help="Show each way once, the command included.")
@json_option
def tell(test: bool, as_json: bool) -> int:
    """Show when and how you are told what becomes of a run: by bell, desktop or a command.

    `studylab settings tell_on "failed stalled"` changes when, `tell_by` and `tell_command` how. The
    command is run for each run by its supervisor, with no app open: its words may hold {run},
    {event} and {text}, and it finds the same in STUDYLAB_RUN, STUDYLAB_EVENT and STUDYLAB_TEXT.
    """
    rules = load()
    if test and as_json:
        raise UsageProblem(_("--test and --json exclude each other"))
    if test:
        return _try(rules)
    kind = protocol(rules)
    if as_json:
        record: dict[str, object] = {name: getattr(rules, name) for name in KEYS[:-1]}
        for name in ("tell_on", "tell_by"):
            record[name] = getattr(rules, name).split()
        write_json({**record, "terminal": kind})
        return exit_codes.OK
    wanted = rules.tell_on.split()
    yes, no = Cell(_("yes"), "green"), Cell(_("no"), "dim")
    line(Cell(_("You are told when"), "bold"))
    table(
        [(k.value, yes if k.value in wanted else no, _(text)) for k, text in SHOWN.items()],
        flexible=[2],
        indent=2,
    )
    line(Cell(_("By"), "bold"))
    ways = set(rules.tell_by.split())
    if not rules.tell_command.strip():
        ways.discard("command")
    about = {
        "bell": "",
        "desktop": _about_terminal(kind),
        "command": rules.tell_command or _("none is set"),
    }
    table(
        [(way, yes if way in ways else no, Cell(about[way], "dim")) for way in TELL_BY],
        flexible=[2],
        indent=2,
    )
    return exit_codes.OK


def _try(rules: Settings) -> int:
    """Show each way once. Returns whether all that could be tried went well."""
    text = _("this is how you are told what becomes of a run")
    kind = protocol(rules)
    there = sys.stderr.isatty()
    line(_named("bell"), _("rung") if there else _("there is no terminal"))
    line(_named("desktop"), _about_terminal(kind) if there else _("there is no terminal"))
    flush()
    if there:
        send("\a" + desktop.sequence(kind, text))
    if not rules.tell_command.strip():
        line(_named("command"), _("none is set; `studylab settings tell_command` sets one"))
        return exit_codes.OK
    troubles = try_command(rules.tell_command, text)
    for trouble in troubles:
        complain(trouble)
    line(_named("command"), _("failed") if troubles else _("has run"))
    return exit_codes.FAILED if troubles else exit_codes.OK


def _named(way: str) -> Cell:
    """A way to tell, as the setting `tell_by` has it."""
    return Cell(way.ljust(9), "bold")


def _about_terminal(kind: str) -> str:
    if kind == desktop.NONE:
        return _("this terminal shows no notifications")
    sent = _("{kind} is sent to the terminal", kind=kind.upper().replace("OSC", "OSC "))
    if desktop.is_in_tmux() and desktop.passthrough() == "off":
        return _("{sent}, but tmux keeps it: `set -g allow-passthrough on`", sent=sent)
    return sent
