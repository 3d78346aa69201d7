"""The meter: one row whose parts keep their columns."""

from __future__ import annotations

import math

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from studylab.tui.widgets.meter import Meter


class MeterApp(App[None]):
    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self.meter = meter

    def compose(self) -> ComposeResult:
        yield self.meter


def row(meter: Meter) -> str:
    return meter.render_line(0).text


async def test_label_bar_and_figure() -> None:
    meter = Meter("CPU", ascii_only=False)
    async with MeterApp(meter).run_test(size=(43, 3)):
        meter.set_value(0.5, "50 %")
        assert row(meter) == "CPU      " + "━" * 9 + "╸" + "─" * 9 + " " * 11 + "50 %"


async def test_nothing_moves_when_a_figure_changes() -> None:
    meter = Meter("Memory", history=10, ascii_only=False)
    async with MeterApp(meter).run_test(size=(80, 3)):
        for share, figure in ((0.0, "0.0/64.0 GB"), (1.0, "64.0/64.0 GB"), (0.0, "1.1/64.0 GB")):
            meter.set_value(share, figure)
            text = row(meter)
            assert cell_len(text) == 80
            assert text.index("GB") == 67
            assert text[9] in "━─"
            assert text[53] in "━─"


async def test_an_unknown_share_is_an_empty_bar() -> None:
    meter = Meter("GPU 0", ascii_only=False)
    async with MeterApp(meter).run_test(size=(60, 3)):
        meter.set_value(None, "not reported")
        assert "━" not in row(meter)
        assert "not reported" in row(meter)
        meter.set_value(math.nan, "?")
        assert "━" not in row(meter)


@pytest.mark.parametrize("share", [-1.0, 2.0, math.inf])
async def test_a_share_outside_its_range_stays_in_the_bar(share: float) -> None:
    meter = Meter("GPU", ascii_only=False)
    async with MeterApp(meter).run_test(size=(60, 3)):
        meter.set_value(share, "odd")
        assert cell_len(row(meter)) == 60


async def test_history_moves_to_the_left() -> None:
    meter = Meter("CPU", history=4, ascii_only=False)
    async with MeterApp(meter).run_test(size=(60, 3)):
        for share in (1.0, 1.0, 0.0, 0.0):
            meter.set_value(share, "")
        assert row(meter).endswith("  ⣿⣀")
        for _ in range(10):
            meter.set_value(None, "")
        assert row(meter).endswith("    ")


async def test_ascii() -> None:
    meter = Meter("CPU", history=4, ascii_only=True)
    async with MeterApp(meter).run_test(size=(60, 3)):
        meter.set_value(0.0, "0 %")
        meter.set_value(1.0, "100 %")
        assert row(meter).isascii()
        assert "####" in row(meter)
        assert row(meter).endswith(" .@")


async def test_a_high_share_has_another_colour() -> None:
    meter = Meter("Memory", high=0.9, ascii_only=False)
    async with MeterApp(meter).run_test(size=(60, 3)):
        meter.set_value(0.5, "")
        calm = {segment.style for segment in meter.render_line(0) if "━" in segment.text}
        meter.set_value(0.95, "")
        high = {segment.style for segment in meter.render_line(0) if "━" in segment.text}
        assert calm.isdisjoint(high)


@pytest.mark.parametrize("width", range(1, 50))
async def test_any_width_is_filled(width: int) -> None:
    meter = Meter("显存[b]\x1b[1m", history=6, ascii_only=False)
    async with MeterApp(meter).run_test(size=(width, 2)):
        meter.set_value(0.4, "32.0/80.0 GB")
        assert cell_len(row(meter)) == width
        assert "\x1b" not in row(meter)
