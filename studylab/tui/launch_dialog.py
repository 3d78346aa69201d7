"""What the forms that launch something share: complaining, going on to the run, leaving."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studylab.language import _
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.expecting import note_expected
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.expect_fields import Expected


class LaunchDialog(TranslatedKeys, ModalScreen[None]):
    """A form with a `#complaint`; a subclass has the fields, and launches."""

    LOST: ClassVar[str]
    """What is asked about before it is thrown away, in English."""

    DEFAULT_CSS = """
    LaunchDialog #complaint { height: auto; max-height: 3; color: $text-error; display: none; }
    LaunchDialog #complaint.told { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._begun_with: list[str] = []
        self._launching = False
        self._expected: Expected | None = None

    @property
    def _typed(self) -> list[str]:
        """What the fields hold."""
        return []

    def _set_launching(self, launching: bool) -> None:
        self._launching = launching
        if launching:
            self._complain("")

    def _launched(self, run: RunDirectory) -> None:
        from studylab.tui.live import LiveView

        note_expected(self.app, run.id, self._expected)
        front: object = self.app.screen
        if front is self:
            self.app.switch_screen(LiveView(run))
        else:
            self.app.notify(_("{run} was started", run=run.id), timeout=5, markup=False)

    def _refused(self, text: str) -> None:
        """Nothing was started: everything typed is still here."""
        if self.is_attached:
            self._set_launching(False)
            self._complain(text)
        else:
            self.app.notify(text, severity="error", timeout=12, markup=False)

    def _complain(self, text: str) -> None:
        complaint = self.query_one("#complaint", Static)
        complaint.update(Content(one_line(text)))
        complaint.set_class(bool(text), "told")

    def action_leave(self) -> None:
        """Close; ask first if that would throw away what was typed."""
        if self._typed == self._begun_with:
            self.dismiss()
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self.dismiss()

        self.app.push_screen(
            ConfirmDialog(_("Throw it away?"), _(self.LOST), yes=_("Throw it away"), no=_("Go on")),
            answered,
        )
