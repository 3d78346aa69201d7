"""One hyper-parameter in a form: its control, what it means, what it accepts, what is wrong."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Select, Static, Switch

from studylab.labspec import Setting, SettingError, Value
from studylab.language import _
from studylab.plain import one_line


class SettingField(Vertical):
    """A control for one setting. What is typed is never changed, only judged."""

    DEFAULT_CSS = """
    SettingField {
        height: auto;
        margin-bottom: 1;
        & > Horizontal { height: auto; }
        & .name { width: 20; text-wrap: nowrap; text-overflow: ellipsis; }
        & .control { width: 24; margin-right: 2; }
        & Input { background: $foreground 8%; }
        & Input:focus { background: $primary 30%; }
        & Input.-invalid { background: $error 25%; }
        & Select > SelectCurrent { background: $foreground 8%; }
        & Select:focus > SelectCurrent { background: $primary 30%; }
        & Switch, & Switch:focus { border: none; padding: 0; }
        & Switch.control { width: 8; margin-right: 1; }
        & .state { width: 17; }
        & Switch:focus { background: $primary 30%; }
        & .help { width: 1fr; height: auto; }
        & .error { height: auto; padding-left: 20; color: $text-error; display: none; }
        &.invalid .error { display: block; }
        &.changed .name { color: $text-accent; text-style: bold; }
    }
    .-narrow SettingField, .-tiny SettingField {
        & .name { width: 16; }
        & .control { width: 14; }
        & Switch.control { width: 8; }
        & .state { width: 7; }
        & .error { padding-left: 16; }
    }
    .-tiny SettingField {
        & .help { display: none; }
        & .error { padding-left: 2; }
    }
    """

    class Changed(Message):
        """The value is another one now."""

        def __init__(self, field: SettingField) -> None:
            super().__init__()
            self.field = field

    def __init__(self, setting: Setting, value: Value) -> None:
        super().__init__()
        self.setting = setting
        self._given = value

    def compose(self) -> ComposeResult:
        setting = self.setting
        with Horizontal():
            yield Static(Content(f"  {setting.name}"), classes="name")
            yield self._control()
            if setting.type == "bool":
                # A switch tells its state by colour and side; a word tells it to everybody.
                yield Static(classes="state")
            yield Static(self._explained(), classes="help")
        yield Static(classes="error")

    def on_mount(self) -> None:
        self._judge()

    @property
    def text(self) -> str:
        """What is in the control, as a person would type it."""
        control = self.control
        if isinstance(control, Switch):
            return "yes" if control.value else "no"
        assert isinstance(control, (Input, Select))
        return str(control.value)

    @text.setter
    def text(self, text: str) -> None:
        control = self.control
        if isinstance(control, Switch):
            control.value = text == "yes"
        elif isinstance(control, (Input, Select)):
            control.value = text

    @property
    def value(self) -> Value:
        """The value.

        Raises:
            SettingError: what is typed is refused.
        """
        return self.setting.parse(self.text)

    @property
    def error(self) -> str:
        """Why what is typed is refused; empty if it is not."""
        try:
            self.setting.parse(self.text)
        except SettingError as error:
            return one_line(str(error))
        return ""

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the default."""
        try:
            return self.value != self.setting.default
        except SettingError:
            return True

    @property
    def control(self) -> Widget:
        """What has the focus when this field is edited."""
        return self.query_one(".control")

    def reset(self) -> None:
        """Back to the default."""
        self.text = self._default

    @property
    def _default(self) -> str:
        return _typed(self.setting.default)

    def _explained(self) -> Content:
        setting, default = self.setting, self.setting.default
        allowed = _(
            "{allowed}; default {default}",
            allowed=setting.allowed,
            default=_word(default) if isinstance(default, bool) else one_line(self._default),
        )
        return Content.assemble(
            one_line(setting.help and _(setting.help)),
            Content.styled(f"\n{allowed}", "$foreground 55%"),
        )

    def _control(self) -> Widget:
        setting, value = self.setting, _typed(self._given)
        if setting.type == "bool":
            return Switch(value == "yes", animate=False, classes="control")
        if setting.choices:
            # A cloned run may hold a choice that the lab no longer has: it is shown and refused.
            choices = list(dict.fromkeys((*setting.choices, self._default, value)))
            options = [(Text(one_line(choice)), choice) for choice in choices]
            return Select(options, value=value, allow_blank=False, compact=True, classes="control")
        return Input(value, compact=True, select_on_focus=False, classes="control")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()

    def on_select_changed(self, event: Select.Changed) -> None:
        event.stop()
        self._judge()

    def on_switch_changed(self, event: Switch.Changed) -> None:
        event.stop()
        self._judge()

    def _judge(self) -> None:
        error = self.error
        self.set_class(bool(error), "invalid")
        self.control.set_class(bool(error), "-invalid")
        self.set_class(self.is_changed, "changed")
        mark = "*" if self.is_changed else " "
        self.query_one(".name", Static).update(Content(f"{mark} {self.setting.name}"))
        self.query_one(".error", Static).update(Content(error))
        for state in self.query(".state").results(Static):
            state.update(_word(self.text == "yes"))
        self.post_message(self.Changed(self))


def _word(yes: bool) -> str:
    return _("yes") if yes else _("no")


def _typed(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
