"""The keys that work on the screen in front."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from studylab.language import _
from studylab.tui.translated import TranslatedKeys

HIDDEN = {"tab", "shift+tab", "ctrl+c", "super+c", "ctrl+q"}


class HelpDialog(TranslatedKeys, ModalScreen[None]):
    """Every binding of a screen and of what has the focus there."""

    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close")]

    def __init__(self, of: Screen[object]) -> None:
        super().__init__()
        self._bindings_there = list(of.active_bindings.values())

    def compose(self) -> ComposeResult:
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="bold", no_wrap=True)
        table.add_column()
        seen = set()
        for active in self._bindings_there:
            binding = active.binding
            if binding.key in HIDDEN or not binding.description or binding.action in seen:
                continue
            seen.add(binding.action)
            table.add_row(
                Text(self.app.get_key_display(binding)),
                Text(binding.tooltip or binding.description),
            )
        with VerticalScroll(id="dialog") as box:
            box.border_title = _("Keys here")
            box.border_subtitle = _("esc closes")
            yield Static(table)
