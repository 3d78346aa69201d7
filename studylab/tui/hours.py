"""The study sessions: what was booked, when and on what; time is booked and corrected here."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs.wording import duration
from studylab.store import sessions
from studylab.store.sessions import Session
from studylab.study import days, session_words
from studylab.tui import ages
from studylab.tui.dialogs.session import session_dialog
from studylab.tui.room import RoomBar
from studylab.tui.tones import BUSY, QUIET
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import Column, Row, RowList

SHOWN = 500
"""The newest sessions; the command line lists them all."""


class HoursScreen(TranslatedKeys, Screen[None]):
    """Lists the sessions, the newest first."""

    DEFAULT_CSS = """
    HoursScreen {
        & > #sum { height: 1; padding: 0 1; }
        & > RowList { margin: 1 1 0 1; max-width: 120; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Book time", tooltip="Book time by hand"),
        Binding("d", "delete", "Delete", tooltip="Delete the session that the cursor is on"),
        Binding("u", "undo", "Undo", tooltip="Take the last change back"),
        Binding("escape", "dismiss(None)", "Back"),
    ]

    def compose(self) -> ComposeResult:
        yield RoomBar("week")
        yield Static(id="sum")
        yield RowList(
            [
                Column(10, fit=True),
                Column(16, fit=True, align="right"),
                Column(8, fit=True, needs=50),
                Column(),
            ],
            id="sessions",
        )
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self._rows)
        self.show_data()

    @property
    def _rows(self) -> RowList:
        return self.query_one(RowList)

    def show_data(self) -> None:
        """Read everything anew."""
        db = self.workspace.db
        whole = sum(sessions.seconds_by_week(db).values())
        self.query_one("#sum", Static).update(
            Content(_("Study sessions: {time} in all", time=days.span(whole)))
        )
        self._rows.set_rows(
            [self._row(session) for session in sessions.listing(db, limit=SHOWN)],
            empty=_("No session yet: s in the Week screen starts one, a books time by hand."),
        )

    def _row(self, session: Session) -> Row:
        workspace = self.workspace
        week = "" if session.week is None else _("Week {number}", number=session.week)
        time = Content(days.span(session.seconds))
        if session.open:
            passed = session.seconds_at(ages.present().isoformat())
            time = Content.styled(f"{'▸ ' if session.running else ''}{duration(passed)}", BUSY)
        subject = session_words.subject(workspace, session) if session.item else ""
        return Row(
            str(session.id),
            (one_line(session.day), time, Content.styled(week, QUIET), subject),
        )

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        """Correct a session."""
        try:
            session = sessions.get(self.workspace.db, int(event.key))
        except Problem as problem:
            self.app.problem(problem)
            self.show_data()
            return
        if session.open:
            text = _("This session has not ended; S in the Week screen stops it")
            self.notify(text, timeout=6, markup=False)
        else:
            self._ask(session)

    def action_add(self) -> None:
        """Book time by hand."""
        self._ask(None)

    def action_delete(self) -> None:
        """Delete the session that the cursor is on."""
        if self._rows.key is None:
            return
        try:
            sessions.delete(self.workspace.db, int(self._rows.key))
        except Problem as problem:
            self.app.problem(problem)
        else:
            self.notify(_("Deleted · u takes it back"), timeout=4, markup=False)
        self.show_data()

    def action_undo(self) -> None:
        """Take the last change back."""
        self.app.undo()
        self.show_data()

    def _ask(self, session: Session | None) -> None:
        workspace = self.workspace
        dialog = session_dialog(workspace, days.today(ages.present()), session)
        self.app.push_screen(dialog, lambda _saved: self.show_data())
