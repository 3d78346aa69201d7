"""A text area for Markdown."""

from __future__ import annotations

from rich.style import Style
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

HIGHLIGHTED = 100_000
"""Characters; in longer texts a key press would take a tenth of a second to parse them anew."""

WRAPPED = 400_000
"""Characters; wrapping the lines of a longer text takes a second."""

_THEME = "studylab"
_STYLES = {
    "heading": ("text-primary", "bold"),
    "heading.marker": ("text-primary", "bold"),
    "list.marker": ("text-accent", "bold"),
    "text.literal": ("text-accent", ""),
    "punctuation.delimiter": ("text-accent", ""),
    "punctuation.special": ("text-secondary", "bold"),
    "link.uri": ("text-primary", "underline"),
    "link.label": ("text-primary", ""),
}
"""Colours of what the parser tells apart, by theme variable, as `page.py` has them."""


class MarkdownArea(TextArea):
    """Plain where no parser is installed, or the text is long."""

    DEFAULT_CSS = """
    MarkdownArea, MarkdownArea:focus {
        border: none;
        padding: 0 1;
        background: transparent;
    }
    """

    def on_mount(self) -> None:
        self.tab_behavior = "indent"
        self._colour()
        self.watch(self.app, "theme", self._colour, init=False)

    def show(self, text: str) -> None:
        """Show another text, with the cursor at its beginning."""
        self.language = "markdown" if len(text) <= HIGHLIGHTED else None
        self.soft_wrap = len(text) <= WRAPPED
        self.load_text(text)

    def _colour(self) -> None:
        variables = self.app.theme_variables
        styles = {
            name: Style.parse(f"{words} {_rich(variables.get(colour, ''))}".strip())
            for name, (colour, words) in _STYLES.items()
        }
        self.register_theme(TextAreaTheme(name=_THEME, syntax_styles=styles))
        self.theme = "css"
        self.theme = _THEME


def _rich(colour: str) -> str:
    """A theme's colour as Rich reads it; one that it can't is left to the terminal."""
    return colour if colour.startswith("#") else ""
