"""The texts of the live view: what a feed says in one row each."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from studylab.labspec import Reference
from studylab.language import _
from studylab.metrics.groups import ChartGroup
from studylab.metrics.records import number
from studylab.metrics.series import Point
from studylab.plain import one_line
from studylab.runs.directory import State
from studylab.runs.wording import (
    duration,
    metric_value,
    setting_value,
    size,
    told_reason,
    verdict,
    verdict_word,
)
from studylab.tui.live_feed import LiveFeed
from studylab.tui.tones import (
    BAD,
    QUIET,
    WARN,
    state_text,
    state_tone,
    verdict_symbol,
    verdict_tone,
)
from studylab.tui.widgets.axis import figure

SILENCE_SECONDS = 30.0
TIME_WIDTH, SPEED_WIDTH = 7, 12
MOST_OTHERS = 30
"""Metrics without a chart whose figures are told: more than fit into a row."""


def quiet(text: str) -> Content:
    """Text that steps back."""
    return Content.styled(text, QUIET)


def title(feed: LiveFeed, changed: Mapping[str, object]) -> Content:
    """State, run, lab, and what distinguishes it: changed settings, data, device."""
    state = feed.state.state if feed.state else None
    parts: list[Content | str] = []
    if state is not None:
        parts += [Content.styled(state_text(state), f"bold {state_tone(state)}"), "  "]
    parts.append(Content.styled(one_line(feed.run.id), "bold"))
    rest = [feed.spec.lab or " ".join(feed.spec.argv) if feed.spec else ""]
    rest += [f"{name}={setting_value(value)}" for name, value in changed.items()]
    rest += [_("data {name}", name=feed.data) if feed.data and "data" not in changed else ""]
    rest += [feed.device]
    if state is State.RUNNING and (feed.silence or 0) > SILENCE_SECONDS:
        silence = _("no point for {time}", time=duration(feed.silence or 0))
        parts.append(Content.styled(f"  {silence}", WARN))
    parts.append(Content.styled("".join(f"  {one_line(part, 60)}" for part in rest if part), QUIET))
    return Content.assemble(*parts)


def reason(feed: LiveFeed) -> Content:
    """Why it is in this state, where that is worth a line; what can't be read."""
    lines = []
    if feed.complaint:
        lines.append(Content.styled(feed.complaint, WARN))
    why = told_reason(feed.state.state, feed.state.reason) if feed.state is not None else ""
    if feed.state is not None and why:
        tone = BAD if feed.state.state in (State.FAILED, State.LOST) else QUIET
        lines.append(Content.styled(one_line(why, 400), tone))
    if feed.skipped:
        skipped = _("{count:,} lines that are no records were skipped", count=feed.skipped)
        lines.append(quiet(skipped))
    if feed.left_out:
        left_out = _("{count:,} points of further metrics are left out", count=feed.left_out)
        lines.append(quiet(left_out))
    return Content("\n").join(lines)


def progress(feed: LiveFeed) -> tuple[str, float | None, list[str]]:
    """For `ProgressRow`: steps, share, then percent, time left, speed, elapsed, epoch."""
    share = None
    if feed.step is None:
        at = f"–/{feed.steps:,}" if feed.steps else "–"
    elif feed.steps:
        share = feed.step / feed.steps
        total = f"{feed.steps:,}"
        at = f"{feed.step:>{len(total)},}/{total}"
    else:
        at = f"{feed.step:,}"
    steps = _("step {at}", at=at)
    percent = f"{min(1.0, share) * 100:3.0f} %" if share is not None else ""
    epoch = feed.epoch
    shown_epoch = ""
    if epoch:
        shown_epoch = _("epoch {at}", at=f"{epoch[0]:>{len(str(epoch[1]))}}/{epoch[1]}")
    if feed.ended:
        took = _("took {time}", time=duration(feed.elapsed)) if feed.elapsed is not None else ""
        saved = ""
        if feed.checkpoint is not None:
            saved = _("checkpoint at step {step:,}", step=feed.checkpoint)
        return steps, share, [percent, took, saved]
    elapsed, left, speed = "", "", ""
    if feed.elapsed is not None:
        elapsed = _("{time} elapsed", time=_right(duration(feed.elapsed), TIME_WIDTH))
    if feed.pace is not None:
        speed = _right(_speed(feed.pace), SPEED_WIDTH)
    if feed.time_left is not None:
        left = _("{time} left", time=_right(duration(feed.time_left), TIME_WIDTH))
    return steps, share, [percent, left, speed, elapsed, shown_epoch]


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def _speed(pace: float) -> str:
    if pace >= 0.1:
        return _("{count} steps/s", count=f"{pace:,.1f}" if pace < 1000 else f"{pace:,.0f}")
    return _("{seconds:,.0f} s/step", seconds=1 / pace)


