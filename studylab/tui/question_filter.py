"""The filter of the Questions room: its keys, its line above the list, and those with a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.store import question_list
from studylab.store.question_list import SORTS, Filter
from studylab.study.filtering import filter_words
from studylab.tui.split import SplitRoom

T = TypeVar("T")

AT_FIRST = Filter(status="open")
TYPING_SECONDS = 0.12
"""A search waits for a pause of this length, so that typing never waits for a search."""


class FilteredRoom(SplitRoom):
    """A room that shows the questions that pass `self.filter`. A subclass fills `show_data`."""

    DEFAULT_CSS = """
    FilteredRoom {
        #filters { height: 1; padding: 0 1; color: $foreground 60%; }
        #filter { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        #filter-keys { width: auto; }
        &.-tiny #filter-keys, &.-narrow #filter-keys { display: none; }
        #filters Input { width: 1fr; display: none; }
        &.-finding #filters Input { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "Find", key_display="/", tooltip="Only questions with a text"),
        Binding("s", "all", "All", tooltip="Show open questions, or answered ones too"),
        Binding("o", "sort", "Order", show=False, tooltip="Newest, oldest, changed, week, paper"),
        Binding("w", "by_week(1)", "By week", show=False, tooltip="Only the next week's questions"),
        Binding("W", "by_week(-1)", "Week before", show=False),
        Binding(
            "p", "by_paper(1)", "By paper", show=False, tooltip="Only the next paper's questions"
        ),
        Binding("P", "by_paper(-1)", "Paper before", show=False),
        Binding("t", "by_tag", "By tag", show=False, tooltip="Only questions with a tag"),
        Binding("x", "clear", "Clear filters", show=False, tooltip="Show all open questions"),
        Binding("down", "to_list", "To the list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.filter = AT_FIRST
        self._searching: Timer | None = None

    def compose_above(self) -> ComposeResult:
        """What is filtered."""
        with Horizontal(id="filters"):
            yield Static(id="filter")
            yield Input(
                placeholder=_("words of the question, its answers, tags or place"), compact=True
            )
            yield Static(id="filter-keys")

    def show_filter(self, count: int, most: int, marked: int) -> None:
        """Tell above the list what it shows."""
        words = filter_words(self.workspace, self.filter)
        number = f"{count:,}"
        if count < most:
            text = _("{count} {filter}", count=number, filter=words)
        elif self.filter.sort == "newest":
            text = _("the newest {count} {filter}", count=number, filter=words)
        else:
            text = _("the first {count} {filter}", count=number, filter=words)
        if self.filter != AT_FIRST:
            text = _("{filter} · x clears", filter=text)
        keys = _("s open/all · w week · p paper · t tag · o order · f filters")
        if self.has_class("-finding"):
            keys = _("enter keeps it · esc takes it away")
        if marked:
            marks = n_("{count} marked", "{count} marked", marked)
            keys = _("r reopen · c close · # tag · m move · d delete · esc unmark")
            text, keys = f"{marks} · {keys}", ""
        self.query_one("#filter", Static).update(Content(one_line(text)))
        self.query_one("#filter-keys", Static).update(Content(keys))

    def set_filter(self, filter: Filter) -> None:
        """Show what passes another filter."""
        self.filter = filter
        if self.composed:
            with self.prevent(Input.Changed):
                self.query_one(Input).value = filter.containing
        if self.is_current and self.composed:
            self.show_data()

    def show_marks(self) -> None:
        """Show the same questions, with what is told about them beside."""
        raise NotImplementedError

    def only_paper(self, paper: str) -> None:
        """Show the questions about one paper, answered ones too."""
        self.set_filter(Filter(paper=paper))

    def only_run(self, run: str) -> None:
        """Show the questions about one run, answered ones too."""
        self.set_filter(Filter(run=run))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a text is typed, its signs are no keys."""
        if action == "find" and self.has_class("-finding") and self.query_one(Input).has_focus:
            return False
        return super().check_action(action, parameters)

    def action_all(self) -> None:
        """Show the open questions alone, or the answered ones too."""
        status = None if self.filter.status == "open" else "open"
        self.set_filter(replace(self.filter, status=status))

    def action_sort(self) -> None:
        """The next order of the list."""
        orders = list(SORTS)
        here = orders.index(self.filter.sort) if self.filter.sort in orders else -1
        self.set_filter(replace(self.filter, sort=orders[(here + 1) % len(orders)]))

    def action_by_week(self, by: int) -> None:
        """Show one week's questions: the next week that has any, then all again."""
        weeks = {
            week for week, _, _, _ in question_list.tally(self.workspace.db) if week is not None
        }
        self.set_filter(replace(self.filter, week=_turned(sorted(weeks), self.filter.week, by)))

    def action_by_paper(self, by: int) -> None:
        """Show one paper's questions: the next paper that has any, then all again."""
        papers = {paper for _, paper, _, _ in question_list.tally(self.workspace.db) if paper}
        paper = _turned(sorted(papers), self.filter.paper, by)
        self.set_filter(replace(self.filter, paper=paper))

    def action_by_tag(self) -> None:
        """Choose the tag whose questions are shown."""
        from studylab.tui.dialogs.pick import PickDialog

        def chosen(tag: str | None) -> None:
            if tag is not None:
                self.set_filter(replace(self.filter, tag=tag or None))

        options = [
            (tag, f"#{tag}", n_("{count} question", "{count} questions", count))
            for tag, count in question_list.tags(self.workspace.db)
        ]
        if self.filter.tag:
            options.insert(0, ("", _("any tag or none"), ""))
        empty = _("No question has a tag yet: # gives it one.")
        self.app.push_screen(PickDialog(_("Only with the tag"), options, empty=empty), chosen)

    def action_clear(self) -> None:
        """Show all open questions again."""
        self.set_filter(AT_FIRST)

    # Looking for a text

    def action_find(self) -> None:
        """Show only the questions with a text in them, their answers, tags or place."""
        self.set_class(True, "-finding")
        self.query_one(Input).focus()
        self.show_marks()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter once the student pauses."""
        if not self.has_class("-finding"):
            return
        self.filter = replace(self.filter, containing=event.value.strip())
        self._stop_searching()
        self._searching = self.set_timer(TYPING_SECONDS, self._search)

    def on_input_submitted(self) -> None:
        """Keep the filter."""
        self._leave_find()

    def action_to_list(self) -> None:
        """From the search field down to what it found."""
        if self.query_one(Input).has_focus:
            self._leave_find()

    def action_back(self) -> None:
        """Leave the text filter, or the detail pane."""
        if self.query_one(Input).has_focus:
            self._leave_find()
            self.set_filter(replace(self.filter, containing=""))
        else:
            super().action_back()

    def _search(self) -> None:
        self._searching = None
        self.show_data()

    def _leave_find(self) -> None:
        self.set_class(False, "-finding")
        self.focus_list()
        if self._stop_searching():
            self.show_data()
        else:
            self.show_marks()

    def _stop_searching(self) -> bool:
        """Whether a search was still to come."""
        if self._searching is None:
            return False
        self._searching.stop()
        self._searching = None
        return True


def _turned(values: Sequence[T], here: T | None, by: int) -> T | None:
    """The value after (or before) `here`, with None between the last and the first."""
    ring: list[T | None] = [None, *values]
    return ring[(ring.index(here) + by) % len(ring)] if here in ring else None
