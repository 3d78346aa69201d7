"""Every action of the app has its command, and every command its place in the app."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import click
from textual.binding import Binding

import studylab.tui
from studylab.cli.main import studylab as program

ONLY_SEEN = {
    *("all_points", "alone", "along", "next_x", "pan", "select_row", "smooth", "zoom_in"),
    *("zoom_out",),
    *("columns", "hide", "pin"),
    "reverse",
    *(
        "all",
        "archived",
        "back",
        "by_paper",
        "by_tag",
        "by_week",
        "check",
        "clear",
        "command_palette",
    ),
    *("cursor_down", "cursor_up", "dismiss", "filter", "find", "first", "focus_next"),
    *("follow", "next_found", "previous_found"),
    *("focus_previous", "fold", "found", "help", "last", "leave", "log_scale", "mark", "mark_all"),
    *("more_charts", "next_kind", "next_order", "other", "other_pane", "page", "page_down"),
    *("page_up", "quit", "reset", "reveal", "scroll", "scroll_detail", "section", "show_room"),
    *("sort", "still_open", "step_out", "suspend_process", "this_week", "to_end", "to_list"),
    *("to_start", "turn", "type", "unfold", "walk", "zoom"),
}
"""Actions that change nothing but what is looked at; a shell has other means for that."""

COMMANDS = {
    "add": ("papers add", "session add"),
    "answer": ("answer",),
    "ask": ("ask",),
    "archive": ("runs archive", "runs unarchive"),
    "ask_gap": ("expect",),
    "ask_here": ("ask",),
    "changes": ("undo",),
    "clean": ("runs clean",),
    "clone": ("run",),
    "close": ("questions close",),
    "command": ("run",),
    "copy": ("open", "report"),
    "delete": (
        "questions delete",
        "session delete",
        "questions filters delete",
        "runs delete",
    ),
    "edit": ("note",),
    "edit_answer": ("questions edit-answer",),
    "editor": ("note",),
    "episodes": ("labs show",),
    "expect": ("expect",),
    "filters": ("questions filters",),
    "hours": ("session list",),
    "launch": ("run",),
    "length": ("plan stretch",),
    "lesson": ("diagnose", "labs show"),
    "log": ("log",),
    "miss_gap": ("expect",),
    "move": ("questions move",),
    "note": ("note",),
    "notes": ("artifacts", "runs show"),
    "open": ("questions show", "open"),
    "differences": ("runs compare",),
    "overlay": ("runs compare",),
    "open_link": ("open",),
    "open_run": ("watch",),
    "open_source": ("open",),
    "open_video": ("open",),
    "own_point": ("missed add",),
    "pause": ("plan pause",),
    "queue": ("queue up", "queue down"),
    "questions": ("questions",),
    "rate": ("review rate",),
    "remark": ("missed remark",),
    "remove": ("plan resume",),
    "reopen": ("questions reopen", "reopen"),
    "repeat": ("runs repeat",),
    "results": ("results",),
    "export": ("results", "runs export", "runs plot"),
    "resume": ("run",),
    "review": ("review",),
    "reword": ("questions edit",),
    "run": ("run",),
    "run_note": ("runs note",),
    "save": ("ask", "note", "report"),
    "save_filter": ("questions filters save",),
    "search": ("search",),
    "select": ("questions show", "papers show", "missed tick", "missed forget"),
    "select_cursor": ("open",),
    "session": ("session start", "session pause", "session resume"),
    "stage": ("papers set", "papers history"),
    "star": ("runs star", "runs unstar"),
    "start": ("plan start", "plan edit"),
    "stop": ("stop", "session stop"),
    "syllabus": ("syllabus",),
    "tag": ("questions tag", "runs tag"),
    "tick": ("done", "undone"),
    "undo": ("undo",),
    "watch": ("watch",),
    "watched": ("watched",),
    "week": ("week", "report"),
    "write": ("export",),
}
"""What to type for an action of the app."""

ROOMS = {
    "week": "week", "syllabus": "syllabus", "questions": "questions", "papers": "papers",
    "labs": "labs", "runs": "runs", "machine": "machine",
}  # fmt: skip
"""Commands that print what a room shows."""

ELSEWHERE = {
    "app": "it is the app",
    "backup": "palette: Back up now",
    "completion": "of the shell",
    "doctor": "tells why the app can't be opened",
    "import": "palette: Import",
    "merge": "palette: Merge",
    "missed": "the list of a paper, at compare",
    "missed points": "the list of a paper, at compare",
    "plan": "the screen p of the week",
    "plan calendar": "the activity of the week and of the plan",
    "queue": "the machine's room",
    "queue priority": "`queue`, moving it",
    "reporter": "prints a file for the student's own project",
    "restore": "palette: Restore",
    "runs disk": "the details of the runs' room",
    "runs import": "brings in folders of the shell",
    "runs restore": "u in the runs' room",
    "runs scalars": "the end of a command that was started in the shell",
    "runs show": "the details of the runs' room",
    "session": "the time line of the week",
    "session edit": "the screen of hours, enter",
    "session status": "the time line of the week",
    "settings": "palette: Theme and Language; the others are in a file",
    "tell": "palette: Try the bell",
}
"""Commands whose place in the app is no key of its own."""


def actions() -> Iterator[tuple[str, str]]:
    """Class and name of every action that has a key."""
    for module in pkgutil.walk_packages(studylab.tui.__path__, "studylab.tui."):
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and found.__module__ == module.name:
                for binding in vars(found).get("BINDINGS", ()):
                    assert isinstance(binding, Binding)
                    yield found.__name__, binding.action.split("(")[0].rsplit(".", 1)[-1]


def commands(group: click.Group = program, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command with the words that lead to it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield " ".join((*before, name))
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


def test_every_action_has_its_command() -> None:
    known = set(commands())
    found = set(actions())
    assert {each for each in found if each[1] not in ONLY_SEEN | COMMANDS.keys()} == set()
    assert {word for words in COMMANDS.values() for word in words} <= known
    assert (ONLY_SEEN | COMMANDS.keys()) - {name for _where, name in found} == set()


def test_every_command_has_its_place_in_the_app() -> None:
    keyed = {word for words in COMMANDS.values() for word in words}
    assert set(commands()) - keyed - ROOMS.keys() - ELSEWHERE.keys() == set()
    assert ELSEWHERE.keys() - set(commands()) == set()
