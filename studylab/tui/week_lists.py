"""The lists of the Week screen, and the headings above them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.store import question_list
from studylab.syllabus.model import Item, Week
from studylab.tui.open_item import opens
from studylab.tui.week_rows import (
    BAR,
    VIDEOS,
    Study,
    link_rows,
    next_row,
    open_in_week,
    question_rows,
    running_rows,
    section_of,
    todo_rows,
    topic_rows,
)
from studylab.tui.widgets.list_stack import ListStack
from studylab.tui.widgets.row_list import Column, Row, RowList
from studylab.workspace import Workspace

if TYPE_CHECKING:
    from studylab.store.activity import Day
    from studylab.tui.widgets.heat_map import HeatMap

NEWEST = 3
"""Open questions that are shown; the others are counted."""


class WeekLists(ListStack):
    """What is next, what runs, what is to be done; all scrolls together where it does not fit."""

    DEFAULT_CSS = """
    WeekLists {
        & .column { height: auto; }
        & #hint { height: 2; color: $foreground 60%; text-wrap: nowrap; text-overflow: ellipsis; }
        & #notes { height: auto; margin-top: 1; }
        & #activity { display: none; height: auto; }
    }
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(id="lists")
        self._workspace = workspace
        self._map: HeatMap | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="now", classes="column"):
            yield Static(id="next-heading", classes="heading")
            yield RowList(
                [Column(8, fit=True), Column(), Column(7, fit=True, align="right")], id="next"
            )
            yield Static(id="hint")
            yield Static(id="running-heading", classes="heading")
            yield RowList(
                [
                    Column(),
                    Column(BAR, fit=True, needs=36),
                    Column(15, fit=True, align="right"),
                    Column(11, fit=True),
                ],
                id="running",
            )
            yield Static(id="questions-heading", classes="heading")
            yield RowList([Column(), Column(10, fit=True, align="right")], id="questions")
        with Vertical(id="work", classes="column"):
            yield Static(id="todo-heading", classes="heading")
            yield RowList(
                [
                    Column(1),
                    Column(8, needs=44),
                    Column(),
                    Column(20, fit=True, part=0.4, needs=44),
                ],
                id="todo",
            )
        with Vertical(id="about", classes="column"):
            yield Static(id="notes")
            yield Static(id="topics-heading", classes="heading")
            yield RowList([Column(1), Column(), Column(18, fit=True, part=0.45)], id="topics")
            yield Static(id="links-heading", classes="heading")
            yield RowList([Column(), Column(20, fit=True, needs=50)], id="links")

    def show(self, study: Study, week: Week, following: Item | None, said: str) -> None:
        """Show a week, of which `following` is next; `said` is what was just done."""
        self._show_next(study, week, following, said)
        self.show_running()
        self._show_questions(week)
        self._heading("todo", _("THIS WEEK"))
        self.rows("todo").set_rows(todo_rows(study, week))
        self._show_notes(week)
        self._show_optional("topics", _("TOPICS"), topic_rows(study, week))
        self._show_optional("links", _("LINKS"), link_rows(study, week))

    def show_running(self) -> None:
        """Show the runs that are not over."""
        self._heading("running", _("RUNNING"))
        empty = _("Nothing is running: 5 shows the labs.")
        self.rows("running").set_rows(running_rows(self._workspace), empty=empty)

    def show_review(self, due: int) -> None:
        """Show how much waits for review, if anything does."""
        if due and not self.query("#review"):
            review = Static(id="review", classes="heading")
            self.query_one("#now").mount(review, before="#running-heading")
        for there in self.query("#review").results(Static):
            there.display = due > 0
            text = n_("REVIEW {count} due today: v", "REVIEW {count} due today: v", due)
            there.update(Content(text))

    def show_activity(self, days: Mapping[date, Day], today: date) -> None:
        """Show what was done on each day, where there is room, once there is anything."""
        from studylab.tui.widgets.heat_map import HeatMap

        self.set_class(bool(days), "-active")
        if days and self._map is None:
            self._map = HeatMap()
            heading = Static(Content(_("ACTIVITY")), classes="heading")
            self.query_one("#work").mount(Vertical(heading, self._map, id="activity"))
        if self._map is not None:
            self._map.show(days, today)

    def _heading(self, name: str, text: str) -> None:
        self.query_one(f"#{name}-heading", Static).update(Content(text))

    def _show_optional(self, name: str, heading: str, rows: list[Row]) -> None:
        self._heading(name, heading)
        self.rows(name).set_rows(rows)
        self.rows(name).display = bool(rows)
        self.query_one(f"#{name}-heading").display = bool(rows)

    def _show_next(self, study: Study, week: Week, item: Item | None, said: str) -> None:
        at_hand = week == self._workspace.current_week()
        heading = _("NEXT") if at_hand else _("NEXT IN WEEK {number}", number=week.number)
        self._heading("next", heading)
        rows = [next_row(study, item)] if item else []
        self.rows("next").set_rows(rows, empty="" if item else self._all_done(study, week))
        self.query_one("#hint", Static).update(_hint(study, week, item, said))

    def _all_done(self, study: Study, week: Week) -> str:
        if self._workspace.next_item() is not None:
            return _(
                "Week {number} is done. ] goes on to the next, t to what comes next.",
                number=week.number,
            )
        left = [i for i in self._workspace.syllabus.items if i.optional and i.id not in study.done]
        lines = [_("Congratulations! All {count} things are done.", count=len(study.done))]
        if left:
            lines.append(
                n_(
                    "{count} optional thing is left if you like: 2 shows it.",
                    "{count} optional things are left if you like: 2 shows them.",
                    len(left),
                )
            )
        lines.append(_("Your questions are under 3, your results under 6."))
        return "\n".join(lines)

    def _show_questions(self, week: Week) -> None:
        found = open_in_week(self._workspace, week.number, NEWEST)
        count = question_list.count_open(self._workspace.db, week.number)
        heading = _("QUESTIONS")
        if count > len(found):
            heading = _(
                "QUESTIONS · {count} open, the newest {shown}", count=count, shown=len(found)
            )
        elif count:
            heading = _("QUESTIONS · {count} open", count=count)
        self._heading("questions", heading)
        empty = _("No open question: press a on anything that is not clear.")
        self.rows("questions").set_rows(question_rows(found), empty=empty)

    def _show_notes(self, week: Week) -> None:
        chinese = self._workspace.settings.chinese
        texts = [(note.text_zh if chinese else "") or note.text for note in week.notes]
        notes = self.query_one("#notes", Static)
        notes.display = bool(texts)
        lines = [Content.assemble(("! ", "$text-warning"), one_line(text)) for text in texts]
        notes.update(Content("\n").join(lines))

    def item(self) -> str | None:
        """The id of the item that the cursor is on, if it is on a single one."""
        rows = self.app.focused
        key = rows.key if isinstance(rows, RowList) and rows.id in ("next", "todo") else None
        return None if key == VIDEOS else key


def _hint(study: Study, week: Week, item: Item | None, said: str) -> Content:
    """Two lines, whatever there is to say: what is below must not jump."""
    if item is None:
        return Content(said)
    section = section_of(week, item)
    owed = [i for i in section.items if not (i.optional or i.planned)] if section else []
    left = sum(i.id not in study.done for i in owed)
    where = ""
    if section:
        where = _("{section}, {count} left", section=study.title(section), count=left)
    note = study.note(item)
    first = Content.styled(f"! {note}", "$text-warning") if note else Content(where)
    what = opens(item)
    keys = _("enter opens {what} · space ticks it", what=what) if what else _("space ticks it")
    return Content.assemble(first, "\n", said or keys)
