"""What the queue says of a run that waits, and moving it there."""

from __future__ import annotations

from typing import Any

from textual.app import App

from studylab.language import _, listed, n_
from studylab.problem import Problem
from studylab.runs import queue


def told_place(run: str) -> str:
    """Why a run has not started yet; empty if it does not wait."""
    entry = queue.entry_of(run)
    if entry is None or entry.started:
        return ""
    if entry.after:
        return _("waits until {runs} has finished", runs=listed(entry.after))
    waiting = [each.run for each in queue.waiting()]
    if run not in waiting:
        return _("waits on {host}", host=entry.host)
    before = waiting.index(run)
    if not before:
        return _("waits and is the next · + and - change the order")
    return n_(
        "waits, {count} is before it · + and - change the order",
        "waits, {count} are before it · + and - change the order",
        before,
    )


def move(app: App[Any], run: str, by: int) -> None:
    """Let a waiting run start earlier (negative) or later, and say where it is then."""
    try:
        queue.move(run, by)
    except Problem as problem:
        app.notify(str(problem), severity="warning", markup=False)
    except OSError as error:
        told = _("{run} stays where it is: {error}", run=run, error=error.strerror or error)
        app.notify(told, severity="error", markup=False)
    else:
        place = [each.run for each in queue.waiting()].index(run) + 1
        told = _("{run} is number {place} of those that wait", run=run, place=place)
        app.notify(told, timeout=4, markup=False)
