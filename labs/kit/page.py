"""The text of a lab's `--help`."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence

from labs.kit.verdict import shown
from studylab.labspec import Lab, Setting, Value

MARGIN = "  "
FIRM = "\N{NO-BREAK SPACE}"


def help_page(
    lab: Lab,
    start: str,
    settings: Sequence[Setting],
    run_options: Sequence[Setting],
    fast: Mapping[str, Value],
) -> str:
    """What the lab teaches, each setting with its range and default, and what to reach."""
    width = max(60, min(shutil.get_terminal_size().columns, 100))
    facts = [f"week {lab.week}"]
    facts += [lab.episodes] if lab.episodes else []
    facts += [f"about {_minutes(lab.minutes)}"]
    preset = " ".join(_spoken(name, value) for name, value in fast.items())
    run_rows = [
        (_option(s), s.help + (f" ({preset})" if s.name == "fast" and preset else ""), _range(s))
        for s in run_options
    ]
    setting_rows = [(_option(s), s.help, _range(s)) for s in settings]
    column = max(len(row[0]) for row in setting_rows + run_rows) + 2

    lines = [_bold(f"{lab.name}: {lab.title}"), MARGIN + ", ".join(facts), ""]
    lines += textwrap.wrap(lab.teaches, width - 2, initial_indent=MARGIN, subsequent_indent=MARGIN)
    lines += ["", _bold("usage"), f"{MARGIN}{start} [--setting value ...]", ""]
    lines += [_bold("settings"), *_table(setting_rows, column, width), ""]
    lines += [_bold("run"), *_table([*run_rows, ("--help", "this page", "")], column, width)]
    if lab.references:
        lines += ["", _bold("to reach")]
        for r in lab.references:
            figure = f"{r.metric} {shown(r.metric, r.value, exact=True)}"
            row = (f"{r.data}, {r.split}", f"{figure} (source: {r.source})", "")
            lines += _table([row], column, width)
    return "\n".join(lines)


def _table(rows: Sequence[tuple[str, str, str]], column: int, width: int) -> list[str]:
    lines = []
    for option, help_text, accepted in rows:
        joint = "" if not accepted else " " if accepted.startswith("(") else "; "
        text = help_text + joint + accepted.replace(" ", FIRM)
        wrapped = [
            line.replace(FIRM, " ") for line in textwrap.wrap(text, width - column - len(MARGIN))
        ] or [""]
        lines.append(MARGIN + option.ljust(column) + wrapped[0])
        lines += [MARGIN + " " * column + line for line in wrapped[1:]]
    return lines


def _option(s: Setting) -> str:
    if s.type == "bool":
        return f"{s.flag}, --no-{s.flag[2:]}" if s.name != "fast" else s.flag
    return f"{s.flag} {'PATH' if s.name == 'resume' else _PLACEHOLDER[s.type]}"


_PLACEHOLDER = {"int": "N", "float": "X", "str": "NAME"}


def _range(s: Setting) -> str:
    if s.name in ("fast", "resume"):
        return ""
    default = s.default
    if s.type == "bool":
        default = "yes" if default else "no"
    elif isinstance(default, float):
        default = f"{default:g}"
    if s.choices:
        return f"{s.allowed} (default {default})"
    if s.low is not None and s.high is not None:
        return f"{s.low:g} to {s.high:g} (default {default})"
    if s.low is not None or s.high is not None:
        return f"{s.allowed} (default {default})"
    return f"(default {default})"


def _spoken(name: str, value: Value) -> str:
    flag = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return flag if value else f"--no-{flag[2:]}"
    return f"{flag} {value:g}" if isinstance(value, float) else f"{flag} {value}"


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return f"{minutes * 60:.0f} seconds"
    return f"{minutes:g} minute" + ("" if minutes == 1 else "s")


def _bold(text: str) -> str:
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\x1b[1m{text}\x1b[0m"
    return text
