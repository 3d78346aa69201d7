"""Finding anything that was written: questions, answers, missed points and notes, as you type."""

from __future__ import annotations

from contextlib import closing
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Input, Static
from textual.worker import Worker, get_current_worker

from studylab import locations
from studylab.language import _
from studylab.plain import one_line
from studylab.store.database import open_database
from studylab.store.missed import MissedPoint
from studylab.store.search import Found, NoteHit, index_notes, search
from studylab.tui.open_found import open_note, open_paper, open_question
from studylab.tui.question_rows import FoundCell, Rows, columns
from studylab.tui.room import RoomBar
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import Column, Row, RowList

MOST = 100
"""Shown of each kind; one more word finds the rest."""
TYPING_SECONDS = 0.12
"""A search waits for a pause of this length."""

GROUPS = ("questions", "missed", "notes")


class SearchScreen(TranslatedKeys, Screen[None]):
    """A field, and below it what was found of each kind; enter opens it where it belongs."""

    DEFAULT_CSS = """
    SearchScreen {
        #query { margin: 0 1; background: $boost; }
        #found { height: 1fr; padding: 0 0 0 1; scrollbar-size-vertical: 1; }
        #found > Static { height: 1; margin-top: 1; }
        #found > RowList { height: auto; }
        #found > RowList:blur > .row-list--cursor { background: transparent; }
        #hint { color: $text-muted; height: auto; }
        .empty { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "walk(1)", "Down", show=False),
        Binding("up,k", "walk(-1)", "Up", show=False),
        Binding("slash", "type", "Find", key_display="/", tooltip="Change what is looked for"),
        Binding("escape", "leave", "Leave"),
    ]
    AUTO_FOCUS = "#query"

    def __init__(self) -> None:
        super().__init__()
        self._missed: dict[str, MissedPoint] = {}
        self._typing: Timer | None = None
        self._shown = ""
        self._opening = False

    def compose(self) -> ComposeResult:
        yield RoomBar("")
        yield Input(
            placeholder=_("words of questions, answers, missed points and notes"),
            compact=True,
            id="query",
        )
        with VerticalScroll(id="found", can_focus=False):
            yield Static(id="hint")
            for name in GROUPS:
                yield Static(id=f"title-{name}", classes="heading empty")
                layout = [Column(20, fit=True), Column()] if name == "notes" else None
                rows = RowList(layout or columns(titled=False), id=name, classes="empty")
                yield rows
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._hint(_("Every word has to occur, in any order; Chinese too."))
        self._index()

    # Searching, beside the screen: a key never waits for it

    @work(thread=True, group="index", exit_on_error=False)
    def _index(self) -> None:
        """Take in the notes that were written since."""
        with closing(open_database(locations.database())) as db:
            changed = index_notes(db, locations.notes())
        if changed and not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._look)

    @work(thread=True, group="search", exclusive=True, exit_on_error=False)
    def _search(self, query: str) -> None:
        with closing(open_database(locations.database())) as db:
            found = search(db, query, locations.notes(), limit=MOST)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._show, query, found)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A search that failed is told."""
        if event.worker.error is not None:
            self.app.problem(event.worker.error)

    def on_input_changed(self) -> None:
        """Search once the student pauses."""
        self._opening = False
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._look)

    def on_screen_resume(self) -> None:
        """What was opened may have been changed there."""
        self._look()

    def _look(self) -> None:
        query = self.query_one("#query", Input).value.strip()
        if query:
            self._search(query)
        else:
            self._show("", Found([], [], []))

    # What was found

    def _show(self, query: str, found: Found) -> None:
        if query != self.query_one("#query", Input).value.strip():
            return
        self._shown = query
        rows = Rows(self.workspace)
        self._missed = {str(point.id): point for point in found.missed}
        questions = [rows.row(each, query, marked=False) for each in found.questions]
        missed = [rows.missed(each, query) for each in found.missed]
        notes = [_note_row(each, query) for each in found.notes]
        self._fill("questions", _("Questions"), questions)
        self._fill("missed", _("Missed points"), missed)
        self._fill("notes", _("Notes"), notes)
        if query and not (questions or missed or notes):
            self._hint(_("Nothing has all of these words."))
        elif query:
            self._hint("")
        else:
            self._hint(_("Every word has to occur, in any order; Chinese too."))
        if self._opening:
            self._open_first()

    def _fill(self, name: str, title: str, rows: list[Row]) -> None:
        count = f"{len(rows)}+" if len(rows) >= MOST else str(len(rows))
        heading = self.query_one(f"#title-{name}", Static)
        heading.update(Content(f"{title}  {count}"))
        heading.set_class(not rows, "empty")
        of_kind = self.query_one(f"#{name}", RowList)
        of_kind.set_class(not rows, "empty")
        of_kind.set_rows(rows)
        if not rows and of_kind.has_focus:
            self.action_type()

    def _hint(self, text: str) -> None:
        hint = self.query_one("#hint", Static)
        hint.update(Content(text))
        hint.set_class(not text, "empty")

    # Keys

    @property
    def _lists(self) -> list[RowList]:
        return [each for each in self.query(RowList).results(RowList) if each.keys]

    def action_walk(self, by: int) -> None:
        """From the field to the first list, from one list to the next, and back."""
        stops = [self.query_one("#query", Input), *self._lists]
        here = stops.index(self.focused) if self.focused in stops else 0
        there = stops[max(0, min(here + by, len(stops) - 1))]
        if isinstance(there, RowList) and there is not self.focused:
            (there.action_first if by > 0 else there.action_last)()
        there.focus()

    def action_type(self) -> None:
        """Back to the field."""
        self.query_one("#query", Input).focus()

    def action_leave(self) -> None:
        """Back to the field, and from there to where it was opened."""
        if isinstance(self.focused, Input) or not self.query_one("#query", Input).value:
            self.dismiss()
        else:
            self.action_type()

    def on_input_submitted(self) -> None:
        """Enter in the field opens what was found first, once it is found."""
        if self._shown == self.query_one("#query", Input).value.strip():
            self._open_first()
        else:
            self._opening = True

    def _open_first(self) -> None:
        self._opening = False
        if self._lists:
            first = self._lists[0]
            first.action_first()
            first.focus()
            first.action_select()

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        """Open what was found where it belongs."""
        match event.row_list.id:
            case "questions":
                open_question(self.app, int(event.key))
            case "missed":
                self._open_missed(self._missed[event.key])
            case _:
                open_note(self.app, event.key)

    def _open_missed(self, point: MissedPoint) -> None:
        if not open_paper(self.app, point.paper):
            self.notify(one_line(f"{point.text} {point.remark}"), timeout=12, markup=False)


def _note_row(hit: NoteHit, query: str) -> Row:
    line = one_line(hit.excerpt.text)
    return Row(hit.name, (one_line(hit.name), FoundCell(line, query, query, line, lambda: None)))
