"""The Labs room: what there is to run, what each teaches, and how far the student got with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from studylab.language import _
from studylab.plain import one_line
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.directory import RunDirectory, State
from studylab.store import runs as store
from studylab.store.overview import lab_records
from studylab.store.runs import RunRow
from studylab.syllabus.model import Item, Kind
from studylab.tui.lab_rows import COLUMNS, LabRows
from studylab.tui.launching import launch_in_background, what_is_missing
from studylab.tui.palette import command
from studylab.tui.split import SplitRoom
from studylab.tui.sync import RunsChanged
from studylab.tui.widgets.row_list import RowList

GOING_ON = [state.value for state in State if not state.ended]
LAST = 10_000


class LabsRoom(SplitRoom):
    """The catalogue of labs."""

    NAME = "labs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run as it is", tooltip="Run with the defaults at once"),
        Binding("w", "watch", "Watch", tooltip="Open the lab's run that is going on, or the last"),
        Binding("c", "command", "Command", tooltip="Run any command, such as python train.py"),
        Binding("e,o", "episodes", "Episodes", tooltip="The episodes that teach it"),
        Binding("t", "results", "Results", show=False, tooltip="What its runs reached, over seeds"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about this lab"),
    ]
    DEFAULT_CSS = """
    LabsRoom {
        & #missing {
            height: auto; padding: 0 1; display: none;
            background: $warning 20%; color: $text-warning;
        }
        & #missing.told { display: block; }
        & #list { padding: 0 1; }
        &.-wide #split { layout: vertical; }
        &.-wide #list { width: 1fr; height: 1fr; }
        &.-wide #detail {
            width: 1fr; height: 45%; border-left: none; border-top: solid $foreground 20%;
        }
        &.-wide #detail:focus { border-left: none; border-top: solid $primary; }
        &.-very-wide #list { width: 11fr; }
        &.-very-wide #detail { width: 9fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: LabRows | None = None

    def compose_above(self) -> Iterable[Widget]:
        yield Static(id="missing")

    def compose_list(self) -> Iterable[Widget]:
        yield RowList(COLUMNS)

    @property
    def table(self) -> RowList:
        """The table of labs."""
        return self.query_one(RowList)

    def focus_list(self) -> None:
        """Give the keys back to the table."""
        self.table.focus()

    def on_mount(self) -> None:
        self.set_focus(self.table)
        self._begin_at_what_runs()

    # What is shown

    def show_data(self) -> None:
        """Read runs and results again."""
        missing = what_is_missing(self.workspace)
        banner = self.query_one("#missing", Static)
        banner.update(Content(_("{missing}   (everything else works without)", missing=missing)))
        banner.set_class(bool(missing), "told")
        self._read_runs()
        self._refill()

    def _begin_at_what_runs(self) -> None:
        """Put the cursor on the first lab from the present week on that is there to be run."""
        self.show_data()
        week = self.workspace.current_week().number
        there = [e for e in self._entries() if not e.error]
        later = [e for e in there if e.declared.week >= week] or there
        if later:
            places = self._places()
            self.table.go_to(min(later, key=lambda e: places[e.id]).id)

    @override
    def runs_changed(self, message: RunsChanged) -> None:
        """A run went on or ended."""
        self._read_runs()
        self._refill()

    def _read_runs(self) -> None:
        db = self.workspace.db
        going_on: dict[str, list[RunRow]] = {}
        for run in store.listing(db, states=GOING_ON):
            going_on.setdefault(run.lab, []).append(run)
        self._rows = LabRows(self.workspace, lab_records(db), going_on)

    @property
    def rows(self) -> LabRows:
        """What makes the rows."""
        return self._rows or LabRows(self.workspace)

    def _refill(self) -> None:
        rows = [self.rows.row(entry) for entry in self._entries()]
        rows += [self.rows.planned_row(item) for item in self._planned()]
        places = self._places()
        self.table.set_rows(sorted(rows, key=lambda row: places[row.key]))
        self._show_detail()

    def _entries(self) -> list[CatalogueEntry]:
        return self.workspace.labs

    def _planned(self) -> list[Item]:
        return [i for i in self.workspace.syllabus.items if i.kind is Kind.LAB and i.planned]

    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each lab stands: in the order of the syllabus, the student's own after those of
        their week, what can't be read at the end."""
        items = [item for item in self.workspace.syllabus.items if item.kind is Kind.LAB]
        places = {item.ref: (item.week, rank) for rank, item in enumerate(items)}
        for entry in self._entries():
            _week, rank = places.get(entry.id, (0, len(items)))
            places[entry.id] = (LAST if entry.error else entry.declared.week, rank)
        return places

    def _entry(self, id: str | None) -> CatalogueEntry | None:
        return next((entry for entry in self.workspace.labs if entry.id == id), None)

    def _item_of(self, id: str | None) -> Item | None:
        items = self.workspace.syllabus.items
        return next((i for i in items if i.kind is Kind.LAB and i.ref == id), None)

    # The lab in front

    def on_row_list_highlighted(self) -> None:
        """Show all of the lab under the cursor."""
        self._show_detail()

    def _show_detail(self) -> None:
        key = self.table.key
        entry, item = self._entry(key), self._item_of(key)
        if entry is not None:
            content = self.rows.about(entry)
        else:
            content = self.rows.about_planned(item) if item is not None else Content("")
        self.detail.show(key or "", content)
        self.refresh_bindings()

    # Keys

    @property
    def current(self) -> CatalogueEntry | None:
        """The lab under the cursor, if it is there to be run."""
        return self._entry(self.table.key)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something for the lab in front."""
        if action not in ("run", "watch", "results", "episodes", "ask"):
            # The footer of the room before may ask this while here nothing is composed yet.
            return True
        entry = self.current
        if action == "run":
            return entry is not None and not entry.error
        if action in ("watch", "results"):
            return entry is not None and entry.id in self.rows.records
        if action == "episodes":
            return entry is not None and bool(self.rows.episodes(entry))
        return self.table.key is not None

    def on_row_list_selected(self) -> None:
        """Enter, or a double click, on a lab."""
        self.action_open()

    def action_open(self) -> None:
        """Open the launch form."""
        entry = self.current
        if entry is None:
            self.app.notify(_("This lab is still to come."), timeout=4, markup=False)
        elif entry.error:
            self.app.notify(entry.error, severity="error", timeout=12, markup=False)
        else:
            self._open_form(entry.id)

    def action_run(self) -> None:
        """Run the lab with its defaults and watch it."""
        entry = self.current
        if entry is not None:
            launch_in_background(self.app, entry, {}, self._launched, self._refused)

    def _launched(self, run: RunDirectory) -> None:
        from studylab.tui.live import LiveView

        if self.app.screen is self:
            self.app.push_screen(LiveView(run))
        else:
            self.app.notify(_("{run} was started", run=run.id), timeout=5, markup=False)

    def _refused(self, text: str) -> None:
        self.app.notify(text, severity="error", timeout=12, markup=False)

    def action_watch(self) -> None:
        """Open the lab's run that is going on, or its last."""
        from studylab.tui.live import LiveView

        entry = self.current
        if entry is None:
            return
        runs = self.rows.going_on.get(entry.id) or store.listing(
            self.workspace.db, lab=entry.id, limit=1
        )
        if runs:
            self.app.push_screen(LiveView(RunDirectory(Path(runs[0].directory))))

    def action_results(self) -> None:
        """Show what its runs reached."""
        from studylab.tui.results import ResultsScreen

        if self.current is not None:
            self.app.push_screen(ResultsScreen(self.current.id))

    def action_command(self) -> None:
        """Open the form that launches any command."""
        from studylab.tui.command_form import CommandForm

        self.app.push_screen(CommandForm())

    def action_episodes(self) -> None:
        """List the episodes that teach it."""
        from studylab.tui.dialogs.episodes import EpisodesDialog

        entry = self.current
        if entry is not None:
            title = _("Episodes for {lab}", lab=one_line(entry.name))
            self.app.push_screen(EpisodesDialog(self.workspace, title, self.rows.episodes(entry)))

    def action_ask(self) -> None:
        """Ask a question about this lab."""
        from studylab.tui.dialogs.ask import AskDialog

        item, entry = self._item_of(self.table.key), self.current
        if item is not None:
            self.app.push_screen(AskDialog(item=item.id))
        elif entry is not None:
            week = entry.declared.week or None
            self.app.push_screen(AskDialog(week=week, place=_("lab {id}", id=entry.id)))

    def commands(self) -> Iterable[SystemCommand]:
        """Launching each lab, by name, and any command."""
        told = _("Any program, in its turn, with its curves and its log")
        yield command(_("Run a command"), told, self.action_command)
        for entry in self.workspace.labs:
            if not entry.error:
                yield command(
                    _("Launch {lab}", lab=entry.name),
                    self.workspace.title(entry.declared),
                    partial(self._open_form, entry.id),
                )

    def _open_form(self, lab: str) -> None:
        from studylab.tui.launch import LaunchForm

        self.app.push_screen(LaunchForm(lab))
