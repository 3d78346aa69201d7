"""The student's settings: a TOML file, overridden by environment variables."""

from __future__ import annotations

import os
import shlex
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from studylab import locations
from studylab.language import _, listed, of_locale
from studylab.problem import Unusable

TELL_ON = ("ended", "failed", "stalled", "diverged", "reached")
TELL_BY = ("bell", "desktop", "command")
TELL_TERMINAL = ("auto", "osc9", "osc99", "osc777", "none")
_WORDS = {"tell_on": TELL_ON, "tell_by": TELL_BY}
"""The settings that are several words, and which."""


class SettingsError(Unusable):
    """A settings file or variable that can't be used; one line with place and mend."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. Each is also read from `STUDYLAB_<NAME>` in the environment."""

    theme: str = "textual-dark"
    """A Textual theme, by name."""
    language: str = "auto"
    """`en`, `zh`, or `auto` for the locale's."""
    editor: str = ""
    """The command that opens a note; empty: `$VISUAL`, `$EDITOR`, then `vi`."""
    syllabus: str = ""
    """A syllabus file of one's own; empty: the one that is shipped."""
    papers: str = ""
    """Folder with papers of one's own."""
    labs: str = ""
    """Folder with labs of one's own."""
    python: str = ""
    """The interpreter that runs labs; empty: the one that runs studylab."""
    hub_endpoint: str = ""
    """A mirror of the Hugging Face hub; empty: `$HF_ENDPOINT`, then the hub itself."""
    slots: int = 0
    """Runs at once on this machine; 0: as many as its GPUs have slots, or one without a GPU."""
    gpu_slots: int = 1
    """Runs at once on one GPU."""
    stop_grace: float = 20.0
    """Seconds that a lab has after SIGINT to save, before SIGTERM."""
    kill_grace: float = 5.0
    """Seconds after SIGTERM, before SIGKILL."""
    reviews_a_day: int = 5
    """Questions and missed points that are new to review each day; 0 lets none in."""
    pomodoro: int = 0
    """Minutes of a session after which the terminal's bell rings for a break; 0: never."""
    pomodoro_break: int = 5
    """Minutes of that break, after which it rings again."""
    tell_on: str = "ended failed stalled diverged reached"
    """What of a run is told, some of `TELL_ON`; empty: nothing."""
    tell_by: str = "bell desktop command"
    """How it is told, some of `TELL_BY`; empty: only in the app."""
    tell_command: str = ""
    """What is run to tell; its words are split as a shell would, and no shell sees them."""
    tell_terminal: str = "auto"
    """How the terminal is asked for a notification, one of `TELL_TERMINAL`."""
    stall_factor: int = 10
    """A run stalls when it has logged nothing for so many of its usual gaps."""

    @property
    def interpreter(self) -> str:
        """The Python that runs labs."""
        return str(Path(self.python).expanduser()) if self.python else sys.executable

    @property
    def speaks(self) -> str:
        """The language of the app and the command line: `en` or `zh`."""
        return of_locale() if self.language == "auto" else self.language

    @property
    def chinese(self) -> bool:
        """Whether titles are shown in Chinese first."""
        return self.speaks == "zh"

    def editor_command(self, path: Path) -> list[str]:
        """The argv that opens `path` in the student's editor."""
        chosen = self.editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        return [*shlex.split(chosen), str(path)]


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force.

    Raises:
        SettingsError: the file can't be read, or a value is of the wrong type.
    """
    environment = os.environ if environment is None else environment
    path = locations.settings_file()
    values: dict[str, Any] = {}
    for name, value in _read(path).items():
        values[name] = checked(path, name, value)
    for name in (field.name for field in fields(Settings)):
        if variable(name) in environment:
            values[name] = _typed(variable(name), name, environment[variable(name)])
    return Settings(**values)


def variable(name: str) -> str:
    """The environment variable that overrides a setting."""
    return f"STUDYLAB_{name.upper()}"


def checked(path: Path, name: str, value: object) -> str | float:
    """A value of the file at `path`, as the setting `name` takes it.

    Raises:
        SettingsError: no setting is called that, or it takes something else.
    """
    return _typed(str(path), known(name, path), value)


def known(name: str, path: Path | None = None) -> str:
    """`name`, if a setting is called that.

    Raises:
        SettingsError: none is; the nearest is offered.
    """
    names = [field.name for field in fields(Settings)]
    if name in names:
        return name
    near = get_close_matches(name, names, n=1)
    hint = (
        _("did you mean {name}?", name=near[0])
        if near
        else _("known are {names}", names=listed(names))
    )
    raise SettingsError(
        _(
            "{path}: no setting is called {name!r}; {hint}",
            path=path or locations.settings_file(),
            name=name,
            hint=hint,
        )
    )


def written() -> set[str]:
    """The names of the settings that are in the file.

    Raises:
        SettingsError: it can't be read.
    """
    return set(_read(locations.settings_file()))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("{path}: can't be read ({error}); mend or remove it", path=path, error=error)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            _("{path}: not valid TOML: {error}; mend that line", path=path, error=error)
        ) from None


def _typed(place: str, name: str, value: object) -> str | float:
    default = getattr(Settings(), name)
    if isinstance(default, int):
        whole = _whole(place, name, value, default)
        if name == "stall_factor" and whole < 2:
            raise SettingsError(
                _("{place}: stall_factor takes 2 or more; not {value!r}", place=place, value=value)
            )
        return whole
    if isinstance(default, float):
        try:
            number = float(str(value))
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf") or isinstance(value, bool):
            raise SettingsError(
                _(
                    "{place}: {name} takes seconds, such as {default:g}; not {value!r}",
                    place=place,
                    name=name,
                    default=default,
                    value=value,
                )
            )
        return number
    if not isinstance(value, str):
        raise SettingsError(
            _(
                "{place}: {name} takes text in quotes, not {value!r}",
                place=place,
                name=name,
                value=value,
            )
        )
    if name == "language" and value not in ("auto", "en", "zh"):
        raise SettingsError(
            _("{place}: language takes auto, en or zh; not {value!r}", place=place, value=value)
        )
    if name in _WORDS or name == "tell_terminal":
        return _words(place, name, value)
    if name == "tell_command":
        _split(place, value)
    return value


def _words(place: str, name: str, value: str) -> str:
    words = value.replace(",", " ").split()
    known = _WORDS.get(name, TELL_TERMINAL)
    strange = next((word for word in words if word not in known), None)
    if strange is not None or (name not in _WORDS and len(words) != 1):
        raise SettingsError(
            _(
                "{place}: {name} takes {words}; not {value!r}",
                place=place,
                name=name,
                words=listed(known),
                value=value if strange is None else strange,
            )
        )
    return " ".join(words)


def _split(place: str, value: str) -> None:
    try:
        shlex.split(value)
    except ValueError as error:
        raise SettingsError(
            _(
                "{place}: tell_command can't be split into words ({error}); mend its quotes",
                place=place,
                error=error,
            )
        ) from None


def _whole(place: str, name: str, value: object, default: int) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or int(text) > 1_000_000:
        raise SettingsError(
            _(
                "{place}: {name} takes a whole number, such as {default}; not {value!r}",
                place=place,
                name=name,
                default=default,
                value=value,
            )
        )
    return int(text)
