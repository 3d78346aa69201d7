"""A lab's settings as flags: `--epochs 3`, `--epochs=3`, `--shuffle`, `--no-shuffle`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from studylab.cli.output import Cell, cut, paragraph
from studylab.labspec import Setting, SettingError, Value, find_setting
from studylab.language import _
from studylab.runs.wording import setting_value


def read_flags(settings: Sequence[Setting], words: Sequence[str]) -> dict[str, Value]:
    """The settings that `words` give; of one that is given twice, the last.

    Raises:
        SettingError: an unknown setting or a refused value, in the words of the app's form.
    """
    values: dict[str, Value] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--"):
            raise SettingError(
                _("settings begin with --, and {word!r} does not; see --help", word=word)
            )
        name, joined, text = word[2:].partition("=")
        negated = _negated(settings, name)
        if negated is not None and not joined:
            values[negated.name] = False
            continue
        setting = find_setting(settings, name)
        if joined:
            values[setting.name] = setting.parse(text)
        elif setting.type == "bool":
            values[setting.name] = True
        elif left and not left[0].startswith("--"):
            values[setting.name] = setting.parse(left.pop(0))
        else:
            raise SettingError(
                _(
                    "{flag} takes {allowed}, and none follows it",
                    flag=setting.flag,
                    allowed=setting.allowed,
                )
            )
    return values


def write_settings(settings: Sequence[Setting]) -> None:
    """Print each setting: its flag, its default, what it is and what it accepts."""
    flags = [_shown_flag(setting) for setting in settings]
    defaults = [cut(setting_value(setting.default), 20) for setting in settings]
    wide, wider = max(map(cell_len, flags), default=0), max(map(cell_len, defaults), default=0)
    for setting, flag, default in zip(settings, flags, defaults, strict=True):
        begin: list[Cell | str] = [
            "  ",
            Cell(flag, "bold"),
            " " * (wide - cell_len(flag) + 2),
            default,
            " " * (wider - cell_len(default) + 2),
        ]
        about = setting.allowed
        if setting.help:
            about = _("{help} ({allowed})", help=_(setting.help), allowed=about)
        paragraph(about, first=begin, indent=wide + wider + 6)


def flags_of(setting: Setting) -> list[str]:
    """What may be typed to set it."""
    if setting.type == "bool":
        return [setting.flag, f"--no-{setting.flag[2:]}"]
    return [setting.flag]


def _negated(settings: Sequence[Setting], name: str) -> Setting | None:
    """The yes-or-no setting that `no-<its name>` turns off."""
    wanted = name.replace("-", "_")
    if not wanted.startswith("no_") or any(s.name == wanted for s in settings):
        return None
    return next((s for s in settings if s.type == "bool" and s.name == wanted[3:]), None)


def _shown_flag(setting: Setting) -> str:
    return f"--[no-]{setting.flag[2:]}" if setting.type == "bool" else setting.flag
