"""The app: its rooms, its keys, and the thread that keeps the database up with the runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import ModalScreen, Screen

from studylab import locations, settings
from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.store.database import in_words
from studylab.tui.app_commands import app_commands
from studylab.tui.palette import Commands, Themes, command
from studylab.tui.room import ROOMS, Room, room_class
from studylab.tui.sync import RunsChanged, SyncLoop
from studylab.tui.ticks import Ticks
from studylab.tui.transfer import transfer_commands
from studylab.workspace import Workspace

if TYPE_CHECKING:
    from textual.worker import Worker

    from studylab.runs.directory import RunDirectory
    from studylab.tui.session_watch import SessionWatch


class StudylabApp(App[object]):
    """The whole of studylab in the terminal."""

    TITLE = "studylab"
    CSS_PATH = "studylab.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide"), (160, "-very-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-low"), (30, "-high")]
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS = {Commands}

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"show_room('{name}')", title, show=False)
            for number, (name, title) in enumerate(ROOMS.items(), start=1)
        ),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("ctrl+p", "command_palette", "Commands", show=False),
        Binding("ctrl+f", "search", "Search everything", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(
        self, workspace: Workspace, room: str = "week", watched: RunDirectory | None = None
    ) -> None:
        no_color = os.environ.get("NO_COLOR")
        super().__init__()
        if no_color is not None:
            # Textual takes it out of the environment; editors and labs want to see it.
            os.environ["NO_COLOR"] = no_color
        self.workspace = workspace
        self.trouble: Problem | None = None
        self.language_given = os.environ.get(settings.variable("language"), "")
        """What the environment or `--lang` says, which wins over the settings file."""
        self.ticks = Ticks(workspace)
        self._first_room = room
        self._watched = watched
        self._sync = SyncLoop(self)
        self.farewell = ""

    def on_mount(self) -> None:
        if self.workspace.settings.theme in self.available_themes:
            self.theme = self.workspace.settings.theme
        else:
            theme = self.workspace.settings.theme
            told = _("no theme is called {name!r}; ctrl+p shows them", name=theme)
            self.notify(told, severity="warning", markup=False)
        for complaint in self.workspace.complaints:
            self.notify(str(complaint), severity="warning", timeout=15, markup=False)
        self.action_show_room(self._first_room)
        if self._watched is not None:
            from studylab.tui.live import LiveView

            self.push_screen(LiveView(self._watched))
        self.call_after_refresh(self._keep_in_sync)
        self.call_after_refresh(self._watch_session)

    @work(thread=True, group="sync", exit_on_error=False)
    def _keep_in_sync(self) -> None:
        self._sync.run()

    def on_unmount(self) -> None:
        self._sync.stop()
        with suppress(Problem):
            self.farewell = self.session_watch.end()

    @cached_property
    def session_watch(self) -> SessionWatch:
        """Sees after the study session; made once the first screen is painted."""
        from studylab.tui.session_watch import SessionWatch

        return SessionWatch(self)

    def _watch_session(self) -> None:
        self.session_watch.begin()

    def sync_soon(self) -> None:
        """Bring the database up to date with the runs now: one was started or is to stop."""
        self._sync.soon()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Tell the room in front; the others look again when they come to the front."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Room):
                # A room that is just being entered reads the runs itself when it is there.
                if screen.is_mounted:
                    screen.runs_changed(message)
                break

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.error is not None:
            self.problem(event.worker.error)

    def action_show_room(self, name: str) -> None:
        """Bring one of the rooms to the front, closing what was opened above it."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if self._installed_screens.get(name) is None:
            self.install_screen(room_class(name)(), name)
        if len(self.screen_stack) > 1:
            self.switch_screen(name)
        else:
            self.push_screen(name)

    def make_rooms_anew(self) -> None:
        """Throw the rooms away, as for another language, and show the one in front again."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        entered = [name for name in ROOMS if name in self._installed_screens]
        rooms = {name: self.get_screen(name, Room) for name in entered}
        name = next((n for n, room in rooms.items() if room is self.screen), self._first_room)
        fresh = room_class(name)()
        self.switch_screen(fresh)
        for old, room in rooms.items():
            self.uninstall_screen(old)
            room.remove()
        self.install_screen(fresh, name)

    def action_command_palette(self) -> None:
        """Open the palette."""
        if not CommandPalette.is_open(self):
            palette = CommandPalette(placeholder=_("Search for commands…"), id="--command-palette")
            self.push_screen(palette)

    def search_themes(self) -> None:
        """Choose a theme."""
        self.push_screen(CommandPalette([Themes], placeholder=_("Search for themes…")))

    def action_help_quit(self) -> None:
        """Ctrl-C does not quit, as it copies in a field; say what does."""
        told = _("Press {key} to quit the app", key="q")
        self.notify(told, title=_("Do you want to quit?"), markup=False)

    def action_suspend_process(self) -> None:
        """Go back to the shell until `fg`."""
        from studylab.tui.suspend import stop_job

        try:
            stop_job(self)
        except Problem as problem:
            self.problem(problem)

    def action_search(self) -> None:
        """Look for words in everything that was written."""
        from studylab.tui.search import SearchScreen

        # A dialog is finished first: what is found would open in its place.
        if not isinstance(self.screen, (SearchScreen, ModalScreen)):
            self.push_screen(SearchScreen())

    def action_review(self) -> None:
        """Review what comes back today."""
        from studylab.tui.review import ReviewScreen

        if not isinstance(self.screen, ReviewScreen):
            self.push_screen(ReviewScreen())

    def action_try_bell(self) -> None:
        """Show each way in which the student is told what becomes of runs."""
        from studylab.tui.telling import try_each_way

        try_each_way(self)

    def action_help(self) -> None:
        """Show the keys that work here."""
        from studylab.tui.help import HelpDialog

        if not isinstance(self.screen, HelpDialog):
            self.push_screen(HelpDialog(self.screen))

    def _handle_exception(self, error: Exception) -> None:
        """End the app with one line instead of a traceback where the database gave up on us.

        Textual calls this for whatever no handler caught, and the handler's queue is gone then:
        there is nothing to go on with.
        """
        try:
            with in_words(locations.database()):
                raise error
        except Problem as problem:
            self.trouble = problem
            self._close_messages_no_wait()
        except Exception:
            super()._handle_exception(error)

    def problem(self, error: BaseException) -> None:
        """Show what went wrong; anything but a Problem is a bug and ends the app."""
        if not isinstance(error, Problem):
            raise error
        self.notify(str(error), severity="error", timeout=12, markup=False)

    def undo(self) -> bool:
        """Take the last change of this sitting back and say so; False if it could not be."""
        try:
            said = self.ticks.undo()
        except Problem as problem:
            self.problem(problem)
            return False
        self.notify(one_line(said), timeout=4, markup=False)
        return True

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the rooms and the app itself, and what the room in front offers."""
        yield from app_commands(self, screen)
        yield from transfer_commands(self)
        yield command(
            _("Search everything"),
            _("Questions, answers, missed points and notes"),
            self.action_search,
        )
        yield command(
            _("Review"), _("Questions and missed points that come back today"), self.action_review
        )
        yield command(
            _("Try the bell"),
            _("Show each way in which you are told of runs"),
            self.action_try_bell,
        )
        if isinstance(screen, Room):
            yield from screen.commands()


def run_app(workspace: Workspace, room: str = "week", watched: RunDirectory | None = None) -> int:
    """Run the app until the student quits, at first with the live view of `watched` if given.

    Returns the exit code.

    Raises:
        Problem: the app had to end, as when its database was damaged while it was open.
    """
    app = StudylabApp(workspace, room, watched)
    app.run()
    if app.trouble is not None:
        raise app.trouble
    if app.farewell:
        print(app.farewell)
    return app.return_code or 0