def results(feed: LiveFeed) -> Content:
    """A row for each result: the figure against its reference, its data and baseline."""
    rows = []
    names = [one_line(f"{r.split} {r.metric}", 40) for r in feed.results.values()]
    width = max(map(cell_len, names), default=0)
    for name, result in zip(names, feed.results.values(), strict=True):
        word = verdict_word(result)
        data = one_line(result.data, 40)
        baseline = ""
        if result.baseline is not None and math.isfinite(result.baseline):
            figure_ = metric_value(result.metric, result.baseline)
            baseline = _("baseline {figure}", figure=figure_)
        beside = " · ".join(filter(None, [data, baseline]))
        rows.append(
            Content.assemble(
                Content.styled(f"{verdict_symbol(word)} ", f"bold {verdict_tone(word)}"),
                f"{set_cell_size(name, width)}  ",
                Content.styled(verdict(result), f"bold {verdict_tone(word)}"),
                Content.styled(f"  {beside}", QUIET),
            )
        )
    return Content("\n").join(rows)


def others(feed: LiveFeed, groups: list[ChartGroup], page: str) -> Content:
    """The last values of metrics that have no chart on the screen."""
    figures = []
    for group in groups[:MOST_OTHERS]:
        for line, name in group.lines.items():
            last = feed.series[name].last
            shown = group.quantity if line == group.quantity else f"{line}/{group.quantity}"
            if last is not None:
                figures.append(f"{one_line(shown, 30)} {figure(last.value)}")
    return Content.assemble(
        Content.styled(page, "bold"), Content.styled("   ".join(figures), QUIET)
    )


def cpu(feed: LiveFeed, cores: int | None = None) -> tuple[float | None, str]:
    """Share and figure of the processor; 200 % are two busy cores."""
    if feed.usage is None or not math.isfinite(feed.usage.cpu_percent):
        return None, "–"
    cores = cores or os.cpu_count() or 1
    return feed.usage.cpu_percent / (100 * cores), f"{feed.usage.cpu_percent:.0f} %"


def memory(feed: LiveFeed, total: int) -> tuple[float | None, str]:
    """Share and figure of the memory that the run's processes hold."""
    if feed.usage is None:
        return None, "–"
    return feed.usage.rss_bytes / total if total else None, size(feed.usage.rss_bytes)


def gpu(record: dict[str, object]) -> tuple[str, float | None, str]:
    """Label, share and figures of one GPU of `resources.jsonl`."""
    utilisation = number(record.get("utilisation"))
    share = utilisation / 100 if math.isfinite(utilisation) else None
    figures = [f"{utilisation:.0f} %" if share is not None else "–"]
    used, total = number(record.get("memory_used")), number(record.get("memory_total"))
    if math.isfinite(used) and math.isfinite(total):
        figures.append(_("{used} of {total}", used=size(used), total=size(total)))
    own = number(record.get("run_memory"))
    if math.isfinite(own):
        figures.append(_("run {size}", size=size(own)))
    for name, unit in (("temperature", "°C"), ("power", "W")):
        value = number(record.get(name))
        if math.isfinite(value):
            figures.append(f"{value:.0f} {unit}")
    return f"GPU {record.get('index', '?')}", share, "  ".join(figures)


def own_gpus(records: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
    """The GPUs on which the run holds memory; all of them where the driver does not say."""
    own = [r for r in records if number(r.get("run_memory")) > 0]
    return own or list(records)


def reference_line(
    references: tuple[Reference, ...], feed: LiveFeed, quantity: str
) -> tuple[float, str] | None:
    """The figure to reach for a chart of `quantity`, if the lab has one for the run's data."""
    for result in feed.results.values():
        if result.metric == quantity and result.reference is not None and verdict_word(result):
            return result.reference, _aim(quantity, result.reference)
    for reference in references:
        if reference.metric == quantity and reference.data == feed.data:
            return reference.value, _aim(quantity, reference.value)
    return None


def nonfinite(point: Point | None) -> str:
    """Where NaN or infinity came up first; empty if nowhere."""
    if point is None:
        return ""
    value = "NaN" if math.isnan(point.value) else f"{point.value:+}"
    return _("{value} at step {step:,}", value=value, step=point.step)


def _aim(quantity: str, value: float) -> str:
    return _("reference {figure}", figure=metric_value(quantity, value, exact=True))
