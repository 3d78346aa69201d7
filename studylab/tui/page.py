"""Markdown to read, rendered as one piece.

Textual's own widget mounts one widget a paragraph: 170 ms in which no key is answered, for a paper
of the length that ours have. Rich renders the same in 12 ms.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, Paragraph
from rich.style import Style
from rich.theme import Theme
from textual.app import App

from studylab.wrapping import breaks

_STYLES = {
    "h1": ("text-primary", "bold"),
    "h2": ("text-primary", "bold"),
    "h3": ("text-secondary", "bold"),
    "h4": ("text-secondary", ""),
    "code": ("text-accent", ""),
    "code_block": ("text-accent", ""),
    "block_quote": ("text-secondary", ""),
    "item.bullet": ("text-primary", ""),
    "item.number": ("text-primary", ""),
    "list": ("", ""),
    "link": ("text-primary", "underline"),
    "link_url": ("text-primary", "underline"),
    "table.border": ("text-secondary", ""),
    "table.header": ("text-secondary", "bold"),
}
"""Rich's own colours are meant for a black terminal; these are the app's, by theme variable."""


class _Paragraph(Paragraph):
    """A paragraph that is broken between Chinese characters too; Rich looks for spaces alone."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.divide(breaks(self.text.plain, options.max_width)):
            line.rstrip()
            yield line


class _Markdown(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "paragraph_open": _Paragraph,
    }


class Page:
    """A renderable: Markdown in the colours that the app's theme has when it is drawn."""

    def __init__(self, app: App[Any], text: str) -> None:
        self._app = app
        self._markdown = _Markdown(text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self._markdown.code_theme = "ansi_dark" if self._app.current_theme.dark else "ansi_light"
        with console.use_theme(self._theme()):
            yield from console.render(self._markdown, options)

    def _theme(self) -> Theme:
        variables = self._app.theme_variables
        return Theme(
            {
                f"markdown.{name}": Style.parse(f"{words} {variables.get(colour, '')}".strip())
                for name, (colour, words) in _STYLES.items()
            }
        )
