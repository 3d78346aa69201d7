"""The app: its rooms, its keys, and the thread that keeps the database up with the runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from studylab import locations
from studylab.problem import Problem
from studylab.store.database import in_words
from studylab.tui.room import ROOMS, Room, room_class
from studylab.tui.sync import RunsChanged, SyncLoop
from studylab.tui.ticks import Ticks
from studylab.workspace import Workspace

if TYPE_CHECKING:
    from textual.worker import Worker

    from studylab.runs.directory import RunDirectory


class StudylabApp(App[None]):
    """The whole of studylab in the terminal."""

    TITLE = "studylab"
    CSS_PATH = "studylab.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide"), (160, "-very-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-low"), (30, "-high")]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"show_room('{name}')", title, show=False)
            for number, (name, title) in enumerate(ROOMS.items(), start=1)
        ),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("ctrl+p", "command_palette", "Commands", show=False),
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
        self.ticks = Ticks(workspace)
        self._first_room = room
        self._watched = watched
        self._sync = SyncLoop(self)

    def on_mount(self) -> None:
        if self.workspace.settings.theme in self.available_themes:
            self.theme = self.workspace.settings.theme
        else:
            self.notify(
                f"no theme is called {self.workspace.settings.theme!r}; ctrl+p shows them",
                severity="warning",
                markup=False,
            )
        for complaint in self.workspace.complaints:
            self.notify(str(complaint), severity="warning", timeout=15, markup=False)
        self.action_show_room(self._first_room)
        if self._watched is not None:
            from studylab.tui.live import LiveView

            self.push_screen(LiveView(self._watched))
        self.call_after_refresh(self._keep_in_sync)

    @work(thread=True, group="sync", exit_on_error=False)
    def _keep_in_sync(self) -> None:
        self._sync.run()

    def on_unmount(self) -> None:
        self._sync.stop()

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

    def action_suspend_process(self) -> None:
        """Go back to the shell until `fg`."""
        from studylab.tui.suspend import stop_job

        try:
            stop_job(self)
        except Problem as problem:
            self.problem(problem)

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

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: Textual's own commands, the rooms, and what the room in front offers."""
        for name, title in ROOMS.items():
            go = partial(self.action_show_room, name)
            yield SystemCommand(f"Go to {title}", f"Open the {title} screen", go)
        if isinstance(screen, Room):
            yield from screen.commands()
        yield from super().get_system_commands(screen)


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
    return app.return_code or 0
