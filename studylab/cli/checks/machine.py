"""Python, the terminal, the clock, git and the GPU."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studylab.cli.checks import Check, failure, fine, warning
from studylab.language import _, listed
from studylab.monitor.gpu import Gpus
from studylab.runs.wording import size

FULL_SIZE = (80, 24)
LEAST_SIZE = (40, 10)
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
"""The clock can't be right if it shows a time before this program was written."""


def python(version: str, interpreter: str, platform: str) -> Check:
    """The interpreter that runs the labs."""
    if not Path(interpreter).is_file() and shutil.which(interpreter) is None:
        return failure(
            "Python",
            _("the interpreter for the labs, {program}, is not there", program=interpreter),
            _("mend `python` in the settings, or take it out"),
        )
    return fine(
        "Python",
        _(
            "{version} on {platform}, labs run with {program}",
            version=version,
            platform=platform,
            program=interpreter,
        ),
    )


def terminal(
    environment: Mapping[str, str],
    size: tuple[int, int] | None,
    encoding: str,
) -> Check:
    """What the app will be drawn on; `size` is None where there is no terminal."""
    if size is None:
        return fine("terminal", _("none: `studylab` prints the week as text here"))
    term = environment.get("TERM", "")
    described = [
        f"{size[0]}x{size[1]}",
        term or _("TERM not set"),
        encoding,
        _colours(environment),
    ]
    if "TMUX" in environment:
        described.append("tmux")
    found = listed(described)
    mend = ""
    if term in ("", "dumb"):
        mend = _("set TERM, such as xterm-256color, to open the app")
    elif encoding.lower().replace("-", "") != "utf8":
        mend = _("set LANG=C.UTF-8, or Chinese and curves come out wrong")
    elif "TMUX" in environment and not term.startswith(("tmux", "screen")):
        mend = _('put `set -g default-terminal "tmux-256color"` into ~/.tmux.conf')
    elif size[0] < LEAST_SIZE[0] or size[1] < LEAST_SIZE[1]:
        mend = _("make the window larger: 40x10 is the least")
    elif size[0] < FULL_SIZE[0] or size[1] < FULL_SIZE[1]:
        mend = _("from 80x24 on everything is shown")
    return warning("terminal", found, mend) if mend else fine("terminal", found)


def clock(now: datetime, newest_run: str | None) -> Check:
    """Whether the clock can be right: runs are ordered by it."""
    shown = now.astimezone().strftime("%Y-%m-%d %H:%M %Z")
    if now < RELEASED:
        return failure(
            "clock",
            _("{time} is in the past", time=shown),
            _("set the clock: runs are ordered by it"),
        )
    try:
        ahead = datetime.fromisoformat(newest_run) - now if newest_run else timedelta()
    except (TypeError, ValueError):
        ahead = timedelta()
    if ahead > timedelta(minutes=5):
        found = _("{time}, but a run was started after that", time=shown)
        return warning("clock", found, _("set the clock"))
    return fine("clock", shown)


def git(path: str | None) -> Check:
    """Whether runs can note the commit of their code."""
    if path is None:
        mend = _("install git: runs then note the commit of their code")
        return warning("git", _("not found"), mend)
    return fine("git", path)


def gpu(gpus: Gpus) -> Check:
    """The GPUs that NVML knows."""
    samples = gpus.sample()
    if not samples:
        why = gpus.why or _("NVML sees none")
        return fine("GPU", _("none: {why}; labs run on the CPU", why=why))
    names = []
    for sample in samples:
        memory = f" {size(sample.memory_total)}" if sample.memory_total else ""
        names.append(f"{sample.name}{memory}")
    found = listed(names)
    if gpus.why:
        return warning("GPU", f"{found}; {gpus.why}", _("look at nvidia-smi"))
    return fine("GPU", found)


def _colours(environment: Mapping[str, str]) -> str:
    if environment.get("NO_COLOR"):
        return _("no colours (NO_COLOR)")
    if environment.get("COLORTERM") in ("truecolor", "24bit"):
        return _("true colour")
    return _("256 colours") if "256" in environment.get("TERM", "") else _("16 colours")
