"""The first screen: the week at hand, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import progress as store_progress
from studylab.syllabus.model import Item, Kind, Week, progress
from studylab.tui import ages
from studylab.tui.links import copy_link, open_link
from studylab.tui.open_item import open_item
from studylab.tui.room import Room
from studylab.tui.sync import RunsChanged
from studylab.tui.time_line import TimeLine
from studylab.tui.week_head import WeekHead
from studylab.tui.week_lists import WeekLists
from studylab.tui.week_rows import VIDEOS, Study
from studylab.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from studylab.tui.session_watch import SessionSeen


class WeekRoom(Room):
    """What is to be done this week."""

    NAME = "week"
    # Focused by hand: Textual would scroll there step by step, before the lists have a height.
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    WeekRoom {
        &.-flat TimeLine { display: none; }
        &.-wide WeekLists {
            layout: grid;
            grid-size: 2 2;
            grid-columns: 2fr 3fr;
            grid-rows: auto;
            grid-gutter: 0 2;
        }
        &.-wide #work { row-span: 2; }
        &.-wide .-active #activity, &.-very-wide .-active #activity { display: block; }
        &.-very-wide WeekLists { layout: horizontal; }
        &.-very-wide .column { width: 1fr; margin-right: 2; }
        &.-very-wide #work { width: 3fr; }
        &.-very-wide #now, &.-very-wide #about { width: 2fr; }
        &.-flat .heading { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about what the cursor is on"),
        Binding("s", "session", "Session", tooltip="Start, pause or resume a study session"),
        Binding("S", "stop", "Stop the session", show=False),
        Binding("v", "open('review')", "Review", tooltip="Review what is due today"),
        Binding("p", "open('plan')", "Plan", tooltip="The dates, the pace and the hours"),
        Binding("u", "undo", "Undo", tooltip="Take the last change back"),
        Binding("w", "watched", "Tick a range of episodes: P9-P20", show=False),
        Binding("n", "open('note')", "Your note about the week", show=False),
        Binding("r", "open('report')", "The report on the week", show=False),
        Binding("left_square_bracket,left", "week(-1)", "Earlier week", show=False),
        Binding("right_square_bracket,right", "week(1)", "Later week", show=False),
        Binding("t", "this_week", "This week", show=False),
        Binding("y", "copy", "Copy the link", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._chosen: int | None = None

    def compose_room(self) -> ComposeResult:
        yield WeekHead()
        yield TimeLine()
        yield WeekLists(self.workspace)

    def on_mount(self) -> None:
        """The next thing has the keys."""
        self._lists.rows("next").focus(scroll_visible=False)

    def on_screen_suspend(self) -> None:
        """Nobody sees the clock."""
        self.query_one(TimeLine).tick(running=False)

    # What is shown

    @property
    def week(self) -> Week:
        """The week that is shown."""
        if self._chosen is None:
            return self.workspace.current_week()
        return self.workspace.syllabus.week(self._chosen)

    @property
    def _lists(self) -> WeekLists:
        return self.query_one(WeekLists)

    def show_data(self) -> None:
        """Read everything anew and change what differs."""
        self._show()

    def _show(self, said: str = "") -> None:
        workspace = self.workspace
        study = Study(workspace, workspace.done(), store_progress.paper_states(workspace.db))
        week = self.week
        self._show_head(study, week)
        self._lists.show(study, week, self._next(), said)
        # What it takes to tell of time, and to count over months, can wait until this is seen:
        # the app's turn comes after the screen is painted, the screen's own would come before.
        self.app.call_after_refresh(self._show_time)

    def runs_changed(self, message: RunsChanged) -> None:
        """Only the runs differ."""
        self._lists.show_running()
        if not message.report.alive:
            self.show_data()

    def on_session_seen(self, message: SessionSeen) -> None:
        """The session was looked at."""
        message.stop()
        self._show_time()

    def _show_head(self, study: Study, week: Week) -> None:
        weeks = self.workspace.syllabus.weeks
        at_hand = self.workspace.current_week().number
        keys = _("← → other weeks")
        if week.number != at_hand:
            keys = _("← → other weeks · t back to week {number}", number=at_hand)
        head = self.query_one(WeekHead)
        head.keys = keys
        head.shown = (
            _("Week {number} of {count}", number=week.number, count=len(weeks)),
            study.title(week),
            progress(week, study.done),
            progress(self.workspace.syllabus, study.done),
        )

    def _show_time(self) -> None:
        from studylab.study.review import due_count
        from studylab.tui import week_time

        facts = week_time.read_time(self.workspace, self.week, self.workspace.done())
        running = facts.session is not None and facts.session.running
        clock = partial(week_time.clock, facts)
        self.query_one(TimeLine).show(week_time.parts(facts), clock, running=running)
        self._lists.show_activity(facts.activity, facts.today)
        self._lists.show_review(due_count(self.workspace, ages.present()))

    def _next(self) -> Item | None:
        """The next thing of the week that is shown."""
        done = self.workspace.done()
        owed = (i for i in self.week.items if not (i.id in done or i.optional or i.planned))
        return next(owed, None)

    # What is done

    def _item(self) -> Item | None:
        """The item that the cursor is on."""
        key = self._lists.item()
        return self.workspace.syllabus.item(key) if key else None

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        """Open what the cursor is on."""
        from studylab.tui import week_doors

        match event.row_list.id:
            case "running":
                week_doors.open_run(self.app, event.key)
            case "questions":
                week_doors.open_question(self.app, int(event.key))
            case "links":
                open_link(self.app, event.key)
            case "topics":
                week_doors.open_topic(self.app, self.week.topics[int(event.key)])
            case _ if event.key == VIDEOS:
                week_doors.open_syllabus(self.app, self._first_video())
            case _:
                open_item(self.app, self.workspace.syllabus.item(event.key))

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
            said = self.app.ticks.toggle(item)
        except Problem as problem:
            self.app.problem(problem)
            return
        self._changed(said)

    def action_undo(self) -> None:
        """Take the last change back."""
        try:
            self._show(one_line(self.app.ticks.undo()))
        except Problem as problem:
            self.app.problem(problem)

    def action_watched(self) -> None:
        """Tick a range of episodes."""
        from studylab.tui.dialogs.watched import WatchedDialog

        def ticked(said: str | None) -> None:
            # The room comes to the front first, and shows everything anew.
            self.call_after_refresh(self._changed, said)

        self.app.push_screen(WatchedDialog(self.workspace, self.app.ticks), ticked)

    def action_ask(self) -> None:
        """Ask about what the cursor is on; about the week where that is nothing of its own."""
        from studylab.tui.dialogs.ask import AskDialog

        item = self._item()
        if item is not None:
            self.app.push_screen(AskDialog(item=item.id))
        else:
            self.app.push_screen(AskDialog(week=self.week.number))

    def action_session(self) -> None:
        """Start a session on what is in hand; pause the one that runs, or let it go on."""
        from studylab.tui import session_keys

        rows = self.focused
        pointed = isinstance(rows, RowList) and rows.id == "todo"
        item = self._item()
        if item is not None and pointed:
            session_keys.start(self.app, item, self._session_changed)
        else:
            item = item or self._next()
            session_keys.toggle(self.app, item, self.week, self._session_changed)

    def action_stop(self) -> None:
        """Stop the session."""
        from studylab.tui import session_keys

        session_keys.stop(self.app, self._session_changed)

    def action_open(self, what: str) -> None:
        """Open a screen that belongs to the week."""
        from studylab.tui import week_doors

        match what:
            case "review":
                week_doors.open_review(self.app)
            case "plan":
                week_doors.open_plan(self.app, self.show_week)
            case "note":
                week_doors.open_note(self.app, self.week)
            case "report":
                week_doors.open_report(self.app, self.week)

    def action_week(self, by: int) -> None:
        """Look at another week."""
        numbers = [week.number for week in self.workspace.syllabus.weeks]
        wanted = numbers.index(self.week.number) + by
        if 0 <= wanted < len(numbers):
            self.show_week(numbers[wanted])

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

    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        from studylab.tui.week_commands import week_commands

        yield from week_commands(self)

    def show_week(self, number: int | None) -> None:
        """Look at a week; None leaves the one that is shown."""
        if number is not None:
            self._chosen = number
            self._look()

    def _look(self) -> None:
        self.show_data()
        self._lists.scroll_home(animate=False)

    def _changed(self, said: str | None) -> None:
        if said is not None:
            self._show(one_line(_("{said} · u takes it back", said=said)))

    def _session_changed(self, said: str) -> None:
        # A dialog may have been in front: this room is about to show everything anew.
        self.call_after_refresh(self._show, one_line(said))

    def _first_video(self) -> str:
        videos = [item for item in self.week.items if item.kind is Kind.VIDEO]
        done = self.workspace.done()
        return next((item.id for item in videos if item.id not in done), videos[0].id)
