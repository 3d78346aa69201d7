"""Launching a lab from a screen: why it can't be, and doing it off the screen's thread."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from studylab.labspec import Value
from studylab.language import _, listed
from studylab.problem import Problem
from studylab.runs.catalogue import INSTALL, OWN, CatalogueEntry, missing_packages
from studylab.runs.directory import RunDirectory
from studylab.workspace import Workspace

if TYPE_CHECKING:
    from studylab.tui.app import StudylabApp


def why_not(workspace: Workspace, entry: CatalogueEntry) -> str:
    """Why this lab can't be launched now and what to do; empty if it can."""
    if entry.error:
        return _("{lab} can't be run: {why}", lab=entry.id, why=entry.error)
    return "" if entry.id.startswith(f"{OWN}/") else what_is_missing(workspace)


def what_is_missing(workspace: Workspace) -> str:
    """What the labs that come with studylab need and lack; empty if nothing."""
    # Another interpreter has packages of its own, which from here nobody knows.
    missing = missing_packages() if not workspace.settings.python else []
    if not missing:
        return ""
    return _(
        "the labs need {names}, not installed here: {command}",
        names=listed(missing),
        command=INSTALL,
    )


def shell_command(workspace: Workspace, entry: CatalogueEntry, values: Mapping[str, Value]) -> str:
    """What to type in a shell for the same run: `studylab run cnn --epochs=3`."""
    alike = [other for other in workspace.labs if other.name == entry.name]
    words = ["studylab", "run", entry.name if len(alike) == 1 else entry.id]
    for name, value in values.items():
        words += entry.setting(name).as_arguments(value)
    return shlex.join(words)


def launch_in_background(
    app: StudylabApp,
    entry: CatalogueEntry,
    values: Mapping[str, Value],
    launched: Callable[[RunDirectory], None],
    refused: Callable[[str], None],
    *,
    resume: str = "",
) -> None:
    """Start a run in a thread, as asking git for the commit can take seconds; then call back.

    `resume` is the directory of a run that it goes on from.
    """
    refusal = why_not(app.workspace, entry)
    if refusal:
        refused(refusal)
        return
    settings = app.workspace.settings

    def start() -> None:
        try:
            # psutil and NVML are loaded for it: not before they are wanted.
            from studylab.runs.submit import submit_lab

            run = submit_lab(entry, values, settings, resume=resume)
        except Problem as problem:
            app.call_from_thread(refused, str(problem))
        else:
            app.sync_soon()
            app.call_from_thread(launched, run)

    app.run_worker(start, thread=True, group="launch")
