"""A line for each GPU: how busy it is, what is free of it, who has it and for how long already."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from studylab.language import _, listed
from studylab.monitor.gpu import GpuPart
from studylab.plain import one_line
from studylab.runs.machine_use import GpuUse, Standing, View
from studylab.runs.machine_words import standing
from studylab.runs.wording import size
from studylab.tui.machine_bars import Pen
from studylab.tui.machine_history import gpu_name
from studylab.tui.widgets.grid import fit

WITH_BARS, WITH_NAME, WITH_CLOCK = 74, 110, 150
"""Widths from which on a line has these as well."""
INDEX, BUSY, MEMORY, TEMPERATURE, POWER, CLOCK = 6, 5, 10, 6, 10, 9
UNITS = {"TB": 1e12, "GB": 1e9, "MB": 1e6, "kB": 1e3, "B": 1.0}
UNKNOWN = "–"

_ROLES = {
    Standing.FREE: "free",
    Standing.OURS: "figure",
    Standing.TAKEN: "figure",
    Standing.SILENT: "trouble",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide the parts of a line are, and where its memory and its standing begin."""

    name: int
    bar: int
    curve: int
    clock: int
    memory: int
    standing: int

    @classmethod
    def of(cls, width: int) -> Layout:
        """The layout of lines of `width` cells."""
        bar = max(6, min(14, width // 14)) if width >= WITH_BARS else 0
        name, curve, clock = 0, 0, 0
        if width >= WITH_NAME:
            name, curve = 14, 12
        if width >= WITH_CLOCK:
            name, curve, clock = 22, 24, CLOCK
        memory = INDEX + sum(part + 1 for part in (name, BUSY, bar, curve) if part)
        behind = (MEMORY, bar, TEMPERATURE, POWER if bar else 0, clock)
        return cls(
            name, bar, curve, clock, memory, memory + sum(part + 1 for part in behind if part) + 1
        )


def gpus_height(view: View) -> int:
    """The lines that `put_gpus` takes."""
    return sum(1 + len(use.sample.parts) for use in view.gpus)


def put_gpus(pen: Pen, view: View) -> None:
    """Draw them from the first line on."""
    layout = Layout.of(pen.grid.width)
    row = 0
    for use in view.gpus:
        _put_gpu(pen, row, layout, use, view)
        row += 1
        for part in use.sample.parts:
            _put_part(pen, row, layout, part, use)
            row += 1


def _put_gpu(pen: Pen, row: int, layout: Layout, use: GpuUse, view: View) -> None:
    sample, grid = use.sample, pen.grid
    grid.put(row, 0, _("GPU {gpu}", gpu=sample.index), "label")
    x = INDEX
    if layout.name:
        short = one_line(sample.name).removeprefix("NVIDIA ")
        grid.put(row, x, fit(short, layout.name, pen.ascii_only), "quiet")
        x += layout.name + 1
    told, role = one_line(standing(use, view)), _ROLES[use.standing]
    if use.standing is Standing.SILENT:
        grid.put(row, x, fit(told, grid.width - x, pen.ascii_only), role)
        return
    busy = sample.utilisation
    x = _put_figure(pen, row, x, BUSY, UNKNOWN if busy is None else f"{busy:.0f} %")
    if layout.bar:
        pen.bar(row, x, layout.bar, None if busy is None else busy / 100)
        x += layout.bar + 1
    if layout.curve:
        pen.curve(row, x, layout.curve, gpu_name(sample.index))
    x = _put_memory(pen, row, layout, sample.memory_used, sample.memory_total)
    hot = UNKNOWN if sample.temperature is None else f"{sample.temperature:.0f} °C"
    x = _put_figure(pen, row, x, TEMPERATURE, hot)
    if layout.bar:
        x = _put_figure(pen, row, x, POWER, _power(sample.power, sample.power_limit))
    if layout.clock:
        clock = UNKNOWN if sample.clock_sm is None else f"{sample.clock_sm} MHz"
        _put_figure(pen, row, x, CLOCK, clock)
    _put_standing(pen, row, layout, told, role)


def _put_part(pen: Pen, row: int, layout: Layout, part: GpuPart, use: GpuUse) -> None:
    """A part of a GPU that MIG has divided."""
    name = one_line(part.name)
    name = name[name.find("MIG") :] if "MIG" in name else name
    pen.grid.put(row, 2, fit(name, layout.memory - 3, pen.ascii_only), "quiet")
    _put_memory(pen, row, layout, part.memory_used, part.memory_total)
    if part.processes is None:
        _put_standing(pen, row, layout, _("who is on it is not told"), "quiet")
        return
    owners = dict.fromkeys(
        holder.run or (holder.process.owner if holder.process else str(holder.pid))
        for holder in use.holders
        if holder.pid in part.processes
    )
    told = listed(map(one_line, owners))
    _put_standing(pen, row, layout, told or _("free"), "figure" if told else "free")


def _put_memory(pen: Pen, row: int, layout: Layout, used: int | None, total: int | None) -> int:
    """Figure and bar of the memory; gives where the next column begins."""
    if used is None or not total:
        figure, share = UNKNOWN, None
    else:
        figure, share = _share_of(used, total), used / total
    x = _put_figure(pen, row, layout.memory, MEMORY, figure)
    if not layout.bar:
        return x
    pen.bar(row, x, layout.bar, share, can_be_high=True)
    return x + layout.bar + 1


def _put_figure(pen: Pen, row: int, x: int, width: int, figure: str) -> int:
    """A figure at the right of its column; gives where the next column begins."""
    pen.grid.put(row, x + width - cell_len(figure), figure, "figure")
    return x + width + 1


def _put_standing(pen: Pen, row: int, layout: Layout, told: str, role: str) -> None:
    room = pen.grid.width - layout.standing
    pen.grid.put(row, layout.standing, fit(told, room, pen.ascii_only), role)


def _share_of(used: int, total: int) -> str:
    """`20/86 GB`: both in the unit of the whole."""
    whole, unit = size(total).split(" ")
    part = used / UNITS[unit]
    return f"{part:.1f}/{whole} {unit}" if part < 9.95 else f"{part:.0f}/{whole} {unit}"


def _power(power: float | None, limit: float | None) -> str:
    if power is None:
        return UNKNOWN
    return f"{power:.0f}/{limit:.0f} W" if limit is not None else f"{power:.0f} W"
