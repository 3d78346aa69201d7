"""The row under the charts: where the cursor is and what the curves have there."""

from __future__ import annotations

from textual.content import Content

from studylab.language import _
from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.tui.cursor import time_at
from studylab.tui.live_charts import LiveCharts
from studylab.tui.live_feed import LiveFeed
from studylab.tui.live_text import quiet
from studylab.tui.widgets.axis import figure
from studylab.tui.widgets.scale import clock

GAP = "   "


def reading(charts: LiveCharts, feed: LiveFeed) -> Content:
    """Step, epoch, time and values at the cursor; without one, what the keys have changed."""
    parts: list[Content] = []
    step = charts.looks.cursor
    lines = charts.selected_series
    if step is not None and lines:
        parts.append(Content.styled(_where(charts, feed, step), "bold"))
        for name, series in lines.items():
            value = value_at(name, series, step)
            parts.append(Content(value) if value else quiet(f"{one_line(name, 20)} –"))
    words = charts.looks.words()
    if words:
        parts.append(quiet(words))
    if charts.alone and step is None:
        parts.append(quiet(_("← → move over the points; + and - zoom; x, y and ] change the view")))
    return Content(GAP).join(parts)


def value_at(name: str, series: Series, step: int) -> str:
    """What a line has at a step, or at the last one before it that has a point; empty if none."""
    point = series.at(step)
    if point is None:
        return ""
    text = f"{one_line(name, 20)} {figure(point.value)}"
    if point.step != step:
        text = _("{value} (step {step:,})", value=text, step=point.step)
    return text


def _where(charts: LiveCharts, feed: LiveFeed, step: int) -> str:
    parts = [_("step {at}", at=f"{step:,}")]
    if feed.steps_per_epoch:
        parts.append(_("epoch {at}", at=f"{step / feed.steps_per_epoch:.2f}"))
    longest = max(charts.selected_series.values(), key=len)
    at = time_at(longest, step)
    if at is not None:
        parts.append(clock(int((at - charts.axes.began) * 1000)))
    return " · ".join(parts)
