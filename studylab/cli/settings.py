"""`studylab settings`."""

from __future__ import annotations

import os
from dataclasses import fields

import click
from click.shell_completion import CompletionItem

from studylab import locations
from studylab import settings as stored
from studylab.cli import complete
from studylab.cli.as_json import write_json
from studylab.cli.exit_codes import UsageProblem
from studylab.cli.guard import remark
from studylab.cli.json_command import JsonCommand
from studylab.cli.options import json_option
from studylab.cli.output import Cell, line, paragraph
from studylab.language import N_, _
from studylab.settings import Settings
from studylab.settings_file import drop_setting, write_setting

HELP = {
    "theme": N_("A theme of the app, by name; ctrl+p in the app shows them."),
    "language": N_("en, zh, or auto for the locale's."),
    "editor": N_("The command that opens a note; empty: $VISUAL, $EDITOR, then vi."),
    "syllabus": N_("A syllabus file of your own; empty: the one that is shipped."),
    "papers": N_("A folder with papers of your own."),
    "labs": N_("A folder with labs of your own."),
    "python": N_("The interpreter that runs labs; empty: the one that runs studylab."),
    "hub_endpoint": N_("A mirror of the Hugging Face hub; empty: $HF_ENDPOINT, then the hub."),
    "slots": N_("Runs at once on this machine; 0: one for each GPU slot, or one without a GPU."),
    "gpu_slots": N_("Runs at once on one GPU."),
    "stop_grace": N_("Seconds that a run has to save when it is asked to stop."),
    "kill_grace": N_("Seconds more, until it is killed."),
    "reviews_a_day": N_("Questions and missed points that are new to review each day."),
    "pomodoro": N_("Minutes of a study session until the bell rings for a break; 0: never."),
    "pomodoro_break": N_("Minutes of that break, after which it rings again."),
    "tell_on": N_("What of a run is told: ended, failed, stalled, diverged, reached; or nothing."),
    "tell_by": N_("How it is told: bell, desktop, command. `studylab tell --test` tries each."),
    "tell_command": N_("What is run to tell; {run}, {event} and {text} in it are filled in."),
    "tell_terminal": N_("How the terminal notifies: osc9, osc99, osc777, none; auto finds out."),
    "stall_factor": N_("A run stalls after so many of its usual gaps without a metric."),
}
"""What each setting is; a test holds that none is missing."""

KEYS = ("name", "value", "default", "from", "help")


def _names(_context: click.Context, _parameter: click.Parameter, word: str) -> list[CompletionItem]:
    return complete.offered([(name, _(text)) for name, text in HELP.items()], word)


@click.command(cls=JsonCommand, keys=KEYS, of=N_("each setting"))
@click.argument("name", required=False, metavar="[NAME]", shell_complete=_names)
@click.argument("value", required=False, metavar="[VALUE]")
@click.option("--unset", is_flag=True, help="Take NAME out of the file: its default is used again.")
@json_option
def settings(name: str | None, value: str | None, unset: bool, as_json: bool) -> None:
    """Show the settings, or change one: `studylab settings language zh`.

    They are kept in a TOML file, which may be edited by hand as well. A variable STUDYLAB_<NAME> in
    the environment wins over the file.
    """
    if name is not None:
        name = name.replace("-", "_")
    if unset and (name is None or value is not None):
        raise UsageProblem(_("--unset needs the name of one setting, and no value"))
    if name is not None and unset:
        drop_setting(name)
    elif name is not None and value is not None:
        write_setting(name, value)
    records = _records(None if name is None else stored.known(name))
    if as_json:
        write_json(records)
        return
    for record in records:
        _write(record)
    if name is None:
        line(Cell(str(locations.settings_file()), "dim"))
    elif (value is not None or unset) and records[0]["from"] == "environment":
        remark(
            _("{variable} in the environment wins over the file", variable=stored.variable(name))
        )


def _records(only: str | None) -> list[dict[str, object]]:
    now, defaults, written = stored.load(), Settings(), stored.written()
    return [
        {
            "name": field.name,
            "value": getattr(now, field.name),
            "default": getattr(defaults, field.name),
            "from": _origin(field.name, field.name in written),
            "help": _(HELP[field.name]),
        }
        for field in fields(Settings)
        if only in (None, field.name)
    ]


def _origin(name: str, is_written: bool) -> str:
    if stored.variable(name) in os.environ:
        return "environment"
    return "file" if is_written else "default"


def _write(record: dict[str, object]) -> None:
    value = str(record["value"]) or '""'
    origins = {"environment": _("environment"), "file": _("file"), "default": _("default")}
    line(
        Cell(str(record["name"]), "bold"),
        " = ",
        value,
        "  ",
        Cell(f"({origins[str(record['from'])]})", "dim"),
    )
    paragraph(str(record["help"]), first=["    "], indent=4)
