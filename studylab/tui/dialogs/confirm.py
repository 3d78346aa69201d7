"""A question before something that can't be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from studylab.language import _
from studylab.tui.translated import TranslatedKeys


class ConfirmDialog(TranslatedKeys, ModalScreen[bool]):
    """Says exactly what will happen. Dismissed with True for yes; no has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape,q", "dismiss(False)", "No"),
        Binding("left,up", "app.focus_previous", "Other", show=False),
        Binding("right,down", "app.focus_next", "Other", show=False),
    ]
    DEFAULT_CSS = """
    ConfirmDialog > #dialog {
        width: 64;
        & > #text { margin: 0 1 1 1; }
        & > Horizontal { height: 1; align-horizontal: right; }
        & Button { margin-left: 2; }
    }
    """

    def __init__(self, title: str, text: str, *, yes: str, no: str = "") -> None:
        """`yes` and `no` name what the two answers do, as `Stop it` and `Let it go on`."""
        super().__init__()
        self._title = title
        self._text = text
        self._yes = yes
        self._no = no or _("No")

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = _("y yes · n no")
            yield Static(Content(self._text), id="text")
            with Horizontal():
                yield Button(Content(self._yes), id="yes", variant="warning", compact=True)
                yield Button(Content(self._no), id="no", compact=True)

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#no"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The same as the keys."""
        event.stop()
        self.dismiss(event.button.id == "yes")
