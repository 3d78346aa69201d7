"""The Runs room: every run, the newest first, and what is to be known of the one in front."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from textual.app import SystemCommand
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
from studylab.tui.overlay_marks import marked_row, meant
from studylab.tui.palette import command
from studylab.tui.run_disk import RunDisk
from studylab.tui.run_findings import RunFindings
from studylab.tui.run_marks import MarkedRunsRoom
from studylab.tui.run_rows import COLUMNS, RunRows, marks
from studylab.tui.sync import RunsChanged
from studylab.tui.waiting import move, told_place
from studylab.tui.widgets.row_list import RowList

OF_A_RUN = {
    *("watch", "stop", "log", "clone", "repeat", "ask", "queue", "mark", "overlay", "expect"),
    "resume",
    *("star", "tag", "run_note", "archive", "delete"),
}
"""What needs a run under the cursor."""

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

ALL_ARCHIVED = N_("Every run is archived.\n\n  X        shows them")


class RunsRoom(MarkedRunsRoom):
    """Every run of the student."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stop", "Stop"),
        Binding("l", "log", "Log"),
        Binding("c", "clone", "Clone", tooltip="Open the launch form with this run's settings"),
        Binding("R", "repeat", "Repeat", show=False, tooltip="Launch it again, as it was"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about this run"),
        Binding("C", "resume", "Go on", show=False, tooltip="Go on from its last checkpoint, anew"),
        Binding(
            "p",
            "expect",
            "Expect",
            show=False,
            tooltip="What you expect of this run, and the gap",
        ),
        Binding("space", "mark", "Mark", show=False, tooltip="Mark runs to see together"),
        Binding("o", "overlay", "Compare", tooltip="Curves and settings of the marked runs"),
        Binding(
            "plus", "queue(-1)", "Earlier", show=False, tooltip="Let a waiting run start earlier"
        ),
        Binding("minus", "queue(1)", "Later", show=False, tooltip="Let others start before it"),
        Binding(
            "f",
            "next_kind",
            "State",
            show=False,
            tooltip="Show all, those going on, finished, failed",
        ),
        Binding("slash", "filter", "Filter", tooltip="Filter by lab, state, settings, id, #tag, *"),
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
        self._disk = RunDisk(self, self._show_detail)
        self._findings = RunFindings(self, self._show_detail)

    def compose_above(self) -> Iterable[Widget]:
        with Horizontal(id="heading"):
            yield Static(id="count", classes="quiet")
            yield Input(
                placeholder=_("lab, state, setting, id, #tag, * …"), compact=True, id="filter"
            )
        yield Static(id="empty")

    def compose_list(self) -> Iterable[Widget]:
        yield RowList(COLUMNS)

    @property
    def table(self) -> RowList:
        """The table of runs."""
        return self.query_one(RowList)

    def on_mount(self) -> None:
        self.set_focus(self.table)
        self.set_interval(AGES_SECONDS, self._tell_ages)

    @cached_property
    def rows(self) -> RunRows:
        """What makes the rows."""
        return RunRows(self.workspace)

    # What is shown

    def show_data(self) -> None:
        """Read the runs again; rows that stay keep their place."""
        db = self.workspace.db
        archived = None if self.with_archived else False
        found = store.listing(db, archived=archived, limit=MOST_RUNS)
        rows = {row.id: row for row in found}
        new = [id for id, row in rows.items() if self._rows.get(id) != row]
        self._rows = rows
        self._marked &= rows.keys()
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
        shown = self.shown
        self.set_class(not shown, "-none")
        if not shown:
            self.query_one("#empty", Static).update(Content(self._why_none()))
        made = [self.rows.row(row, self._results.get(row.id, ())) for row in shown]
        self.table.set_rows([marked_row(row) if row.key in self._marked else row for row in made])
        self._show_count(len(shown))
        self._show_detail()

    @property
    @override
    def shown(self) -> list[RunRow]:
        """The runs in the list, in its order."""
        return [row for row in self._rows.values() if self._is_wanted(row)]

    def _why_none(self) -> str:
        if self._rows:
            return _(NOTHING_MATCHES)
        return _(ALL_ARCHIVED) if store.listing(self.workspace.db, limit=1) else _(EMPTY)

    def _is_wanted(self, row: RunRow) -> bool:
        state = read_state(row.state)
        if state not in KINDS[self._kind]:
            return False
        words = self.query_one("#filter", Input).value.casefold().split()
        if not words:
            return True
        settings = " ".join(f"{name}={setting_value(v)}" for name, v in row.settings.items())
        shown = _(state.value)
        texts = (
            state,
            shown,
            row.id,
            row.lab,
            self.rows.title(row),
            settings,
            row.reason,
            marks(row),
        )
        text = " ".join((*texts, row.note)).casefold()
        return all(word in text for word in words)

    def _show_count(self, shown: int) -> None:
        going_on = sum(not read_state(row.state).ended for row in self._rows.values())
        if shown == len(self._rows):
            parts = [n_("{count} run", "{count} runs", shown)]
        else:
            parts = [_("{shown} of {count} runs", shown=shown, count=len(self._rows))]
        parts += [_("{count} going on", count=going_on)] if going_on else []
        parts += [_("only {kind} (f)", kind=_(self._kind))] if self._kind != "all" else []
        parts += [_("with archived (X)")] if self.with_archived else []
        if marked := len(self._marked & self._rows.keys()):
            parts.append(_("{count} marked (o)", count=marked))
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
            about = self.rows.about(row, self._results.get(row.id, ()), self._disk.told(row.id))
            about = self._findings.told(about, row)
            self._disk.look(row.id, row.ended_at)
            if read_state(row.state) is State.QUEUED and (place := told_place(row.id)):
                about = Content("\n").join([about, Content.styled(place, "$text-warning")])
        self.detail.show(row.id if row else "", about)
        self.refresh_bindings()

    @property
    @override
    def current(self) -> RunRow | None:
        """The run under the cursor."""
        return self._rows.get(self.table.key or "")

    # Keys

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something for the run in front."""
        if action in OF_A_RUN:
            row = self.current
            if row is None or self.has_class("-none"):
                return False
            if action == "queue":
                return read_state(row.state) is State.QUEUED
            if action == "stop":
                return not read_state(row.state).ended
            return action != "resume" or bool(row.lab)
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
        """Open the launch form with this run's settings, or the form of its command."""
        from studylab.tui.again import open_clone

        if self.current is not None:
            row = self.current
            open_clone(self.app, _directory(row), row.lab, row.settings)

    def action_resume(self) -> None:
        """Start a run that goes on from this one's last checkpoint."""
        from studylab.tui.again import resume_in_background

        if self.current is not None:
            resume_in_background(self.app, self.current)

    def action_repeat(self) -> None:
        """Launch the run once more, after saying what differs now."""
        from studylab.tui.repeating import repeat_in_background

        if self.current is not None:
            repeat_in_background(self.app, _directory(self.current))

    def action_ask(self) -> None:
        """Ask a question about this run."""
        from studylab.tui.dialogs.ask import AskDialog

        if self.current is not None:
            self.app.push_screen(AskDialog(run=self.current.id, step=self.current.step))

    def action_mark(self) -> None:
        """Mark the run, or take its mark away, and go to the next one."""
        if self.current is not None:
            self._marked ^= {self.current.id}
            self._refill()
            self.table.cursor += 1

    def action_overlay(self) -> None:
        """Show the marked runs together; without any, this one and the one before of its lab."""
        from studylab.tui.overlay import OverlayScreen

        runs = meant(self._rows, self._marked, self.current)
        if len(runs) < 2:
            self.notify(_("there is no earlier run of this lab; space marks runs"))
            return
        self.app.push_screen(OverlayScreen(runs))

    def action_expect(self) -> None:
        """Say what is expected of the run; after it, what came of that."""
        from studylab.tui.expecting import open_expectation

        if self.current is not None:
            open_expectation(self.app, self.current.id)

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
        """Take the marks away, then show all runs again; leave the details."""
        super().action_back()
        if self._marked and not self.has_class("-filtering"):
            self._marked = set()
            self._refill()
            return
        self.remove_class("-filtering")
        self._kind = "all"
        self.query_one("#filter", Input).value = ""
        self._refill()

    @override
    def commands(self) -> Iterable[SystemCommand]:
        """What this room adds to the command palette."""
        yield command(_("Archived runs"), _("Show them in the list too"), self.action_archived)
        yield command(
            _("Clean up old checkpoints"),
            _("Shows first what would go, and asks"),
            self.clean_up,
        )

    def focus_list(self) -> None:
        """Give the keys back to the table."""
        self.table.focus()


def _directory(row: RunRow) -> RunDirectory:
    return RunDirectory(Path(row.directory))
