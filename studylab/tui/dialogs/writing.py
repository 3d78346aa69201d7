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
from textual.widgets import Input, Static, TextArea

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.dialogs.draft import Draft
from studylab.tui.translated import TranslatedKeys

PAUSE = 1.0
"""Seconds without a key after which a draft is kept."""


class WritingDialog(TranslatedKeys, ModalScreen[int | None]):
    """A text area with a line above that says what the text is about, and fields below it.

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
        .line { height: 1; }
        .line > Static { width: auto; margin-right: 1; color: $text-muted; }
        .line > Input { width: 1fr; }
        #complaint { height: auto; max-height: 4; color: $text-error; display: none; }
    }
    WritingDialog.-low TextArea { height: 8; }
    WritingDialog.-low #quoted { max-height: 3; margin: 0; }
    WritingDialog.-flat TextArea { height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Leave", priority=True),
    ]

    def __init__(self, text: str = "", *, draft: str) -> None:
        super().__init__()
        self._begun_with = text
        self._fields_begun_with: dict[str, str] = {}
        self._draft_name = draft
        self._unsaved: dict[str, str] = {}
        self._finished = False
        self._keeping: Timer | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as box:
            box.border_title = self.heading()
            box.border_subtitle = _("ctrl+s saves · esc leaves")
            yield Static(Content(one_line(_("About {what}", what=self.about()))), id="about")
            yield from self.compose_above()
            yield TextArea(
                self._begun_with, placeholder=self.placeholder(), compact=True, id="text"
            )
            yield from self.compose_below()
            yield Static(id="complaint")

    def heading(self) -> str:
        """What the dialog is for."""
        raise NotImplementedError

    def about(self) -> str:
        """What the text is about."""
        raise NotImplementedError

    def placeholder(self) -> str:
        """What stands in the text area while it is empty."""
        return ""

    def compose_above(self) -> Iterable[Widget]:
        """What is between the line that says what it is about and the text."""
        return ()

    def compose_below(self) -> Iterable[Widget]:
        """Fields below the text; what is typed into an `Input` of the class `field` is kept."""
        return ()

    def on_mount(self) -> None:
        self._fields_begun_with = {field.id or "": field.value for field in self.fields}
        if self._take_draft():
            self.complain(_("This was typed before and not saved."))
        area = self.query_one("#text", TextArea)
        area.move_cursor(area.document.end)
        self.set_focus(area)

    def _take_draft(self) -> bool:
        area = self.query_one("#text", TextArea)
        taken = False
        draft = self._draft().read()
        if draft and draft != self._begun_with:
            area.text = draft
            taken = True
        for field in self.fields:
            typed = " ".join(self._draft(field.id or "").read().split())
            if typed and typed != field.value:
                field.value = typed
                taken = True
        return taken

    def on_text_area_changed(self) -> None:
        """Keep a draft as soon as the student pauses."""
        self.keep_soon()

    def on_input_changed(self) -> None:
        """A field is part of the draft."""
        self.keep_soon()

    def keep_soon(self) -> None:
        """Keep what is typed once the student pauses."""
        self._unsaved = self._typed() if self.changed and not self._finished else {}
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(PAUSE, self._keep)

    def on_unmount(self) -> None:
        """The app may be on its way out, with the text still here."""
        if self._keeping is not None:
            self._keeping.stop()
        if self._unsaved:
            self._keep()

    @property
    def text(self) -> str:
        """What is in the text area."""
        return self.query_one("#text", TextArea).text

    @property
    def fields(self) -> list[Input]:
        """The fields below the text."""
        return list(self.query("Input.field").results(Input))

    @property
    def changed(self) -> bool:
        """Whether there is something that leaving would throw away."""
        if self.text.strip() != self._begun_with.strip():
            return True
        begun = self._fields_begun_with
        return any(field.value.strip() != begun.get(field.id or "", "") for field in self.fields)

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
        self._unsaved = {}
        for name in ("", *self._fields_begun_with):
            self._draft(name).drop()
        self.dismiss(kept)

    def _typed(self) -> dict[str, str]:
        typed = {"": self.text if self.text.strip() != self._begun_with.strip() else ""}
        for field in self.fields:
            name = field.id or ""
            typed[name] = field.value if field.value != self._fields_begun_with.get(name) else ""
        return typed

    def _keep(self) -> None:
        for name in ("", *self._fields_begun_with):
            self._draft(name).keep(self._unsaved.get(name, ""))

    def _draft(self, field: str = "") -> Draft:
        return Draft(f"{self._draft_name}-{field}" if field else self._draft_name)

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

        count = len(self.text) + sum(len(field.value) for field in self.fields)
        self.app.push_screen(
            ConfirmDialog(
                _("Throw it away?"),
                n_(
                    "What you typed here, {count} character, is not saved.",
                    "What you typed here, {count} characters, is not saved.",
                    count,
                ),
                yes=_("Throw it away"),
                no=_("Go on writing"),
            ),
            answered,
        )
