"""The base of dialogs in which a student writes something that must not get lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static, TextArea

from studylab.plain import one_line
from studylab.problem import Problem
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.dialogs.draft import Draft
from studylab.workspace import Workspace

PAUSE = 1.0
"""Seconds without a key after which a draft is kept."""


class WritingDialog(ModalScreen[int | None]):
    """A text area with a line above that says what the text is about.

    A subclass writes the text down in `save`. If that fails the dialog stays, with the text and
    the reason. It dismisses with what `save` returned, or with None when nothing was kept.
    What is typed is kept as a draft, and is there again when the dialog is opened the next time
    after the app or its terminal went away.
    """

    DEFAULT_CSS = """
    WritingDialog {
        #about { height: auto; max-height: 3; color: $text-muted; }
        #quoted { height: auto; max-height: 6; margin: 1 0; }
        TextArea {
            height: 10;
            background: $boost;
        }
        .field { height: auto; }
        #complaint { height: auto; max-height: 4; color: $text-error; display: none; }
    }
    WritingDialog.-low TextArea { height: 8; }
    WritingDialog.-flat TextArea { height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Leave", priority=True),
    ]
    TITLE = ""

    PLACEHOLDER = ""

    def __init__(self, text: str = "", *, draft: str) -> None:
        super().__init__()
        self._begun_with = text
        self._draft = Draft(draft)
        self._unsaved = ""
        self._finished = False
        self._keeping: Timer | None = None

    @property
    def workspace(self) -> Workspace:
        """The student's studylab."""
        found: Workspace = self.app.workspace  # type: ignore[attr-defined]
        return found

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = self.TITLE
            box.border_subtitle = "ctrl+s saves · esc leaves"
            yield Static(Content(f"About {one_line(self.about())}"), id="about")
            yield from self.compose_above()
            yield TextArea(self._begun_with, placeholder=self.PLACEHOLDER, compact=True, id="text")
            yield from self.compose_below()
            yield Static(id="complaint")

    def about(self) -> str:
        """What the text is about."""
        raise NotImplementedError

    def compose_above(self) -> Iterable[Widget]:
        """What is between the line that says what it is about and the text."""
        return ()

    def compose_below(self) -> Iterable[Widget]:
        """Fields below the text."""
        return ()

    def on_mount(self) -> None:
        area = self.query_one("#text", TextArea)
        draft = self._draft.read()
        if draft and draft != self._begun_with:
            area.text = draft
            self.complain("This was typed before and not saved.")
        area.move_cursor(area.document.end)
        area.focus()

    def on_text_area_changed(self) -> None:
        """Keep a draft as soon as the student pauses."""
        self._unsaved = self.text if self.changed and not self._finished else ""
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(PAUSE, lambda: self._draft.keep(self._unsaved))

    def on_unmount(self) -> None:
        """The app may be on its way out, with the text still here."""
        if self._keeping is not None:
            self._keeping.stop()
        if self._unsaved:
            self._draft.keep(self._unsaved)

    @property
    def text(self) -> str:
        """What is in the text area."""
        return self.query_one("#text", TextArea).text

    @property
    def changed(self) -> bool:
        """Whether there is something that leaving would throw away."""
        return self.text.strip() != self._begun_with.strip()

    def save(self) -> int:
        """Write the text down.

        Raises:
            Problem: nothing was written; the dialog shows it and stays.
        """
        raise NotImplementedError

    def action_save(self) -> None:
        """Save and close; stay open with the reason if that can't be done."""
        try:
            kept = self.save()
        except Problem as problem:
            self.complain(str(problem))
        else:
            self._finish(kept)

    def _finish(self, kept: int | None) -> None:
        self._finished = True
        self._unsaved = ""
        self._draft.drop()
        self.dismiss(kept)

    def complain(self, text: str) -> None:
        """Show why something can't be done, inside the dialog."""
        complaint = self.query_one("#complaint", Static)
        complaint.update(Content(one_line(text)))
        complaint.display = True
        complaint.scroll_visible(animate=False)

    def action_leave(self) -> None:
        """Close; ask first when that would throw away what was typed."""
        if not self.changed:
            self._finish(None)
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self._finish(None)

        self.app.push_screen(
            ConfirmDialog(
                "Throw it away?",
                f"What you typed here, {len(self.text):,} characters, is not saved.",
                yes="Throw it away",
                no="Go on writing",
            ),
            answered,
        )
