"""Which charts a live view has: the groups of metrics, those with too many lines taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studylab.metrics.groups import SPLITS, ChartGroup, group_metrics

MOST_LINES = 6
"""As many as there are colours."""


def chart_groups(names: Iterable[str]) -> list[ChartGroup]:
    """The charts for these metrics. The epoch has none: it is told beside the bar."""
    groups = (group for group in group_metrics(names) if group.quantity != "epoch")
    return [part for group in groups for part in _apart(group)]


def _apart(group: ChartGroup) -> Iterator[ChartGroup]:
    """Of a group with too many lines, such as a norm for each layer, the splits in one chart and
    the others in charts of their own, under their full names."""
    if len(group.lines) <= MOST_LINES:
        yield group
        return
    splits = {line: name for line, name in group.lines.items() if line in SPLITS}
    if splits:
        yield ChartGroup(group.quantity, splits)
    for line, name in group.lines.items():
        if line not in splits:
            yield ChartGroup(name, {name: name})
