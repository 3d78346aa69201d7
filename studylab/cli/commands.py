"""Which commands there are; the module of one is imported when it is called for."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

import click
from typing_extensions import override

from studylab.cli.exit_codes import MEANINGS, UsageProblem
from studylab.cli.spoken import spoken
from studylab.language import N_, _

SECTIONS = {
    N_("Study"): {
        "week": "week",
        "plan": "plan",
        "session": "study_session",
        "syllabus": "syllabus",
        "done": "progress",
        "undone": "progress",
        "watched": "progress",
        "open": "open",
        "papers": "papers",
        "note": "note",
        "missed": "missed",
        "report": "report",
    },
    N_("Questions"): {
        "ask": "ask",
        "answer": "ask",
        "reopen": "ask",
        "questions": "questions",
        "review": "review",
        "search": "search",
        "undo": "undo",
    },
    N_("Labs and runs"): {
        "labs": "labs",
        "run": "run",
        "expect": "expect",
        "queue": "queue",
        "runs": "runs",
        "watch": "watch",
        "diagnose": "diagnose",
        "log": "log",
        "artifacts": "artifacts",
        "stop": "stop",
        "results": "results",
        "machine": "machine",
        "tell": "tell",
        "reporter": "reporter",
    },
    N_("In and out"): {
        "export": "export",
        "import": "import_",
        "merge": "merge",
        "backup": "backup",
        "restore": "backup",
    },
    N_("studylab itself"): {
        "app": "app",
        "settings": "settings",
        "doctor": "doctor",
        "completion": "completion",
    },
}
"""The commands under the headings of `studylab --help`, with the module of each."""

MODULES = {name: module for section in SECTIONS.values() for name, module in section.items()}


class Commands(click.Group):
    """The commands of `SECTIONS`."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order in which help shows them."""
        return list(MODULES)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, in the language in use."""
        if cmd_name not in MODULES:
            return None
        module = import_module(f"studylab.cli.{MODULES[cmd_name]}")
        return spoken(getattr(module, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names.

        Raises:
            UsageProblem: it names none; the nearest is offered.
        """
        name = args[0]
        if name not in MODULES and not name.startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(name, MODULES, n=1)
            hint = (
                _("did you mean {name}?", name=near[0])
                if near
                else _("`studylab --help` lists them")
            )
            raise UsageProblem(_("no command is called {name!r}; {hint}", name=name, hint=hint))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings, and what the exit codes say."""
        # One width for all sections, so that the descriptions stand in one column.
        room = formatter.width - 6 - max(map(len, MODULES))
        for title, names in SECTIONS.items():
            rows = []
            for name in names:
                command = self.get_command(ctx, name)
                assert command is not None
                rows.append((name.ljust(max(map(len, MODULES))), command.get_short_help_str(room)))
            with formatter.section(_(title)):
                formatter.write_dl(rows)
        with formatter.section(_("Exit codes")):
            formatter.write_dl([(str(code), _(words)) for code, words in MEANINGS.items()])
