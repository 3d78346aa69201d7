"""The Runs room: every run, the newest first, and what is to be known of the one in front."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static
from typing_extensions import override

from studylab.language import N_, _, n_
from studylab.runs.directory import RunDirectory, State
from studylab.runs.wording import read_state, setting_value
from studylab.store import runs as store
from studylab.store.overview import results_of
from studylab.store.runs import ResultRow, RunRow
from studylab.tui.run_rows import COLUMNS, RunRows
from studylab.tui.split import SplitRoom
from studylab.tui.sync import RunsChanged
from studylab.tui.waiting import move, told_place
from studylab.tui.widgets.row_list import RowList

MOST_RUNS = 1000
AGES_SECONDS = 30.0

KINDS: dict[str, tuple[State, ...]] = {
    "all": tuple(State),
    N_("going on"): tuple(state for state in State if not state.ended),
    N_("finished"): (State.FINISHED,),
    N_("failed"): (State.FAILED, State.LOST),
    N_("stopped"): (State.STOPPED,),
}
"""What `f` goes through."""

EMPTY = N_(
    "No run yet.\n\n"
    "A run is one launch of a lab, with its curves, its log, its checkpoints and its results. It "
    "goes on when you close this app, and is here again when you come back.\n\n"
    "  5   go to the labs: enter opens the form of one, r runs it as it is\n\n"
    "The same in a shell:  studylab run cnn"
)

NOTHING_MATCHES = N_("No run is like that.\n\n  esc      shows all again")


class RunsRoom(SplitRoom):
    """Every run of the student."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stop", "Stop"),
        Binding("l", "log", "Log"),
        Binding("c", "clone", "Clone", tooltip="Open the launch form with this run's settings"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about this run"),
        Binding(
            "plus", "queue(-1)", "Earlier", show=False, tooltip="Let a waiting run start earlier"
        ),
        Binding("minus", "queue(1)", "Later", show=False, tooltip="Let others start before it"),
        Binding("f", "next_kind", "State", tooltip="Show all, those going on, finished, failed"),
        Binding("slash", "filter", "Filter", tooltip="Filter by lab, state, settings, id"),
    ]
    DEFAULT_CSS = """
    RunsRoom {
        & #list { padding: 0 1; }
        & #detail { height: 6; }
        &.-high #detail { height: 11; }
        /* A table of runs wants the whole width, however much there is. */
        &.-wide, &.-very-wide {
            & #split { layout: vertical; }
            & #list { width: 1fr; height: 1fr; }
            & #detail {
                width: 1fr; border-left: none; border-top: solid $foreground 20%;
            }
            & #detail:focus { border-left: none; border-top: solid $primary; }
        }
        & #empty { padding: 1 2; display: none; }
        & #heading { height: 1; }
        & #count { width: auto; padding: 0 1; }
        & #filter { width: 1fr; display: none; background: $foreground 8%; }
        &.-filtering #filter { display: block; }
        &.-none #split { display: none; }
        &.-none #empty { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, RunRow] = {}
        self._results: dict[str, list[ResultRow]] = {}
        self._kind = "all"

    def compose_above(self) -> Iterable[Widget]:
        with Horizontal(id="heading"):
            yield Static(id="count", classes="quiet")
            yield Input(placeholder=_("lab, state, setting, id …"), compact=True, id="filter")
        yield Static(id="empty")

    def compose_list(self) -> Iterable[Widget]:
        yield RowList(COLUMNS)

    @property
    def table(self) -> RowList:
        """The table of runs."""
        return self.query_one(RowList)

    def on_mount(self) -> None:
        self.table.focus()
        self.set_interval(AGES_SECONDS, self._tell_ages)

    @cached_property
    def rows(self) -> RunRows:
        """What makes the rows."""
        return RunRows(self.workspace)

    # What is shown

    def show_data(self) -> None:
        """Read the runs again; rows that stay keep their place."""
        db = self.workspace.db
        rows = {row.id: row for row in store.listing(db, limit=MOST_RUNS)}
        new = [id for id, row in rows.items() if self._rows.get(id) != row]
        self._rows = rows
        self._results |= {id: [] for id in new} | results_of(db, new)
        self._refill()

    @override
    def runs_changed(self, message: RunsChanged) -> None:
        """Some runs went on."""
        self.show_data()

    def _tell_ages(self) -> None:
        if self.app.screen is self:
            self._refill()

    def _refill(self) -> None:
        shown = [row for row in self._rows.values() if self._is_wanted(row)]
        self.set_class(not shown, "-none")
        if not shown:
            self.query_one("#empty", Static).update(
                Content(_(EMPTY) if not self._rows else _(NOTHING_MATCHES))
            )
        self.table.set_rows([self.rows.row(row, self._results.get(row.id, ())) for row in shown])
        self._show_count(len(shown))
        self._show_detail()

    def _is_wanted(self, row: RunRow) -> bool:
        state = read_state(row.state)
        if state not in KINDS[self._kind]:
            return False
        words = self.query_one("#filter", Input).value.casefold().split()
        if not words:
            return True
        settings = " ".join(f"{name}={setting_value(v)}" for name, v in row.settings.items())
        shown = _(state.value)
        texts = (state, shown, row.id, row.lab, self.rows.title(row), settings, row.reason)
        text = " ".join(texts).casefold()
        return all(word in text for word in words)

    def _show_count(self, shown: int) -> None:
        going_on = sum(not read_state(row.state).ended for row in self._rows.values())
        if shown == len(self._rows):
            parts = [n_("{count} run", "{count} runs", shown)]
        else:
            parts = [_("{shown} of {count} runs", shown=shown, count=len(self._rows))]
        parts += [_("{count} going on", count=going_on)] if going_on else []
        parts += [_("only {kind} (f)", kind=_(self._kind))] if self._kind != "all" else []
        if len(self._rows) == MOST_RUNS:
            parts.append(_("the newest {count:,}; `studylab runs` lists all", count=MOST_RUNS))
        self.query_one("#count", Static).update(Content(" · ".join(parts)))

    # The run in front

    def on_row_list_highlighted(self) -> None:
        """Show what is to be known of the run under the cursor."""
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.current
        about = Content("")
        if row is not None:
            about = self.rows.about(row, self._results.get(row.id, ()))
            if read_state(row.state) is State.QUEUED and (place := told_place(row.id)):
                about = Content("\n").join([about, Content.styled(place, "$text-warning")])
        self.detail.show(row.id if row else "", about)
        self.refresh_bindings()

    @property
    def current(self) -> RunRow | None:
        """The run under the cursor."""
        return self._rows.get(self.table.key or "")

    # Keys

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something for the run in front."""
        if action in ("watch", "stop", "log", "clone", "ask", "queue"):
            row = self.current
            if row is None or self.has_class("-none"):
                return False
            if action == "queue":
                return read_state(row.state) is State.QUEUED
            if action == "stop":
                return not read_state(row.state).ended
            return action != "clone" or bool(row.lab)
        return True

    def on_row_list_selected(self) -> None:
        """Enter, or a double click, on a run."""
        self.action_watch()

    def action_watch(self) -> None:
        """Open the run's live view."""
        from studylab.tui.live import LiveView

        if self.current is not None:
            self.app.push_screen(LiveView(_directory(self.current)))

    def action_stop(self) -> None:
        """Stop the run, after a question."""
        from studylab.tui.stopping import confirm_stop

        if self.current is not None:
            confirm_stop(self.app, _directory(self.current))

    def action_log(self) -> None:
        """Show the run's output."""
        from studylab.tui.log_view import LogView

        if self.current is not None:
            self.app.push_screen(LogView(_directory(self.current)))

    def action_clone(self) -> None:
        """Open the launch form with this run's settings."""
        from studylab.tui.launch import LaunchForm

        if self.current is not None and self.current.lab:
            self.app.push_screen(LaunchForm(self.current.lab, self.current.settings))

    def action_ask(self) -> None:
        """Ask a question about this run."""
        from studylab.tui.dialogs.ask import AskDialog

        if self.current is not None:
            self.app.push_screen(AskDialog(run=self.current.id, step=self.current.step))

    def action_queue(self, by: int) -> None:
        """Let a waiting run start earlier or later."""
        if self.current is not None:
            move(self.app, self.current.id, by)
            self._show_detail()

    def action_next_kind(self) -> None:
        """Show runs of the next kind of states only."""
        kinds = list(KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self._refill()

    def action_filter(self) -> None:
        """Type a filter."""
        self.add_class("-filtering")
        self.query_one("#filter", Input).focus()

    def on_input_changed(self) -> None:
        """Filter while it is typed."""
        self._refill()

    def on_input_submitted(self) -> None:
        """Enter goes to the runs that are left."""
        self.table.focus()

    def action_back(self) -> None:
        """Show all runs again; leave the details."""
        super().action_back()
        self.remove_class("-filtering")
        self._kind = "all"
        self.query_one("#filter", Input).value = ""
        self._refill()

    def focus_list(self) -> None:
        """Give the keys back to the table."""
        self.table.focus()


def _directory(row: RunRow) -> RunDirectory:
    return RunDirectory(Path(row.directory))
