"""Handing a run to the queue: it starts now if there is a slot, else when its turn has come."""

from __future__ import annotations

from collections.abc import Mapping

from studylab.labspec import Value
from studylab.language import _
from studylab.runs.catalogue import CatalogueEntry
from studylab.runs.directory import RunDirectory
from studylab.runs.keeper import kick
from studylab.runs.launch import Again, LaunchError, launch_lab
from studylab.runs.queue import Turn
from studylab.settings import Settings


def submit_lab(
    lab: CatalogueEntry,
    values: Mapping[str, Value],
    settings: Settings,
    *,
    resume: str = "",
    turn: Turn | None = None,
    again: Again | None = None,
) -> RunDirectory:
    """Queue a lab with the given hyper-parameters, the others at their defaults.

    Raises:
        SettingError: a value is refused.
        LaunchError: the lab can't be read, its directory can't be written, or no process can be
            started.
    """
    return kept(
        launch_lab(lab, values, settings, resume=resume, turn=turn or Turn(), again=again),
        settings,
    )


def kept(run: RunDirectory, settings: Settings) -> RunDirectory:
    """A run that was queued: start what can be started now, and see that the queue is kept.

    Raises:
        LaunchError: no process can be started.
    """
    try:
        kick(settings)
    except OSError as error:
        raise LaunchError(
            _(
                "{run} waits, and the queue can't be kept ({error}); `studylab queue` tries again",
                run=run.id,
                error=error.strerror or error,
            )
        ) from error
    return run
