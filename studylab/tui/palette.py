"""Entries of the command palette, which reads titles as markup."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import SystemCommand
from textual.markup import escape

from studylab.plain import one_line


def command(title: str, help: str, callback: Callable[[], object]) -> SystemCommand:
    """An entry whose words are shown as they are, titles from files too."""
    return SystemCommand(escape(one_line(title)), escape(one_line(help)), callback)
