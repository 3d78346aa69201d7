"""Commands that print JSON, and name its keys at the end of their help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from typing_extensions import override

from studylab.cli.as_json import keys_note


class JsonCommand(click.Command):
    """A command with `--json`. `of` is what has the keys: English, in the catalogue."""

    def __init__(self, *arguments: Any, keys: Sequence[str], of: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.keys = keys
        self.of = of

    @override
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The keys, and what the epilog has to add."""
        text = keys_note(self.keys, self.of)
        if self.epilog:
            text = f"{text} {self.epilog}"
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(text)


class JsonGroup(JsonCommand, click.Group):
    """A group that is such a command itself."""
