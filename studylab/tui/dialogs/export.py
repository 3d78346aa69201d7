"""Exporting: in which format, and where to."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from studylab import locations
from studylab.language import N_, _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store.database import open_database
from studylab.study.export.save import ALL, default_path, save
from studylab.tui.dialogs.choice import Choice
from studylab.tui.dialogs.path_field import PathSuggester
from studylab.tui.translated import TranslatedKeys

if TYPE_CHECKING:
    from studylab.workspace import Workspace

_FORMATS = {
    "json": "JSON",
    "markdown": "Markdown",
    "csv": "CSV",
    "anki": "Anki",
    ALL: N_("all of them"),
}

_MEANS = {
    "json": N_("One file with everything that you wrote; importing takes it back."),
    "markdown": N_("A folder to read: a page for each week, time and runs, and your notes."),
    "csv": N_("A folder with one table each, for Excel and its like. Notes are not in it."),
    "anki": N_("A deck of answered questions and missed points, to learn them in Anki."),
    ALL: N_("A folder with JSON, Markdown, CSV and the Anki deck."),
}


class ExportDialog(TranslatedKeys, ModalScreen[None]):
    """Asks for format and place, and writes the export beside the app."""

    DEFAULT_CSS = """
    ExportDialog {
        Input { background: $boost; margin-top: 1; }
        #means { height: auto; margin-top: 1; color: $text-muted; }
        #told { height: auto; min-height: 2; margin-top: 1; color: $text-muted; }
        #told.error { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
        Binding("enter", "write", "Export", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._busy = False
        self._offered = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = _("Export")
            box.border_subtitle = _("← → format · enter exports · esc leaves")
            yield Choice([(key, _(word)) for key, word in _FORMATS.items()], id="format")
            yield Static(id="means")
            yield Input(suggester=PathSuggester(), compact=True, id="path")
            yield Static(id="told")

    def on_mount(self) -> None:
        self._offer("json")
        self.set_focus(self.query_one(Choice))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Say what it is, and offer a place of its kind."""
        self._offer(event.value)

    def on_input_submitted(self) -> None:
        """Enter in the field exports."""
        self.action_write()

    def action_write(self) -> None:
        """Write the export."""
        value = self.query_one(Input).value.strip()
        if self._busy or not value:
            return
        self._busy = True
        self._tell(_("Writing…"))
        self._write(self.workspace, self.query_one(Choice).value, Path(value).expanduser())

    @work(thread=True, group="transfer", exit_on_error=False)
    def _write(self, workspace: Workspace, format: str, path: Path) -> None:
        try:
            with closing(open_database(locations.database())) as db:
                saved = save(replace(workspace, db=db), format, path)
        except Problem as problem:
            told = str(problem)
            self.app.call_from_thread(self._refused, told)
        else:
            self.app.call_from_thread(self._written, [str(saved.path), *saved.complaints])

    def _written(self, told: list[str]) -> None:
        text = "\n".join(map(one_line, told))
        self.app.notify(text, title=_("Exported"), timeout=12, markup=False)
        if self.is_attached:
            self.dismiss()

    def _refused(self, told: str) -> None:
        self._busy = False
        if self.is_attached:
            self._tell(told, error=True)
        else:
            self.app.notify(told, severity="error", timeout=12, markup=False)

    def _offer(self, format: str) -> None:
        self.query_one("#means", Static).update(Content(_(_MEANS[format])))
        field = self.query_one(Input)
        # A place that the student typed stays.
        if field.value == self._offered:
            self._offered = field.value = str(default_path(format))

    def _tell(self, text: str, *, error: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "error")
        told.update(Content(one_line(text)))
