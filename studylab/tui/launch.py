"""The form that launches a lab, made from the settings that the lab declares."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Collapsible, Input, Static
from typing_extensions import override

from studylab.labspec import SettingError, Value
from studylab.language import N_, _, listed
from studylab.plain import one_line
from studylab.problem import Problem
from studylab.runs import forecast
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.wording import reference_value
from studylab.store.timings import Timing
from studylab.study.expectation_words import BadExpectation
from studylab.tui.launch_dialog import LaunchDialog
from studylab.tui.launching import launch_in_background, shell_command, why_not
from studylab.tui.widgets.expect_fields import ExpectFields
from studylab.tui.widgets.setting_field import SettingField


class LaunchForm(LaunchDialog):
    """Every setting of a lab; launches it and goes on to its live view."""

    LOST = N_("The settings that you changed here are not launched.")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "launch", "Launch", priority=True),
        Binding("ctrl+r", "reset", "Defaults", priority=True),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Previous", show=False),
        Binding("escape", "leave", "Leave"),
    ]
    DEFAULT_CSS = """
    LaunchForm {
        & > #form {
            width: 108; max-width: 96%; height: auto; max-height: 92%; padding: 0 1;
            border: round $primary; background: $surface;
        }
        & #about { height: auto; max-height: 3; color: $text-muted; margin-bottom: 1; }
        & #fields { height: auto; scrollbar-size-vertical: 1; }
        & > #form.long { height: 92%; }
        & > #form.long > #fields { height: 1fr; }
        & Collapsible, & Collapsible:focus-within {
            background: transparent; border: none; padding: 0;
        }
        & Collapsible Contents { padding: 0; }
        & #below { height: auto; border-top: solid $foreground 20%; }
        & #command { height: auto; max-height: 2; }
        & #forecast { height: auto; max-height: 2; color: $text-muted; }
        & #buttons { height: 1; }
        & Button { margin-right: 2; }
    }
    LaunchForm.-low #about { margin-bottom: 0; max-height: 1; }
    LaunchForm.-flat #about, LaunchForm.-flat #forecast { display: none; }
    LaunchForm.-low SettingField, LaunchForm.-flat SettingField { margin-bottom: 0; }
    LaunchForm.-low > #form, LaunchForm.-flat > #form {
        height: 92%;
        & > #fields { height: 1fr; }
    }
    LaunchForm.-flat > #form { height: 100%; max-height: 100%; }
    """

    def __init__(self, lab_id: str, values: Mapping[str, object] | None = None) -> None:
        """`values` are those of a run that is cloned; the others are at their defaults."""
        super().__init__()
        self._lab_id = lab_id
        self._values = dict(values or {})
        self._entry: CatalogueEntry | None = None
        self._history: list[Timing] = []

    def compose(self) -> ComposeResult:
        try:
            entry = self._entry = self.workspace.lab(self._lab_id)
        except Problem as problem:
            self.call_after_refresh(self._give_up, problem)
            return
        self._history = forecast.history_of(self.workspace.db, entry)
        with Vertical(id="form") as box:
            # A form of few settings is as high as they are, a longer one scrolls.
            box.set_class(len(entry.settings) > 7, "long")
            box.border_title = Content(_("Launch {lab}", lab=one_line(entry.name)))
            box.border_subtitle = _("ctrl+s launches · ctrl+r defaults · esc leaves")
            yield Static(Content(self._about(entry)), id="about")
            with VerticalScroll(id="fields", can_focus=False):
                for setting in entry.settings:
                    value = self._values.get(setting.name, setting.default)
                    if not isinstance(value, (bool, int, float, str)):
                        value = str(value)
                    yield SettingField(setting, value)
                with Collapsible(title=_("What do you expect? (skip it if you like)"), id="expect"):
                    yield ExpectFields([r.metric for r in entry.declared.references])
            with Vertical(id="below"):
                yield Static(id="command")
                yield Static(id="forecast")
                yield Static(id="complaint")
                with Horizontal(id="buttons"):
                    yield Button(_("Launch"), variant="primary", compact=True, id="launch")
                    yield Button(_("Defaults"), compact=True, id="defaults")

    def on_mount(self) -> None:
        if self._entry is None:
            return
        self._begun_with = self._typed
        gone = sorted(set(self._values) - {s.name for s in self._entry.settings})
        refusal = why_not(self.workspace, self._entry)
        if refusal:
            self._complain(refusal)
        elif gone:
            names = listed(map(one_line, gone))
            self._complain(_("this lab no longer has {names}: left out", names=names))
        self.set_focus(self._fields[0].control if self._fields else self.query_one("#launch"))

    def _about(self, entry: CatalogueEntry) -> str:
        parts = [self.workspace.title(entry.declared)]
        parts += [
            _(
                "to reach: {figure} on {data} ({split})",
                figure=reference_value(r),
                data=r.data,
                split=r.split,
            )
            for r in entry.declared.references
        ]
        return one_line(" · ".join(parts))

    @property
    def _fields(self) -> list[SettingField]:
        return list(self.query(SettingField))

    @property
    @override
    def _typed(self) -> list[str]:
        return [*(field.text for field in self._fields), *self.query_one(ExpectFields).texts]

    def _changed_values(self) -> dict[str, Value]:
        return {
            field.setting.name: field.value
            for field in self._fields
            if not field.error and field.is_changed
        }

    # What is typed

    def on_setting_field_changed(self, event: SettingField.Changed) -> None:
        """Show the command that does the same, and how long it will take."""
        event.stop()
        self._follow()

    def on_input_changed(self) -> None:
        """What is expected is part of the command."""
        self._follow()

    def on_select_changed(self) -> None:
        """The same."""
        self._follow()

    def _follow(self) -> None:
        if self._entry is not None:
            values = self._changed_values()
            command = shell_command(self.workspace, self._entry, values)
            expected = [word for pair in self.query_one(ExpectFields).options for word in pair]
            command = " ".join([command, *map(shlex.quote, expected)])
            self.query_one("#command", Static).update(
                Content.assemble(Content.styled("$ ", "$foreground 50%"), one_line(command))
            )
            found = forecast.by_history(self._history, self._entry, values)
            self.query_one("#forecast", Static).update(Content(forecast.told(found)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field."""
        event.stop()
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The same as the keys."""
        event.stop()
        if event.button.id == "launch":
            self.action_launch()
        else:
            self.action_reset()

    def action_reset(self) -> None:
        """Put every setting back to its default."""
        for field in self._fields:
            field.reset()

    def on_collapsible_expanded(self) -> None:
        """There is more to show than the form had room for."""
        self.query_one("#form").add_class("long")
        self.query_one(Collapsible).scroll_visible(animate=False)

    # Launching

    def action_launch(self) -> None:
        """Launch, unless a setting is refused; then go to it."""
        if self._entry is None or self._launching:
            return
        refused = [field for field in self._fields if field.error]
        if refused:
            self._tell_refused(refused[0].error, len(refused) - 1)
            refused[0].control.focus()
            return
        try:
            values = self._changed_values()
            self._expected = self.query_one(ExpectFields).read()
        except (SettingError, BadExpectation) as error:
            self._complain(_("not launched: {why}", why=error))
            self.query_one(Collapsible).collapsed &= isinstance(error, SettingError)
            return
        self._set_launching(True)
        launch_in_background(self.app, self._entry, values, self._launched, self._refused)

    def _tell_refused(self, why: str, more: int) -> None:
        if more:
            self._complain(_("not launched: {why} (and {count} more)", why=why, count=more))
        else:
            self._complain(_("not launched: {why}", why=why))

    @override
    def _set_launching(self, launching: bool) -> None:
        super()._set_launching(launching)
        button = self.query_one("#launch", Button)
        button.label = _("Launching …") if launching else _("Launch")

    def _give_up(self, problem: Problem) -> None:
        self.app.problem(problem)
        self.dismiss()
