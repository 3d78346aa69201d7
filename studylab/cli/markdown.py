"""Markdown on stdout: laid out on a terminal, as it is elsewhere."""

from __future__ import annotations

from studylab.cli import output
from studylab.plain import plain


def write_markdown(text: str) -> None:
    """Write Markdown, rendered where someone reads it."""
    room = output.width()
    if room is None:
        output.write(plain(text).rstrip("\n") + "\n")
        return
    # Half of a command's time to import: only for who reads.
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(room, 100), highlight=False)
    with console.capture() as captured:
        console.print(Markdown(plain(text), code_theme="ansi_dark"))
    output.write(captured.get())
