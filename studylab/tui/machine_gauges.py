"""Processor, cores, memory, swap, disk, network and load, as many beside each other as fit."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from studylab.language import _, n_
from studylab.runs.machine_use import View
from studylab.runs.wording import size
from studylab.tui.machine_bars import Pen
from studylab.tui.machine_history import DISKS, NETWORK, level
from studylab.tui.widgets.grid import fit

TWO_COLUMNS, THREE_COLUMNS, BETWEEN = 70, 150, 3
"""Widths from which on gauges stand beside each other, and the cells between them."""
LABEL = 8
SHORTEST_BAR, SHORTEST_CURVE = 10, 8
LONGEST_RATES = 32
CORE_BAR = 14
"""With so many cells for each core it has a bar and a figure, with fewer one cell."""
MOST_CORE_LINES = 4


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure of the machine. Without a share it has no bar; `curve` names its last minutes."""

    label: str
    figure: str
    share: float | None = None
    curve: str = ""
    can_be_high: bool = False


def gauges(view: View) -> list[Gauge]:
    """What there is to be shown; what this machine does not have or tell is left out."""
    machine, traffic, disk = view.machine, view.traffic, view.disk
    cpu = machine.cpu_percent
    shown = [
        Gauge("CPU", "–" if cpu is None else f"{cpu:.0f} %", (cpu or 0.0) / 100, "cpu"),
        _filled(_("memory"), machine.memory_used, machine.memory_total, "memory"),
    ]
    if machine.swap_total:
        shown.append(_filled(_("swap"), machine.swap_used, machine.swap_total))
    if disk is not None and disk.total:
        shown.append(_filled(_("disk"), disk.used, disk.total))
    if traffic.received is not None and traffic.sent is not None:
        rates = _("in {received}/s  out {sent}/s",
                  received=size(traffic.received), sent=size(traffic.sent))  # fmt: skip
        shown.append(Gauge(_("network"), rates, curve=NETWORK))
    if traffic.read is not None and traffic.written is not None:
        rates = _("read {read}/s  written {written}/s",
                  read=size(traffic.read), written=size(traffic.written))  # fmt: skip
        shown.append(Gauge(_("disks"), rates, curve=DISKS))
    if machine.load is not None:
        averages = " ".join(f"{each:.1f}" for each in machine.load)
        told = n_("{load} on {count} core", "{load} on {count} cores", view.cores, load=averages)
        shown.append(Gauge(_("load"), told))
    return shown


def _filled(label: str, used: int, total: int, curve: str = "") -> Gauge:
    figure = _("{used} of {total}", used=size(used), total=size(total))
    return Gauge(label, figure, used / total if total else None, curve, can_be_high=True)


def gauges_height(view: View, width: int) -> int:
    """The lines that `put_gauges` takes at this width."""
    return -(-len(gauges(view)) // _columns(width)) + _core_lines(view, width)


def put_gauges(pen: Pen, row: int, view: View) -> None:
    """Draw them from this line on, the cores below their first line."""
    shown, columns = gauges(view), _columns(pen.grid.width)
    width = (pen.grid.width - BETWEEN * (columns - 1)) // columns
    figures = max(cell_len(gauge.figure) for gauge in shown if gauge.share is not None)
    curve = width - LABEL - 1 - max(figures + SHORTEST_BAR + 2, LONGEST_RATES)
    for number, gauge in enumerate(shown):
        line, column = divmod(number, columns)
        below = _core_lines(view, pen.grid.width) if line else 0
        x = column * (width + BETWEEN)
        pen.grid.put(row + line + below, x, fit(gauge.label, LABEL - 1, pen.ascii_only), "label")
        _put(pen, row + line + below, x + LABEL, width - LABEL, gauge, figures, curve)
    _put_cores(pen, row + 1, view)


def _columns(width: int) -> int:
    return 1 + (width >= TWO_COLUMNS) + (width >= THREE_COLUMNS)


def _put(pen: Pen, row: int, x: int, width: int, gauge: Gauge, figures: int, curve: int) -> None:
    """A gauge without its label: the figure, the bar, the curve at the right."""
    if curve >= SHORTEST_CURVE:
        if gauge.curve:
            pen.curve(row, x + width - curve, curve, gauge.curve)
        width -= curve + 1
    if gauge.share is None:
        pen.grid.put(row, x, fit(gauge.figure, width, pen.ascii_only), "figure")
        return
    pen.grid.put(row, x + figures - cell_len(gauge.figure), gauge.figure, "figure")
    bar = max(0, width - figures - 1)
    pen.bar(row, x + figures + 1, bar, gauge.share, can_be_high=gauge.can_be_high)


# Cores


def _core_lines(view: View, width: int) -> int:
    cores, room = len(view.machine.per_core), width - LABEL
    if cores <= 1 or room <= 0:
        return 0
    return min(MOST_CORE_LINES, -(-cores // room))


def _put_cores(pen: Pen, row: int, view: View) -> None:
    lines, room = _core_lines(view, pen.grid.width), pen.grid.width - LABEL
    if not lines:
        return
    pen.grid.put(row, 0, fit(_("cores"), LABEL - 1, pen.ascii_only), "label")
    shares = [percent / 100 for percent in view.machine.per_core]
    each = (room + 1) // len(shares)
    if each >= CORE_BAR:
        for number, share in enumerate(shares):
            x = LABEL + number * each
            pen.grid.put(row, x, f"{share * 100:.0f} %".rjust(5), "figure")
            pen.bar(row, x + 6, each - 8, share)
        return
    # More cores than cells: a cell then stands for the busiest of several.
    several = -(-len(shares) // (room * lines))
    shares = [max(shares[i : i + several]) for i in range(0, len(shares), several)]
    for line in range(lines):
        part = shares[line * room : (line + 1) * room]
        cells = "".join(level(share, pen.ascii_only) for share in part)
        pen.grid.put(row + line, LABEL, cells, "bar")
