"""A look at the machine as a page, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studylab.cli.as_json import picked
from studylab.cli.output import Cell, Row, line, table
from studylab.language import _, n_
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.runs.machine_processes import ProcessUse, processes
from studylab.runs.machine_use import GpuUse, RunUse, Standing, View
from studylab.runs.machine_words import fit, headline, seconds_left, standing, waits_for
from studylab.runs.wording import SYMBOLS, duration, size
from studylab.store.peaks import Peak
from studylab.store.runs import RunRow

PROCESSES = 10
"""How many processes are listed if nothing else is said."""
COMMAND = 200
UNKNOWN = "–"

KEYS = (
    "time",
    "host",
    "user",
    "cores",
    "cpu_percent",
    "per_core",
    "load",
    "memory_used",
    "memory_total",
    "swap_used",
    "swap_total",
    "disk_used",
    "disk_free",
    "received",
    "sent",
    "read",
    "written",
    "why",
    "gpus",
    "runs",
    "processes",
)
GPU_KEYS = (
    "index", "name", "utilisation", "memory_used", "memory_total", "temperature", "power",
    "power_limit", "clock_sm", "clock_max", "clock_memory", "is_mig", "trouble",
)  # fmt: skip
MACHINE_KEYS = ("cpu_percent", "per_core", "load", "memory_used", "memory_total", "swap_used",
                "swap_total")  # fmt: skip

_STYLES = {Standing.FREE: "green", Standing.OURS: "cyan", Standing.TAKEN: "yellow",
           Standing.SILENT: "red"}  # fmt: skip


def write_page(
    view: View,
    known: Mapping[str, RunRow],
    taken: Sequence[Peak],
    order: str,
    kind: str,
    most: int,
) -> None:
    """Print a look; `known` are the rows of the runs, `taken` what labs took when last run."""
    left = {id: seconds_left(row, view.time) for id, row in known.items()}
    line(Cell(headline(view, {id: each for id, each in left.items() if each is not None}), "bold"))
    if fitting := fit(taken, view):
        line(Cell(fitting, "dim"))
    if view.gpus:
        line("")
        table([row for use in view.gpus for row in _gpu_rows(use, view)], flexible=[6, 1])
    line("")
    table([(Cell(name, "dim"), told) for name, told in _figures(view)], flexible=[1])
    if view.runs:
        line("")
        header = ("", _("run"), "CPU", _("memory"), _("time left"), "", "GPU", _("on GPU"))
        _table(view, _run_rows(view, known, left), header, flexible=5)
    listed = processes(view, order, kind)[:most]
    if listed:
        line("")
        header = ("PID", _("owner"), "CPU", _("memory"), _("runs for"), _("command"), "GPU",
                  _("on GPU"))  # fmt: skip
        _table(view, [_process_row(use, view) for use in listed], header, flexible=5)
    if not view.sees_others:
        line(Cell(_("this user may see no processes but their own"), "dim"))


def _table(view: View, rows: Sequence[Row], header: Sequence[str], *, flexible: int) -> None:
    """A table whose last two columns are about GPUs, and are left out where there is none."""
    shown = len(header) if view.gpus else len(header) - 2
    table([row[:shown] for row in rows], header[:shown], flexible=[flexible])


def _gpu_rows(use: GpuUse, view: View) -> list[Row]:
    sample = use.sample
    name = one_line(sample.name).removeprefix("NVIDIA ")
    told = Cell(standing(use, view), _STYLES[use.standing])
    if use.standing is Standing.SILENT:
        return [(_("GPU {gpu}", gpu=sample.index), name, "", "", "", "", told)]
    busy, hot, power = sample.utilisation, sample.temperature, sample.power
    limit = "" if sample.power_limit is None else f"/{sample.power_limit:.0f}"
    rows: list[Row] = [
        (
            _("GPU {gpu}", gpu=sample.index),
            name,
            UNKNOWN if busy is None else f"{busy:.0f} %",
            _memory(sample.memory_used, sample.memory_total),
            UNKNOWN if hot is None else f"{hot:.0f} °C",
            UNKNOWN if power is None else f"{power:.0f}{limit} W",
            told,
        )
    ]
    for part in sample.parts:
        held = _memory(part.memory_used, part.memory_total)
        rows.append(("", one_line(part.name).removeprefix("NVIDIA "), "", held, "", "", ""))
    return rows


def _memory(used: int | None, total: int | None) -> str:
    if used is None or total is None:
        return UNKNOWN
    return _("{used} of {total}", used=size(used), total=size(total))


def _figures(view: View) -> list[tuple[str, str]]:
    machine, traffic, disk = view.machine, view.traffic, view.disk
    cpu = UNKNOWN if machine.cpu_percent is None else f"{machine.cpu_percent:.0f} %"
    cores = n_("{percent} of {count} core", "{percent} of {count} cores", view.cores, percent=cpu)
    figures = [("CPU", cores)]
    if machine.load is not None:
        figures.append((_("load"), " ".join(f"{each:.1f}" for each in machine.load)))
    figures.append((_("memory"), _memory(machine.memory_used, machine.memory_total)))
    if machine.swap_total:
        figures.append((_("swap"), _memory(machine.swap_used, machine.swap_total)))
    if disk is not None:
        figures.append((_("disk"), _memory(disk.used, disk.total)))
    if traffic.received is not None and traffic.sent is not None:
        rates = _("in {received}/s  out {sent}/s",
                  received=size(traffic.received), sent=size(traffic.sent))  # fmt: skip
        figures.append((_("network"), rates))
    if traffic.read is not None and traffic.written is not None:
        rates = _("read {read}/s  written {written}/s",
                  read=size(traffic.read), written=size(traffic.written))  # fmt: skip
        figures.append((_("disks"), rates))
    return figures


def _run_rows(
    view: View, known: Mapping[str, RunRow], left: Mapping[str, float | None]
) -> list[Row]:
    places = {entry.run: (entry, place) for place, entry in enumerate(view.waiting, start=1)}
    going = [use for use in view.runs if use.run not in places]
    rows = [_run_row(use, known, left.get(use.run)) for use in going]
    for entry, place in places.values():
        state = Cell(f"{SYMBOLS[State.QUEUED]} {_(State.QUEUED.value)}", "dim")
        what = Cell(waits_for(entry.after, place), "dim")
        rows.append((state, entry.run, "", "", "", what, "", ""))
    return rows


def _run_row(use: RunUse, known: Mapping[str, RunRow], left: float | None) -> Row:
    held = [memory for _index, memory in use.gpus if memory is not None]
    lab = known[use.run].lab if use.run in known else ""
    return (
        Cell(f"{SYMBOLS[use.state]} {_(use.state.value)}", "cyan"),
        use.run,
        _percent(use.cpu_percent),
        "" if use.rss is None else size(use.rss),
        "" if left is None else duration(left),
        Cell(_("on {host}", host=use.host) if use.host else lab, "dim"),
        ",".join(str(index) for index, _memory in use.gpus),
        size(sum(held)) if held else UNKNOWN if use.gpus else "",
    )


def _process_row(use: ProcessUse, view: View) -> Row:
    info = use.info
    return (
        str(info.pid),
        info.owner,
        _percent(info.cpu_percent),
        size(info.rss) if info.rss else UNKNOWN,
        duration(view.time - info.started),
        Cell(one_line(info.command, COMMAND), "dim"),
        ",".join(map(str, use.gpus)),
        "" if not use.gpus else UNKNOWN if use.held is None else size(use.held),
    )


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share:.0f} %"


def record(
    view: View, known: Mapping[str, RunRow], order: str, kind: str, limit: int | None
) -> dict[str, Any]:
    """A look for `--json`, with the keys of `KEYS`; sizes in bytes, rates in bytes a second."""
    disk = view.disk
    return {
        **picked(view, ("time", "host", "user", "cores")),
        **picked(view.machine, MACHINE_KEYS),
        "disk_used": disk.used if disk else None,
        "disk_free": disk.free if disk else None,
        **picked(view.traffic, ("received", "sent", "read", "written")),
        "why": view.why,
        "gpus": [_gpu_record(use) for use in view.gpus],
        "runs": [_run_record(use, view, known) for use in view.runs],
        "processes": [_process_record(use) for use in processes(view, order, kind)[:limit]],
    }


def _gpu_record(use: GpuUse) -> dict[str, Any]:
    return {
        **picked(use.sample, GPU_KEYS),
        "standing": use.standing.value,
        "hidden": use.hidden,
        "given": list(use.given),
        "processes": [
            {
                "pid": holder.pid,
                "memory": holder.memory,
                "owner": holder.process.owner if holder.process else None,
                "run": holder.run,
            }
            for holder in use.holders
        ],
        "parts": [
            {
                **picked(part, ("name", "memory_used", "memory_total")),
                "processes": None if part.processes is None else list(part.processes),
            }
            for part in use.sample.parts
        ],
    }


def _run_record(use: RunUse, view: View, known: Mapping[str, RunRow]) -> dict[str, Any]:
    row = known.get(use.run)
    places = [entry.run for entry in view.waiting]
    return {
        "id": use.run,
        "lab": row.lab if row else "",
        "state": use.state.value,
        "host": use.host or view.host,
        "pids": sorted(use.pids),
        "cpu_percent": use.cpu_percent,
        "rss": use.rss,
        "gpus": [{"index": index, "memory": memory} for index, memory in use.gpus],
        "seconds_left": seconds_left(row, view.time) if row else None,
        "place": places.index(use.run) + 1 if use.run in places else 0,
    }


def _process_record(use: ProcessUse) -> dict[str, Any]:
    keys = ("pid", "parent", "owner", "command", "started", "cpu_percent", "rss")
    return {**picked(use.info, keys), "gpus": list(use.gpus), "held": use.held, "run": use.run}
