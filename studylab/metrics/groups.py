"""Which metrics share a chart: those of one quantity, such as the loss of each split."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SPLITS = ("train", "val", "valid", "validation", "dev", "eval", "test")
"""The beginnings of metric names that are splits, in the order of their lines."""

_FLAT_SPLIT = re.compile(rf"({'|'.join(SPLITS)})_(.+)")
_FIRST = ("loss", "accuracy")
_LAST = ("samples_per_second", "learning_rate", "lr", "epoch")


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """One chart: its quantity, and the full name of the metric of each line."""

    quantity: str
    lines: dict[str, str]

    @property
    def is_technical(self) -> bool:
        """Whether it says how the training is done and not what comes of it."""
        return self.quantity.lower() in _LAST


def group_metrics(names: Iterable[str]) -> list[ChartGroup]:
    """The charts for these metrics: loss, accuracy, then the others as they first came, and the
    technical ones last. A chart keeps its place among the others when a metric is added."""
    groups: dict[str, dict[str, str]] = {}
    for name in names:
        split, quantity = split_name(name)
        groups.setdefault(quantity, {}).setdefault(split or quantity, name)
    return [
        ChartGroup(quantity, dict(sorted(lines.items(), key=lambda line: _line_rank(line[0]))))
        for quantity, lines in sorted(groups.items(), key=lambda group: _rank(group[0]))
    ]


def split_name(name: str) -> tuple[str, str]:
    """Split and quantity: (`train`, `loss`) for `train/loss`, and for `eval_loss` of other tools;
    no split for what has none."""
    before, slash, after = name.rpartition("/")
    if slash and before and after:
        return before, after
    flat = _FLAT_SPLIT.fullmatch(name)
    return (flat[1], flat[2]) if flat else ("", name)


def _rank(quantity: str) -> int:
    lowered = quantity.lower()
    if lowered in _FIRST:
        return _FIRST.index(lowered)
    if lowered in _LAST:
        return 100 + _LAST.index(lowered)
    return 50


def _line_rank(line: str) -> int:
    return SPLITS.index(line) if line in SPLITS else len(SPLITS)
