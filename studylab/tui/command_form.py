"""The form that launches any command: what, where, with which Python, and when."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Button, Collapsible, Input, Static
from typing_extensions import override

from studylab.language import N_, _
from studylab.plain import one_line
from studylab.problem import Problem, Refused
from studylab.runs.command_line import ids_of, shell_line, words_of
from studylab.runs.directory import RunDirectory, RunSpec
from studylab.runs.queue import Turn
from studylab.runs.scalars import Wanted, read_wanted
from studylab.store import runs as store
from studylab.tui.dialogs.choice import Choice
from studylab.tui.dialogs.path_field import PathSuggester
from studylab.tui.launch_dialog import LaunchDialog
from studylab.tui.widgets.expect_fields import ExpectFields

QUEUE, NOW, AFTER = "queue", "now", "after"
TURNS = {QUEUE: N_("in its turn"), NOW: N_("at once"), AFTER: N_("after other runs")}

EVENTS, LINES, NONE = "events", "lines", "none"
SCALARS = {
    EVENTS: N_("event files"),
    LINES: N_("these and the output"),
    NONE: N_("none"),
}


class BadTurn(Refused):
    """A priority that is no whole number, or no run to wait for."""


class CommandForm(LaunchDialog):
    """Launches a command and goes on to its live view; nothing typed is lost if that fails."""

    LOST = N_("The command that you typed here is not launched.")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "launch", "Launch", priority=True),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Previous", show=False),
        Binding("escape", "leave", "Leave"),
    ]
    DEFAULT_CSS = """
    CommandForm {
        & > #form {
            width: 108; max-width: 96%; height: auto; max-height: 92%; padding: 0 1;
            border: round $primary; background: $surface;
        }
        & #fields { height: auto; scrollbar-size-vertical: 1; }
        & .line { height: 1; }
        & .label { width: 16; color: $text-muted; }
        & Input { width: 1fr; background: $foreground 8%; }
        & Input:focus { background: $primary 30%; }
        & Collapsible, & Collapsible:focus-within {
            background: transparent; border: none; padding: 0; margin-top: 1;
        }
        & Collapsible Contents { padding: 0; }
        & #below { height: auto; border-top: solid $foreground 20%; }
        & #shell { height: auto; max-height: 2; }
        & #buttons { height: 1; }
        & ExpectFields .label { width: 16; padding-left: 0; }
    }
    CommandForm.-low > #form, CommandForm.-flat > #form {
        height: 92%;
        & > #fields { height: 1fr; }
    }
    """

    def __init__(self, like: RunDirectory | None = None) -> None:
        """`like` is a run that is cloned."""
        super().__init__()
        self._like = like

    def compose(self) -> ComposeResult:
        spec = self._read_spec()
        python = self.workspace.settings.python
        words = shlex.join(spec.argv) if spec else ""
        with Vertical(id="form") as box:
            box.border_title = _("Run a command")
            box.border_subtitle = _("ctrl+s launches · esc leaves")
            with VerticalScroll(id="fields", can_focus=False):
                yield _line(_("Command"), _input(words, "python train.py --lr 3e-4", "words"))
                folder = spec.cwd if spec else str(Path.cwd())
                yield _line(_("Folder"), _input(folder, "", "folder", PathSuggester()))
                name = spec.id.rsplit("-", 1)[0] if spec else ""
                yield _line(_("Name"), _input(name, _("that of the program"), "name"))
                whose = python or _("the one on the path")
                shown = _("{python}; a path, a venv or a conda environment", python=whose)
                yield _line("Python", _input("", shown, "python", PathSuggester()))
                yield _line(_("Scalars from"), _choice(SCALARS, "scalars", _wanted_of(self._like)))
                yield _line(_("Starts"), _choice(TURNS, "turn", QUEUE))
                yield _line(_("After"), _input("", _("ids of runs that finish first"), "after"))
                yield _line(_("Priority"), _input("0", _("a higher one starts first"), "priority"))
                with Collapsible(title=_("What do you expect? (skip it if you like)")):
                    yield ExpectFields()
            with Vertical(id="below"):
                yield Static(id="shell")
                yield Static(id="complaint")
                with Horizontal(id="buttons"):
                    yield Button(_("Launch"), variant="primary", compact=True, id="launch")

    def on_mount(self) -> None:
        self._begun_with = self._typed
        self._follow()
        self.set_focus(self.query_one("#words"))

    def _read_spec(self) -> RunSpec | None:
        if self._like is None:
            return None
        try:
            return self._like.read_spec()
        except Problem as problem:
            self.call_after_refresh(self._complain, str(problem))
            return None

    # What is typed

    @property
    @override
    def _typed(self) -> list[str]:
        fields = [field.value for field in self.query("#fields > .line > Input").results(Input)]
        choices = [choice.value for choice in self.query(Choice)]
        return [*fields, *choices, *self.query_one(ExpectFields).texts]

    def _text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    def _value(self, id: str) -> str:
        return self.query_one(f"#{id}", Choice).value

    def on_input_changed(self) -> None:
        """Show what does the same in a shell."""
        self._follow()

    def on_select_changed(self) -> None:
        """The same."""
        self._follow()

    def on_choice_changed(self) -> None:
        """The same; the runs that it waits for are asked for only where it waits for some."""
        self._follow()

    def _follow(self) -> None:
        after = self.query_one("#after", Input)
        if after.parent is not None:
            after.parent.display = self._value("turn") == AFTER
        try:
            words = words_of(self._text("words"))
        except Problem:
            content = Content("")
        else:
            line = one_line(shell_line(words, self._options()))
            content = Content.assemble(Content.styled("$ ", "$foreground 50%"), line)
        self.query_one("#shell", Static).update(content)

    def _options(self) -> list[tuple[str, str]]:
        """What differs from what the command does by itself."""
        turn, scalars = self._value("turn"), self._value("scalars")
        options = [("--name", self._text("name"))] if self._text("name") else []
        options += [("--python", self._text("python"))] if self._text("python") else []
        if Path(self._text("folder") or ".").expanduser().absolute() != Path.cwd():
            options.append(("--directory", self._text("folder")))
        options += [("--scalars", scalars)] if scalars != EVENTS else []
        options += [("--now", "")] if turn == NOW else []
        if turn == AFTER:
            options += [("--after", run) for run in ids_of(self._text("after"))]
        if turn != NOW and self._text("priority") not in ("", "0"):
            options.append(("--priority", self._text("priority")))
        return [*options, *self.query_one(ExpectFields).options]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field."""
        event.stop()
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The same as the key."""
        event.stop()
        self.action_launch()

    # Launching

    def action_launch(self) -> None:
        """Launch or queue it; then go to it."""
        if self._launching:
            return
        try:
            words = words_of(self._text("words"))
            turn = self._turn()
            self._expected = self.query_one(ExpectFields).read()
        except Problem as problem:
            self._complain(_("not launched: {why}", why=problem))
            return
        self._set_launching(True)
        start = self._starter(words, turn)
        self.app.run_worker(lambda: self._start(start), thread=True, group="launch")

    def _turn(self) -> Turn | None:
        """When it is to start; None for now.

        Raises:
            BadTurn: the priority is no whole number, or no run to wait for is named.
            NoSuchRun: one of those is not there.
        """
        kind = self._value("turn")
        if kind == NOW:
            return None
        try:
            priority = int(self._text("priority") or "0")
        except ValueError:
            raise BadTurn(_("the priority is a whole number, such as 0 or 10")) from None
        after = ids_of(self._text("after")) if kind == AFTER else ()
        if kind == AFTER and not after:
            raise BadTurn(_("after which runs? Type their ids, or choose another turn"))
        return Turn(tuple(store.get(self.workspace.db, id).id for id in after), priority)

    def _starter(self, words: tuple[str, ...], turn: Turn | None) -> Callable[[], RunDirectory]:
        settings = self.workspace.settings
        folder = Path(self._text("folder") or ".").expanduser()
        name, python, scalars = self._text("name"), self._text("python"), self._value("scalars")
        wanted = None if scalars == NONE else Wanted(lines=scalars == LINES)

        def start() -> RunDirectory:
            # psutil and NVML are loaded for it: not before they are wanted.
            from studylab.runs.command import Command, launch_command, submit_command

            command = Command(words, folder, name, python, wanted)
            if turn is None:
                return launch_command(command, settings)
            return submit_command(command, settings, turn=turn)

        return start

    def _start(self, start: Callable[[], RunDirectory]) -> None:
        app = self.app
        try:
            run = start()
        except Problem as problem:
            app.call_from_thread(self._refused, str(problem))
        else:
            app.sync_soon()
            app.call_from_thread(self._launched, run)


def _wanted_of(run: RunDirectory | None) -> str:
    if run is None:
        return EVENTS
    wanted = read_wanted(run)
    if wanted is None:
        return NONE
    return LINES if wanted.lines else EVENTS


def _line(label: str, field: Widget) -> Horizontal:
    return Horizontal(Static(label, classes="label"), field, classes="line")


def _choice(words: dict[str, str], id: str, value: str) -> Choice:
    return Choice([(key, _(word)) for key, word in words.items()], value, id=id)


def _input(value: str, placeholder: str, id: str, suggester: Suggester | None = None) -> Input:
    return Input(
        value,
        placeholder=placeholder,
        suggester=suggester,
        compact=True,
        select_on_focus=False,
        id=id,
    )
