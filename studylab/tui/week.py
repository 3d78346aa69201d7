"""The first screen: the week at hand, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory
from studylab.store import progress as store_progress
from studylab.store import question_list
from studylab.syllabus.model import Item, Kind, Week, progress
from studylab.tui.links import copy_link, open_link
from studylab.tui.open_item import open_item, opens
from studylab.tui.palette import command
from studylab.tui.room import Room
from studylab.tui.sync import RunsChanged
from studylab.tui.week_head import WeekHead
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
from studylab.tui.widgets.row_list import Column, RowList

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp

NEWEST = 3
"""Open questions that are shown; the others are counted."""


class Lists(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The lists of the week, which scroll together where they do not fit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
    ]


class WeekRoom(Room):
    """What is to be done this week."""

    NAME = "week"
    # Focused by hand: Textual would scroll there step by step, before the lists have a height.
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    WeekRoom {
        #lists { layout: vertical; padding: 0 1; scrollbar-size-vertical: 1; }
        RowList { height: auto; overflow-y: hidden; }
        RowList > .row-list--cursor { background: transparent; }
        .heading { height: 1; margin-top: 1; }
        .column { height: auto; }
        #hint { height: 2; color: $foreground 60%; text-wrap: nowrap; text-overflow: ellipsis; }
        #notes { height: auto; margin-top: 1; }
        &.-wide #lists {
            layout: grid;
            grid-size: 2 2;
            grid-columns: 2fr 3fr;
            grid-rows: auto;
            grid-gutter: 0 2;
        }
        &.-wide #work { row-span: 2; }
        &.-very-wide #lists { layout: horizontal; }
        &.-very-wide .column { width: 1fr; margin-right: 2; }
        &.-very-wide #work { width: 3fr; }
        &.-very-wide #now, &.-very-wide #about { width: 2fr; }
        &.-flat .heading { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick"),
        Binding("w", "watched", "Watched…", tooltip="Tick a range of episodes: P9-P20"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about what the cursor is on"),
        Binding("u", "undo", "Undo", tooltip="Take the last tick back"),
        Binding("left_square_bracket,left", "week(-1)", "Earlier week", show=False),
        Binding("right_square_bracket,right", "week(1)", "Later week", show=False),
        Binding("t", "this_week", "This week", show=False),
        Binding("y", "copy", "Copy the link", show=False),
        Binding("down,j", "leave_list(1)", "Down", show=False),
        Binding("up,k", "leave_list(-1)", "Up", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._chosen: int | None = None

    def compose_room(self) -> ComposeResult:
        yield WeekHead()
        with Lists(id="lists"):
            with Vertical(id="now", classes="column"):
                yield Static("NEXT", id="next-heading", classes="heading")
                yield RowList(
                    [Column(8, fit=True), Column(), Column(7, fit=True, align="right")], id="next"
                )
                yield Static(id="hint")
                yield Static("RUNNING", classes="heading")
                yield RowList(
                    [
                        Column(),
                        Column(BAR, fit=True, needs=36),
                        Column(15, fit=True, align="right"),
                        Column(11, fit=True),
                    ],
                    id="running",
                    empty="Nothing is running: 5 shows the labs.",
                )
                yield Static(id="questions-heading", classes="heading")
                yield RowList(
                    [Column(), Column(10, fit=True, align="right")],
                    id="questions",
                    empty="No open question: press a on anything that is not clear.",
                )
            with Vertical(id="work", classes="column"):
                yield Static("THIS WEEK", classes="heading")
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
                yield Static("TOPICS", id="topics-heading", classes="heading")
                yield RowList([Column(1), Column(), Column(18, fit=True, part=0.45)], id="topics")
                yield Static("LINKS", id="links-heading", classes="heading")
                yield RowList([Column(), Column(20, fit=True, needs=50)], id="links")

    def on_mount(self) -> None:
        """The next thing has the keys."""
        self._rows("next").focus(scroll_visible=False)

    # What is shown

    @property
    def week(self) -> Week:
        """The week that is shown."""
        if self._chosen is None:
            return self.workspace.current_week()
        return self.workspace.syllabus.week(self._chosen)

    def show_data(self) -> None:
        """Read everything anew and change what differs."""
        self._show()

    def _show(self, said: str = "") -> None:
        workspace = self.workspace
        study = Study(workspace, workspace.done(), store_progress.paper_states(workspace.db))
        week = self.week
        self._show_head(study, week)
        self._show_next(study, week, said)
        self._show_running()
        self._show_questions(week)
        self._rows("todo").set_rows(todo_rows(study, week))
        self._show_notes(week)
        for name, rows in (("topics", topic_rows(study, week)), ("links", link_rows(study, week))):
            self._rows(name).set_rows(rows)
            self._rows(name).display = bool(rows)
            self.query_one(f"#{name}-heading").display = bool(rows)

    def runs_changed(self, message: RunsChanged) -> None:
        """Only the runs differ."""
        self._show_running()
        if not message.report.alive:
            self.show_data()

    def _rows(self, name: str) -> RowList:
        return self.query_one(f"#{name}", RowList)

    def _show_head(self, study: Study, week: Week) -> None:
        weeks = self.workspace.syllabus.weeks
        at_hand = self.workspace.current_week().number
        back = f" · t back to week {at_hand}" if week.number != at_hand else ""
        self.query_one(WeekHead).keys = f"← → other weeks{back}"
        self.query_one(WeekHead).shown = (
            f"Week {week.number} of {len(weeks)}",
            study.title(week),
            progress(week, study.done),
            progress(self.workspace.syllabus, study.done),
        )

    def _next(self) -> Item | None:
        """The next thing of the week that is shown."""
        done = self.workspace.done()
        owed = (i for i in self.week.items if not (i.id in done or i.optional or i.planned))
        return next(owed, None)

    def _show_next(self, study: Study, week: Week, said: str) -> None:
        item = self._next()
        at_hand = week == self.workspace.current_week()
        heading = "NEXT" if at_hand else f"NEXT IN WEEK {week.number}"
        self.query_one("#next-heading", Static).update(Content(heading))
        rows = [next_row(study, item)] if item else []
        self._rows("next").set_rows(rows, empty="" if item else self._all_done(study, week))
        self.query_one("#hint", Static).update(self._hint(study, week, item, said))

    def _all_done(self, study: Study, week: Week) -> str:
        if self.workspace.next_item() is not None:
            return f"Week {week.number} is done. ] goes on to the next, t to what comes next."
        left = [i for i in self.workspace.syllabus.items if i.optional and i.id not in study.done]
        more = f" {len(left)} optional things are left if you like: 2 shows them." if left else ""
        return (
            f"Congratulations! All {len(study.done)} things of the syllabus are done.{more}\n"
            "Your questions are under 3, your results under 6."
        )

    def _hint(self, study: Study, week: Week, item: Item | None, said: str = "") -> Content:
        """Two lines, whatever there is to say: what is below must not jump."""
        if item is None:
            return Content(said)
        section = section_of(week, item)
        owed = [i for i in section.items if not (i.optional or i.planned)] if section else []
        left = sum(i.id not in study.done for i in owed)
        where = f"{study.title(section)}, {left} left" if section else ""
        note = study.note(item)
        first = Content.styled(f"! {note}", "$text-warning") if note else Content(where)
        enter = f"enter opens {opens(item)} · " if opens(item) else ""
        return Content.assemble(first, "\n", said or f"{enter}space ticks it")

    def _show_running(self) -> None:
        self._rows("running").set_rows(running_rows(self.workspace))

    def _show_questions(self, week: Week) -> None:
        found = open_in_week(self.workspace, week.number, NEWEST)
        count = question_list.count_open(self.workspace.db, week.number)
        more = f" · {count} open, the newest {len(found)}" if count > len(found) else ""
        more = more or (f" · {count} open" if count else "")
        self.query_one("#questions-heading", Static).update(Content(f"QUESTIONS{more}"))
        self._rows("questions").set_rows(question_rows(found))

    def _show_notes(self, week: Week) -> None:
        chinese = self.workspace.settings.chinese
        texts = [(note.text_zh if chinese else "") or note.text for note in week.notes]
        notes = self.query_one("#notes", Static)
        notes.display = bool(texts)
        lines = [Content.assemble(("! ", "$text-warning"), one_line(text)) for text in texts]
        notes.update(Content("\n").join(lines))

    # What is done

    def _item(self) -> Item | None:
        """The item that the cursor is on."""
        rows = self.focused
        key = rows.key if isinstance(rows, RowList) and rows.id in ("next", "todo") else None
        if key is None or key == VIDEOS:
            return None
        return self.workspace.syllabus.item(key)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        """Open what the cursor is on."""
        match event.row_list.id:
            case "running":
                self._open_run(event.key)
            case "questions":
                self._open_question(int(event.key))
            case "links":
                open_link(self.app, event.key)
            case "topics":
                self._open_topic(int(event.key))
            case _ if event.key == VIDEOS:
                self._open_syllabus(self._first_video())
            case _:
                open_item(self._studylab, self.workspace.syllabus.item(event.key))

    def action_tick(self) -> None:
        """Tick the item that the cursor is on, or untick it."""
        rows = self.focused
        if isinstance(rows, RowList) and rows.key == VIDEOS:
            self.action_watched()
            return
        item = self._item()
        if item is None:
            return
        try:
            said = self._studylab.ticks.toggle(item)
        except Problem as problem:
            self._studylab.problem(problem)
            return
        self._changed(said)

    def action_undo(self) -> None:
        """Take the last tick back."""
        try:
            self._show(one_line(self._studylab.ticks.undo()))
        except Problem as problem:
            self._studylab.problem(problem)

    def action_watched(self) -> None:
        """Tick a range of episodes."""
        from studylab.tui.dialogs.watched import WatchedDialog

        self.app.push_screen(WatchedDialog(self.workspace, self._studylab.ticks), self._changed)

    def action_ask(self) -> None:
        """Ask about what the cursor is on; about the week where that is nothing of its own."""
        from studylab.tui.dialogs.ask import AskDialog

        item = self._item()
        if item is not None:
            self.app.push_screen(AskDialog(item=item.id))
        else:
            self.app.push_screen(AskDialog(week=self.week.number))

    def action_week(self, by: int) -> None:
        """Look at another week."""
        numbers = [week.number for week in self.workspace.syllabus.weeks]
        wanted = numbers.index(self.week.number) + by
        if 0 <= wanted < len(numbers):
            self._chosen = numbers[wanted]
            self._look()

    def action_this_week(self) -> None:
        """Come back to the week at hand."""
        self._chosen = None
        self._look()

    def action_copy(self) -> None:
        """Copy the link of what the cursor is on."""
        rows = self.focused
        item = self._item()
        if isinstance(rows, RowList) and rows.id == "links":
            copy_link(self.app, rows.key or "")
        else:
            copy_link(self.app, item.url if item else "")

    def action_leave_list(self, by: int) -> None:
        """Walk from one list into the next."""
        lists = list(self.query(RowList))
        here = self.focused
        rank = lists.index(here) if isinstance(here, RowList) else -1
        beyond = lists[rank + 1 :] if by > 0 else lists[: max(0, rank)][::-1]
        rows = next((rows for rows in beyond if rows.keys), None)
        if rows is not None:
            rows.cursor = 0 if by > 0 else len(rows.keys) - 1
            rows.focus(scroll_visible=False)
        elif by > 0:
            self.query_one(Lists).scroll_end(animate=False)
        else:
            self.query_one(Lists).scroll_home(animate=False)

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        for week in self.workspace.syllabus.weeks:
            number, title = week.number, self.workspace.title(week)
            yield command(
                f"Week {number}: {title}", "Look at that week", partial(self._show_week, number)
            )
        for link in self.workspace.syllabus.links:
            yield command(
                self.workspace.title(link),
                link.url,
                partial(open_link, self.app, link.url),
            )
        yield command("Watched…", "Tick a range of episodes", self.action_watched)
        yield command("Ask a question", "About the week or its item", self.action_ask)

    @property
    def _studylab(self) -> StudylabApp:
        app: StudylabApp = self.app  # type: ignore[assignment]
        return app

    def _show_week(self, number: int) -> None:
        self._chosen = number
        self._look()

    def _look(self) -> None:
        self.show_data()
        self.query_one(Lists).scroll_home(animate=False)

    def _changed(self, said: str | None) -> None:
        if said is not None:
            self._show(one_line(f"{said} · u takes it back"))

    def _first_video(self) -> str:
        videos = [item for item in self.week.items if item.kind is Kind.VIDEO]
        done = self.workspace.done()
        return next((item.id for item in videos if item.id not in done), videos[0].id)

    def _open_topic(self, rank: int) -> None:
        topic = self.week.topics[rank]
        items = self.workspace.syllabus.items
        wanted = [i for i in items if i.episode is not None and i.episode in topic.episodes]
        wanted += [i for i in items if i.ref and i.ref in topic.labs]
        if wanted:
            self._open_syllabus(wanted[0].id)

    def _open_syllabus(self, item: str) -> None:
        from studylab.tui.syllabus import SyllabusRoom

        self._studylab.action_show_room("syllabus")
        self.app.get_screen("syllabus", SyllabusRoom).go_to(item)

    def _open_question(self, question: int) -> None:
        from studylab.tui.questions import QuestionsRoom

        self._studylab.action_show_room("questions")
        self.app.get_screen("questions", QuestionsRoom).go_to(question)

    def _open_run(self, run: str) -> None:
        from studylab.store.runs import get as get_run
        from studylab.tui.live import LiveView

        try:
            row = get_run(self.workspace.db, run)
        except Problem as problem:
            self._studylab.problem(problem)
            return
        self.app.push_screen(LiveView(RunDirectory(Path(row.directory))))
