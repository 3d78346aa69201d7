"""A few short fields that belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.tui.translated import TranslatedKeys

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill in."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    suggestions: Sequence[str] = ()


class FieldsDialog(TranslatedKeys, ModalScreen[bool]):
    """Takes the fields' values and saves them; dismisses with whether it did.

    What they would do is told while they are typed; where they can't be saved the dialog stays,
    with the reason.
    """

    DEFAULT_CSS = """
    FieldsDialog {
        #dialog { width: 64; }
        Horizontal { height: auto; }
        Horizontal > Static { width: auto; margin-right: 2; color: $text-muted; }
        Input { width: 1fr; background: $boost; }
        #told { height: auto; min-height: 2; max-height: 5; color: $text-muted; }
        #told.error { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Leave"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        save: Callable[[Values], None],
        tell: Callable[[Values], str],
    ) -> None:
        """`save` and `tell` raise a Problem for values that won't do."""
        super().__init__()
        self._title = title
        self._fields = fields
        self._save = save
        self._says = tell

    def compose(self) -> ComposeResult:
        widest = max(cell_len(field.label) for field in self._fields)
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = Content(self._title)
            box.border_subtitle = _("enter saves · esc leaves")
            for field in self._fields:
                suggestions = SuggestFromList(field.suggestions, case_sensitive=False)
                with Horizontal():
                    yield Static(Content(field.label + " " * (widest - cell_len(field.label))))
                    yield Input(
                        field.value,
                        placeholder=field.placeholder,
                        suggester=suggestions if field.suggestions else None,
                        compact=True,
                        id=field.name,
                    )
            yield Static(id="told")

    def on_mount(self) -> None:
        self.set_focus(self.query(Input).first())

    def on_input_changed(self) -> None:
        """Tell what the values would do; what is half typed is not complained about."""
        try:
            self._tell(self._says(self._values()))
        except Problem:
            self._tell("")

    def on_input_submitted(self) -> None:
        """Save, or say what is wrong and leave it there to be mended."""
        try:
            self._save(self._values())
        except Problem as problem:
            self._tell(str(problem), error=True)
        else:
            self.dismiss(True)

    def _values(self) -> Values:
        return {field.name: self.query_one(f"#{field.name}", Input).value for field in self._fields}

    def _tell(self, text: str, *, error: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "error")
        told.update(Content(one_line(text)))
