"""Asking for one line, and telling while it is typed what it will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.tui.translated import TranslatedKeys


class LineDialog(TranslatedKeys, ModalScreen[str | None]):
    """Dismisses with what was typed, or with None.

    `told` says in words what a line would do; where it raises a Problem the line is not taken,
    and the reason is shown once enter is pressed.
    """

    DEFAULT_CSS = """
    LineDialog {
        #dialog { width: 64; }
        Input { background: $boost; }
        #told { height: auto; min-height: 2; max-height: 5; color: $text-muted; }
        #told.error { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave")]

    def __init__(
        self,
        title: str,
        prompt: str,
        told: Callable[[str], str],
        *,
        value: str = "",
        placeholder: str = "",
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._prompt = prompt
        self._told = told
        self._value = value
        self._placeholder = placeholder
        self._suggester = suggester

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = Content(self._title)
            box.border_subtitle = _("enter takes it · esc leaves")
            yield Static(Content(self._prompt), classes="quiet")
            yield Input(
                self._value,
                placeholder=self._placeholder,
                suggester=self._suggester,
                compact=True,
            )
            yield Static(id="told")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))
        self._tell(self._value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what it would do; what is half typed is not complained about."""
        self._tell(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it, or say what is wrong with it and leave it there to be mended."""
        try:
            self._told(event.value)
        except Problem as problem:
            self._show(str(problem), error=True)
        else:
            self.dismiss(event.value)

    def _tell(self, value: str) -> None:
        try:
            self._show(self._told(value))
        except Problem:
            self._show("")

    def _show(self, text: str, *, error: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "error")
        told.update(Content(one_line(text)))
