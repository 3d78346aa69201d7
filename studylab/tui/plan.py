"""The plan: the dates of the weeks, how the student stands, pauses, hours and activity."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store import plan as store
from studylab.store import progress, sessions
from studylab.store.activity import activity
from studylab.store.plan import Plan
from studylab.study import days, pace
from studylab.study.calendar import Calendar
from studylab.study.heat_map import WEEKS, first_day
from studylab.syllabus.model import Week
from studylab.syllabus.model import progress as progress_of
from studylab.tui import ages
from studylab.tui.dialogs import plan as dialogs
from studylab.tui.dialogs.fields import FieldsDialog
from studylab.tui.room import RoomBar
from studylab.tui.tones import BUSY, GOOD, QUIET, WARN
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.heat_map import HeatMap
from studylab.tui.widgets.list_stack import ListStack
from studylab.tui.widgets.row_list import Column, Row, RowList


class PlanScreen(TranslatedKeys, Screen[int | None]):
    """Shows the plan and changes it. Dismissed with the number of a week to look at, or None."""

    # Focused by hand: Textual would scroll there before the lists have a height.
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    PlanScreen {
        & > #stand { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & RowList { max-width: 120; }
        &.-flat .heading { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "start", "Start date"),
        Binding("l", "length", "Stretch", tooltip="Spread the plan over more calendar weeks"),
        Binding("a", "pause", "Pause", tooltip="Add a pause: days that do not count"),
        Binding("d", "remove", "Remove", tooltip="Remove the pause that the cursor is on"),
        Binding("h", "hours", "Hours", tooltip="The study sessions"),
        Binding("u", "undo", "Undo", tooltip="Take the last change back"),
        Binding("escape", "dismiss(None)", "Back"),
    ]

    def compose(self) -> ComposeResult:
        yield RoomBar("week")
        yield Static(id="stand")
        with ListStack():
            yield Static(id="weeks-heading", classes="heading")
            yield RowList(
                [
                    Column(1),
                    Column(8, fit=True),
                    Column(27, fit=True),
                    Column(),
                    Column(7, fit=True, align="right"),
                    Column(10, fit=True, align="right", needs=50),
                ],
                id="weeks",
            )
            yield Static(id="pauses-heading", classes="heading")
            yield RowList([Column(31, fit=True), Column(10, fit=True), Column()], id="pauses")
            yield Static(id="activity-heading", classes="heading")
            yield HeatMap()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._stack.rows("weeks").focus(scroll_visible=False)
        self.show_data()

    @property
    def _stack(self) -> ListStack:
        return self.query_one(ListStack)

    def show_data(self) -> None:
        """Read everything anew."""
        workspace = self.workspace
        today = days.today(ages.present())
        plan = store.read(workspace.db)
        calendar = pace.calendar_of(plan, workspace.syllabus)
        done = progress.done_items(workspace.db)
        self.query_one("#stand", Static).update(self._stand(plan, calendar, done, today))
        self._heading("weeks", _("WEEKS"))
        self._stack.rows("weeks").set_rows(self._weeks(calendar, done, today))
        self._heading("pauses", _("PAUSES"))
        self._stack.rows("pauses").set_rows(
            _pauses(plan), empty=_("No pause: a leaves days out, for a holiday or an exam.")
        )
        self._heading("activity", _("ACTIVITY"))
        present = ages.present().isoformat()
        self.query_one(HeatMap).show(
            activity(workspace.db, first_day(today, WEEKS), today, present), today
        )

    def _heading(self, name: str, text: str) -> None:
        self.query_one(f"#{name}-heading", Static).update(Content(text))

    def _stand(
        self, plan: Plan, calendar: Calendar | None, done: dict[str, str], today: date
    ) -> Content:
        """Two lines: the dates and the pace, and where that leads."""
        syllabus = self.workspace.syllabus
        finish = pace.finish(plan, syllabus, done, today)
        forecast = ""
        if finish is not None:
            forecast = _("At the pace of the last 14 days you finish on {day}", day=finish)
        if calendar is None:
            first = Content.styled(_("No start date: s sets one, and each week gets its dates"))
            return Content.assemble(first, "\n", (forecast, QUIET))
        stands = pace.pace(calendar, syllabus.weeks, done, today)
        tone = WARN if stands.days < 0 else GOOD if stands.days > 0 or stands.done else ""
        return Content.assemble(
            _("{first} to {last}", first=calendar.start, last=calendar.last),
            "  ",
            (n_("{count} week", "{count} weeks", calendar.length), QUIET),
            "  ",
            (pace.in_words(stands, today), tone),
            "\n",
            (forecast or _("Tick on three days, and a forecast of the end is made"), QUIET),
        )

    def _weeks(self, calendar: Calendar | None, done: dict[str, str], today: date) -> list[Row]:
        booked = sessions.seconds_by_week(self.workspace.db)
        now = calendar.index(today) if calendar else None
        return [
            self._week(week, calendar, index, index == now, booked.get(week.number, 0.0), done)
            for index, week in enumerate(self.workspace.syllabus.weeks)
        ]

    def _week(
        self,
        week: Week,
        calendar: Calendar | None,
        index: int,
        now: bool,
        seconds: float,
        done: dict[str, str],
    ) -> Row:
        part = progress_of(week, done)
        whole = part.done == part.total
        mark = Content.styled("☑", GOOD) if whole else Content.styled("▸" if now else "", BUSY)
        style = "bold" if now else ""
        dates = days.days(*calendar.week(index)) if calendar else ""
        return Row(
            str(week.number),
            (
                mark,
                Content.styled(_("Week {number}", number=week.number), style),
                Content.styled(dates, style or QUIET),
                Content.styled(one_line(self.workspace.title(week)), style),
                Content.styled(f"{part.done}/{part.total}", QUIET),
                Content.styled(days.hours(seconds) if seconds >= 60 else "", QUIET),
            ),
        )

    # What is done

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        """Look at a week, or change a pause."""
        if event.row_list.id == "weeks":
            self.dismiss(int(event.key))
            return
        workspace = self.workspace
        pause = next((p for p in store.read(workspace.db).pauses if str(p.id) == event.key), None)
        if pause is not None:
            self._ask(dialogs.pause_dialog(workspace, days.today(ages.present()), pause))

    def action_start(self) -> None:
        """Set the day on which the plan begins."""
        today = days.today(ages.present())
        self._ask(dialogs.start_dialog(self.workspace, today))

    def action_length(self) -> None:
        """Spread the plan over more calendar weeks."""
        self._ask(dialogs.length_dialog(self.workspace))

    def action_pause(self) -> None:
        """Add a pause."""
        today = days.today(ages.present())
        self._ask(dialogs.pause_dialog(self.workspace, today))

    def action_remove(self) -> None:
        """Remove the pause that the cursor is on."""
        rows = self._stack.rows("pauses")
        if not rows.has_focus or rows.key is None:
            self.notify(_("Put the cursor on a pause to remove it"), timeout=4, markup=False)
            return
        try:
            store.remove_pause(self.workspace.db, int(rows.key))
        except Problem as problem:
            self.app.problem(problem)
        self.show_data()
        if not rows.keys:
            self._stack.rows("weeks").focus()

    def action_hours(self) -> None:
        """The study sessions."""
        from studylab.tui.hours import HoursScreen

        self.app.push_screen(HoursScreen(), lambda _result: self.show_data())

    def action_undo(self) -> None:
        """Take the last change back."""
        self.app.undo()
        self.show_data()

    def _ask(self, dialog: FieldsDialog) -> None:
        self.app.push_screen(dialog, lambda _saved: self.show_data())


def _pauses(plan: Plan) -> list[Row]:
    return [
        Row(
            str(pause.id),
            (
                Content(_("{first} to {last}", first=pause.first, last=pause.last)),
                Content.styled(days.counted(pause.days), QUIET),
                one_line(pause.why),
            ),
        )
        for pause in plan.pauses
    ]
