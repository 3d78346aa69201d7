"""What a lab declares about itself: its settings and the figures it ought to reach.

The labs import this to read their command line, the app reads the same declaration out of the
lab's source text without running it (`studylab.runs.catalogue`), so a form in the app and the
lab's own command line refuse the same values with the same words. Standard library only.
"""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from studylab.language import N_, _
from studylab.problem import Refused

Value = bool | int | float | str
"""What a setting can hold."""

SETTING_TYPES: dict[str, type[bool | int | float | str]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
}

_KINDS = {"int": N_("a whole number"), "float": N_("a number"), "str": N_("text")}

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}


class SettingError(Refused, ValueError):
    """A value that a setting refuses; the text is one line that says what is allowed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure that a lab ought to reach.

    `value` is in the metric's own unit: accuracies and F1 as fractions of 1, perplexities as they
    are. `data` names the data set that it holds for; a result from other data is never held
    against it.
    """

    metric: str
    value: float
    split: str
    data: str
    source: str
    higher_is_better: bool = True

    def reached(self, value: float) -> bool:
        """Whether `value` is at least as good; NaN never is."""
        if math.isnan(value):
            return False
        return value >= self.value if self.higher_is_better else value <= self.value


@dataclass(frozen=True, slots=True)
class Lab:
    """What the catalogue shows of a lab. Every argument is written as a literal."""

    name: str
    title: str
    teaches: str
    week: int
    minutes: float
    title_zh: str = ""
    teaches_zh: str = ""
    episodes: str = ""
    papers: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One hyper-parameter: its type, default, help and the values it accepts."""

    name: str
    type: str
    default: Value
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    log: bool = False

    @property
    def flag(self) -> str:
        """The command-line option, `--batch-size` for `batch_size`."""
        return "--" + self.name.replace("_", "-")

    @property
    def allowed(self) -> str:
        """The accepted values in words, such as `1 to 500` or `auto, digits, mnist`."""
        if self.choices:
            return ", ".join(self.choices)
        if self.type == "bool":
            return _("yes or no")
        kind = _(_KINDS[self.type])
        if self.low is not None and self.high is not None:
            return _("{kind} from {low:g} to {high:g}", kind=kind, low=self.low, high=self.high)
        if self.low is not None:
            return _("{kind}, at least {low:g}", kind=kind, low=self.low)
        if self.high is not None:
            return _("{kind}, at most {high:g}", kind=kind, high=self.high)
        return kind

    def parse(self, text: str) -> Value:
        """Read a value that a person typed.

        Raises:
            SettingError: the text is not a value of this type, or out of range.
        """
        text = text.strip()
        if self.type == "str":
            return self.check(text)
        if self.type == "bool":
            if text.lower() in _TRUE | _FALSE:
                return text.lower() in _TRUE
            raise self._refusal(text)
        try:
            return self.check(int(text) if self.type == "int" else float(text))
        except (ValueError, OverflowError) as error:
            if isinstance(error, SettingError):
                raise
            raise self._refusal(text) from None

    def check(self, value: Value) -> Value:
        """Return `value` if this setting accepts it.

        Raises:
            SettingError: wrong type, not one of the choices, not finite, or out of range.
        """
        if self.type == "float" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not SETTING_TYPES[self.type]:
            raise self._refusal(value)
        if isinstance(value, str):
            if self.choices and value not in self.choices:
                raise self._refusal(value)
            return value
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refusal(value)
        if not isinstance(value, bool):
            too_low = self.low is not None and value < self.low
            too_high = self.high is not None and value > self.high
            if too_low or too_high:
                raise self._refusal(value)
        return value

    def as_arguments(self, value: Value) -> list[str]:
        """The command-line words that set this to `value`."""
        if self.type == "bool":
            return [self.flag if value else "--no-" + self.flag[2:]]
        # Joined by `=`, so that a text beginning with a dash is still a value.
        return [f"{self.flag}={value}"]

    def _refusal(self, value: object) -> SettingError:
        shown = repr(value) if len(repr(value)) <= 40 else repr(value)[:37] + "..."
        near = get_close_matches(str(value), self.choices, n=1)
        said = {"flag": self.flag, "allowed": self.allowed, "value": shown}
        if not near:
            return SettingError(_("{flag} takes {allowed}, not {value}", **said))
        return SettingError(
            _("{flag} takes {allowed}, not {value}; did you mean {near}?", **said, near=near[0])
        )


def setting(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    log: bool = False,
) -> Any:
    """A dataclass field that is a hyper-parameter. Every argument is written as a literal.

    `log` says that the sensible values spread over powers of ten (a search samples them so).
    """
    return field(
        default=default,
        metadata={"help": help, "low": low, "high": high, "choices": tuple(choices), "log": log},
    )


def settings_of(config: type) -> tuple[Setting, ...]:
    """The settings of a dataclass whose fields were made by `setting`, in their order."""
    hints = typing.get_type_hints(config)
    return tuple(
        Setting(f.name, hints[f.name].__name__, typing.cast(Value, f.default), **f.metadata)
        for f in dataclasses.fields(config)
        if "help" in f.metadata
    )


def find_setting(settings: Iterable[Setting], name: str) -> Setting:
    """The setting called `name`, written `batch_size` or `batch-size`.

    Raises:
        SettingError: there is none; the nearest name is offered.
    """
    by_name = {s.name: s for s in settings}
    wanted = name.replace("-", "_")
    if wanted in by_name:
        return by_name[wanted]
    near = get_close_matches(wanted, by_name, n=1)
    hint = _("did you mean {name}?", name=by_name[near[0]].flag) if near else _("see --help")
    raise SettingError(_("no setting is called --{name}; {hint}", name=name, hint=hint))
