"""Saying what is expected of a run that goes on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import expectations
from studylab.store.expectations import Expectation
from studylab.store.runs import RunRow
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.expect_fields import ExpectFields


class ExpectDialog(TranslatedKeys, ModalScreen[None]):
    """The fields; saved with nothing in them, nothing is expected any more."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Leave"),
    ]
    DEFAULT_CSS = """
    ExpectDialog > #dialog {
        width: 76; max-width: 96%;
        & > #about { color: $text-muted; margin-bottom: 1; }
        & > #complaint { height: auto; color: $text-error; }
    }
    """

    def __init__(self, run: RunRow, before: Expectation | None) -> None:
        super().__init__()
        self._run = run
        self._before = before

    def compose(self) -> ComposeResult:
        entry = next((e for e in self.workspace.labs if e.id == self._run.lab), None)
        metrics = [r.metric for r in entry.declared.references] if entry else []
        with Vertical(id="dialog") as box:
            box.border_title = _("What do you expect?")
            box.border_subtitle = _("ctrl+s saves · esc leaves")
            yield Static(Content(one_line(f"{self._run.id}  {self._run.lab}")), id="about")
            yield ExpectFields(metrics, self._before)
            yield Static(id="complaint")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#expect-value"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter saves."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Record it, or say what can't be read."""
        db = self.workspace.db
        try:
            expected = self.query_one(ExpectFields).read()
            if expected is not None:
                expectations.expect(
                    db,
                    self._run.id,
                    metric=expected.metric,
                    value=expected.value,
                    shape=expected.shape,
                    why=expected.why,
                )
            elif self._before is not None:
                expectations.forget(db, self._run.id)
        except Problem as problem:
            self.query_one("#complaint", Static).update(Content(one_line(str(problem))))
        else:
            self.dismiss()

    def action_leave(self) -> None:
        """Close without saving."""
        self.dismiss()
