"""Samples, tables, pictures and warnings of a run, full screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from studylab.language import _
from studylab.tui.live_notes import Note
from studylab.tui.live_text import quiet
from studylab.tui.tones import WARN
from studylab.tui.translated import TranslatedKeys


class NotesView(TranslatedKeys, Screen[None]):
    """The newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,e", "back", "Back")]
    DEFAULT_CSS = """
    NotesView {
        & > #about { height: 1; padding: 0 1; background: $panel; }
        & VerticalScroll { padding: 0 1; }
        & .note { height: auto; margin-bottom: 1; }
    }
    """

    def __init__(self, run_id: str, notes: Sequence[Note]) -> None:
        super().__init__()
        self._run_id = run_id
        self._notes = notes

    def compose(self) -> ComposeResult:
        about = _("{run}  samples and warnings, the newest first", run=self._run_id)
        yield Static(quiet(about), id="about")
        with VerticalScroll():
            if not self._notes:
                yield Static(
                    quiet(
                        _(
                            "Nothing yet. What the lab reports beside its figures comes here: "
                            "samples of text, tables such as a confusion matrix, pictures, "
                            "warnings."
                        )
                    )
                )
            for note in reversed(self._notes):
                heading = f"bold {WARN}" if note.is_warning else "bold"
                yield Static(
                    Content.assemble(Content.styled(note.heading, heading), "\n", note.text),
                    classes="note",
                )
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_back(self) -> None:
        """Close."""
        self.dismiss()
