"""A table of figures with their bars."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Report:
    """Rows of a benchmark, in Markdown."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    met: bool = True

    def figure(self, what: str, value: str, bar: str = "", met: bool | None = None) -> None:
        """Add a figure; with a bar, whether it was met."""
        self.rows.append((what, value, bar, "" if met is None else "yes" if met else "NO"))
        self.met &= met is not False

    def table(self) -> str:
        """The rows as a Markdown table."""
        lines = ["| what | measured | bar | met |", "| --- | --- | --- | --- |"]
        return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in self.rows)])


def spread(values: Sequence[float], unit: str, digits: int = 2) -> str:
    """Median, minimum and maximum."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} {unit} ({min(values):.{digits}f}-{max(values):.{digits}f})"
