"""What every foreign source gives: scalars of a step, and how far it has then been read."""

from __future__ import annotations

from typing import NamedTuple


class Point(NamedTuple):
    """Scalars of one step. `end` is the byte behind them in their file, to go on from; `time` in
    seconds since 1970, None where the source does not tell; `line` is where a line said them."""

    end: int
    time: float | None
    step: int
    scalars: dict[str, float]
    line: str = ""
