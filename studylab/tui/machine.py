"""The Machine room: whether a GPU is free, who has it, what the runs and everybody else use."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from studylab import locations
from studylab.language import _, n_
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, State
from studylab.runs.machine_processes import KINDS, ORDERS
from studylab.runs.machine_use import Lookout, View
from studylab.runs.machine_words import fit, headline, seconds_left
from studylab.store import runs as store
from studylab.store.database import open_database
from studylab.store.peaks import Peak, peaks
from studylab.store.runs import RunRow
from studylab.tui.machine_board import MachineBoard
from studylab.tui.machine_feed import MachineFeed
from studylab.tui.machine_history import History
from studylab.tui.machine_rows import (
    PROCESS_COLUMNS,
    RUN_COLUMNS,
    columns,
    process_rows,
    run_rows,
)
from studylab.tui.room import Room
from studylab.tui.sync import RunsChanged
from studylab.tui.widgets.list_stack import ListStack
from studylab.tui.widgets.row_list import RowList

SILENT_SECONDS = 5.0
"""A look that takes longer than this is told: something does not answer."""
GOING_ON = tuple(state.value for state in State if not state.ended)


class Looked(Message):
    """The thread has looked at the machine."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view


class Failed(Message):
    """The thread can't look any more."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class MachineRoom(Room):
    """What this machine is doing, for whom, and what of it is free."""

    NAME = "machine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "next_order", "Order", tooltip="Sort the processes by something else"),
        Binding("f", "next_kind", "Filter", tooltip="All processes, those on a GPU, your own"),
        Binding("s", "stop", "Stop", tooltip="Stop the run under the cursor"),
        Binding("z", "zoom", "Zoom", show=False, tooltip="Show the figures without the lists"),
        Binding("escape", "back", "Back to the lists", show=False),
    ]
    DEFAULT_CSS = """
    MachineRoom {
        & #headline, & #fit { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #headline { text-style: bold; }
        & #top { height: auto; max-height: 60%; padding: 0 1; scrollbar-size-vertical: 1; }
        & #lists { height: 1fr; }
        &.-flat #fit { display: none; }
        &.-low #top { max-height: 50%; }
        &.-zoomed #top { max-height: 100%; height: 1fr; }
        &.-zoomed #lists { display: none; }
        & .empty { display: none; }
        &.-low #lists .heading, &.-flat #lists .heading { margin-top: 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._history = History()
        self._view: View | None = None
        self._known: dict[str, RunRow] = {}
        self._peaks: list[Peak] = []
        self._seen_at = time.monotonic()
        self._offered = False
        self._order, self._kind = "gpu", "all"
        self._feed = MachineFeed(self.make_lookout, self._looked, self._failed)

    def compose_room(self) -> Iterable[Widget]:
        yield Static(_("looking at the machine …"), id="headline")
        yield Static(id="fit", classes="quiet empty")
        with VerticalScroll(id="top"):
            yield MachineBoard(self._history, id="board")
        yield ListStack(id="lists")

    def _has_lists(self, view: View) -> bool:
        """Whether the lists are there; they are made once it is known whether there is a GPU."""
        stack = self.query_one("#lists", ListStack)
        if stack.children or not stack.is_attached:
            return bool(stack.children)
        gpus = bool(view.gpus)
        if not gpus:
            self._order = "cpu"
        runs, processes = (columns(each, gpus=gpus) for each in (RUN_COLUMNS, PROCESS_COLUMNS))
        stack.mount(
            Static(id="runs-heading", classes="heading"),
            RowList(runs, empty=_("Nothing runs and nothing waits."), id="runs"),
            Static(id="processes-heading", classes="heading"),
            RowList(processes, empty=_("No process is like that."), id="processes"),
        )
        if not stack.children:
            return False
        (self.runs if view.runs else self.processes).focus()
        return True

    def make_lookout(self) -> Lookout:
        """What looks at the machine; made in the thread that looks."""
        return Lookout(each_gpu=self.workspace.settings.gpu_slots)

    @property
    def runs(self) -> RowList:
        """The list of runs."""
        return self.query_one("#runs", RowList)

    @property
    def processes(self) -> RowList:
        """The list of processes."""
        return self.query_one("#processes", RowList)

    def on_mount(self) -> None:
        # Else it takes the focus before there are lists.
        self.query_one("#top").can_focus = False
        self.set_interval(1.0, self._tell_silence)

    # Looking, while this room is in front

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._seen_at = time.monotonic()
        self._feed.begin()

    def on_screen_suspend(self) -> None:
        self._feed.rest()

    def on_unmount(self) -> None:
        self._feed.end()

    def _looked(self, view: View) -> None:
        self.post_message(Looked(view))

    def _failed(self, error: BaseException) -> None:
        self.post_message(Failed(error))

    def on_failed(self, message: Failed) -> None:
        """Say why the thread has ended."""
        self.app.problem(message.error)

    def on_looked(self, message: Looked) -> None:
        """Show what was seen."""
        self._seen_at = time.monotonic()
        self._history.add(message.view)
        self._view = message.view
        # What was seen last may arrive when the room is hidden, or thrown away, already.
        if self.app.screen is self:
            self._show()

    def _tell_silence(self) -> None:
        silent = time.monotonic() - self._seen_at
        if self.app.screen is self and silent > SILENT_SECONDS:
            told = n_(
                "Nothing new for {count} second: something here does not answer",
                "Nothing new for {count} seconds: something here does not answer",
                int(silent),
            )
            self.query_one("#headline", Static).update(Content(told))

    # What is shown

    def show_data(self) -> None:
        """Read which runs are going on; the thread looks at what they use."""
        rows = store.listing(self.workspace.db, states=GOING_ON)
        self._known = {row.id: row for row in rows}
        self._feed.runs = [RunDirectory(Path(row.directory)) for row in rows]
        self._read_peaks()
        self._show()

    @override
    def runs_changed(self, message: RunsChanged) -> None:
        """Some runs went on."""
        before = set(self._known)
        rows = store.listing(self.workspace.db, states=GOING_ON)
        self._known = {row.id: row for row in rows}
        self._feed.runs = [RunDirectory(Path(row.directory)) for row in rows]
        if before != set(self._known):
            self._read_peaks()

    @work(thread=True, group="peaks", exclusive=True)
    def _read_peaks(self) -> None:
        try:
            db = open_database(locations.database())
        except Problem:
            # The sync tells what is the matter with the database.
            return
        try:
            found = peaks(db)
        finally:
            db.close()
        self.app.call_from_thread(self._show_fit, found)

    def _show(self) -> None:
        view = self._view
        if view is None or not self._has_lists(view):
            return
        left = {id: seconds_left(row, view.time) for id, row in self._known.items()}
        told = headline(view, {id: each for id, each in left.items() if each is not None})
        self._fill("#headline", told)
        self.query_one(MachineBoard).show(view)
        self._show_fit(self._peaks)
        waiting = len(view.waiting)
        going = len(view.runs) - waiting
        parts = [_("Runs")]
        parts += [_("{count} going on", count=going)] if going else []
        parts += [n_("{count} waits", "{count} wait", waiting)] if waiting else []
        self._fill("#runs-heading", " · ".join(parts))
        self.runs.set_rows(run_rows(view, self._known))
        self._show_processes(view)
        self._offer_keys()

    def _show_processes(self, view: View) -> None:
        heading = _("Processes by {order} (o)", order=_(ORDERS[self._order]))
        if self._kind != "all":
            heading += " · " + _("only {kind} (f)", kind=_(KINDS[self._kind]))
        if not view.sees_others:
            heading += " · " + _("this user may see no processes but their own")
        self._fill("#processes-heading", heading)
        # Who has not chosen a process looks at the top of the list, whoever is there.
        at_top = self.processes.cursor == 0
        self.processes.set_rows(process_rows(view, self._order, self._kind))
        if at_top:
            self.processes.cursor = 0

    def _show_fit(self, found: list[Peak]) -> None:
        self._peaks = found
        if self._view is not None and self.is_attached:
            told = fit(found, self._view)
            self._fill("#fit", told)
            self.query_one("#fit").set_class(not told, "empty")

    def _fill(self, selector: str, text: str) -> None:
        row, content = self.query_one(selector, Static), Content(one_line(text))
        if not isinstance(row.content, Content) or not row.content.is_same(content):
            row.update(content, layout=False)

    # Keys

    @property
    def current(self) -> RunRow | None:
        """The run under the cursor, or that of the process under it."""
        here = self.app.focused
        key = here.key if isinstance(here, RowList) else None
        if key is None or self._view is None:
            return None
        run = self._view.run_of.get(int(key), "") if here is self.processes else key
        return self._known.get(run)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something for what is in front."""
        if action == "stop":
            return self.current is not None
        return True

    def on_row_list_highlighted(self) -> None:
        """Other keys may work for what the cursor is on now."""
        self._offer_keys()

    def _offer_keys(self) -> None:
        # The footer is made anew each time, which costs as much as all the rest of a look.
        offers = self.current is not None
        if offers != self._offered:
            self._offered = offers
            self.refresh_bindings()

    def on_row_list_selected(self) -> None:
        """Enter, or a double click: open the run's live view."""
        from studylab.tui.live import LiveView

        row = self.current
        if row is not None:
            self.app.push_screen(LiveView(RunDirectory(Path(row.directory))))

    def action_stop(self) -> None:
        """Stop the run, after a question."""
        from studylab.tui.stopping import confirm_stop

        row = self.current
        if row is not None:
            confirm_stop(self.app, RunDirectory(Path(row.directory)))

    def action_zoom(self) -> None:
        """Show the figures alone, or with the lists again."""
        if not self.has_class("-zoomed"):
            self.add_class("-zoomed")
            top = self.query_one("#top")
            top.can_focus = True
            top.focus()
        else:
            self.action_back()

    def action_back(self) -> None:
        """Show the lists again."""
        self.remove_class("-zoomed")
        self.query_one("#top").can_focus = False
        if self.query(RowList):
            (self.runs if self.runs.keys else self.processes).focus()

    def action_next_order(self) -> None:
        """Sort the processes by what comes next."""
        with_gpus = self._view is not None and self._view.gpus
        orders = [order for order in ORDERS if with_gpus or order != "gpu"]
        place = orders.index(self._order) if self._order in orders else -1
        self._order = orders[(place + 1) % len(orders)]
        self._show()

    def action_next_kind(self) -> None:
        """Show the next kind of processes only."""
        kinds = list(KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self._show()
