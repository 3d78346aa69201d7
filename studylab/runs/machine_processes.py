"""The processes of a look at the machine, with what they hold on GPUs, sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studylab.language import N_
from studylab.monitor.processes import ProcessInfo
from studylab.runs.machine_use import View

ORDERS = {
    "gpu": N_("GPU memory"),
    "cpu": "CPU",
    "memory": N_("memory"),
    "age": N_("age"),
    "owner": N_("owner"),
}
"""What processes can be sorted by, and how that is called."""
KINDS = {"all": N_("all"), "gpu": N_("on a GPU"), "mine": N_("yours")}


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """A process, and the bytes that it holds on GPUs: None where the driver does not tell."""

    info: ProcessInfo
    gpus: tuple[int, ...]
    held: int | None
    run: str
    """The run that it belongs to; empty for none."""


_KEYS: dict[str, Callable[[ProcessUse], tuple[Any, ...]]] = {
    "gpu": lambda use: (not use.gpus, -(use.held or 0), -(use.info.cpu_percent or 0)),
    "cpu": lambda use: (-(use.info.cpu_percent or 0), -use.info.rss),
    "memory": lambda use: (-use.info.rss,),
    "age": lambda use: (use.info.started,),
    "owner": lambda use: (use.info.owner, -(use.info.cpu_percent or 0)),
}


def processes(view: View, order: str, kind: str = "all") -> list[ProcessUse]:
    """The processes of a kind, in an order of `ORDERS`."""
    on: dict[int, list[tuple[int, int | None]]] = {}
    for use in view.gpus:
        for holder in use.holders:
            on.setdefault(holder.pid, []).append((use.sample.index, holder.memory))
    found = []
    for pid, info in view.processes.items():
        here = on.get(pid, [])
        if (kind == "gpu" and not here) or (kind == "mine" and info.owner != view.user):
            continue
        known = [memory for _index, memory in here if memory is not None]
        held = sum(known) if known else None
        indices = tuple(index for index, _memory in here)
        found.append(ProcessUse(info, indices, held, view.run_of.get(pid, "")))
    key = _KEYS[order]
    return sorted(found, key=lambda use: (*key(use), use.info.pid))
