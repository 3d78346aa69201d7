"""What a curve did, in a word: fell, rose, turned, stayed level, went up and down, ran away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from statistics import fmean, median

from studylab.language import N_

BINS = 32
"""A curve is looked at in so many pieces: what is shorter is noise."""

MOST = 20_000
"""Of more points a part is looked at: a run may have a million."""

FEWEST = 4
"""Fewer points have no shape."""

TURN = 0.12
"""A turn is one that takes back this share of the whole range."""

SWING = 0.3
"""Of a curve that turns more than once, turns of this share make it one that goes up and down."""

LEVEL = 0.02
"""A range of this share of the values is none."""

LEVELLED = 0.05
"""A second half that brings this share of the whole range is level."""

DOUBLED, RUNAWAY = 2.0, 10.0
"""A loss that grew by the first without ever falling ran away, and one by the second anyhow."""

NOISES = 6.0
"""A range of so many standard errors of a piece is none either: 32 of noise span 4 on average."""


class Shape(StrEnum):
    """The shapes that can be expected, and found. The words are what is typed and stored."""

    FALLS = "falls"
    LEVELS_OFF = "levels-off"
    FALLS_THEN_RISES = "falls-then-rises"
    RISES = "rises"
    RISES_THEN_FALLS = "rises-then-falls"
    FLAT = "flat"
    OSCILLATES = "oscillates"
    DIVERGES = "diverges"


WORDS = {
    Shape.FALLS: N_("falls to the end"),
    Shape.LEVELS_OFF: N_("falls, then stays level"),
    Shape.FALLS_THEN_RISES: N_("falls, then rises"),
    Shape.RISES: N_("rises"),
    Shape.RISES_THEN_FALLS: N_("rises, then falls"),
    Shape.FLAT: N_("stays level from the start"),
    Shape.OSCILLATES: N_("goes up and down"),
    Shape.DIVERGES: N_("runs away, or is no number"),
}
"""How each is told; `_` shows it."""


def shape_of(values: Sequence[float], *, is_loss: bool = True) -> Shape | None:
    """The shape of a curve whose points are in the order of their steps; None if they are too few.

    Only a loss diverges by growing: an accuracy that doubles does well.
    """
    if any(not math.isfinite(value) for value in values):
        return Shape.DIVERGES
    if len(values) < FEWEST:
        return None
    # Every so-many-th point of a long curve has the same shape.
    values = values[:: len(values) // MOST + 1]
    # Without this the squares and differences of huge values would overflow.
    largest = max(abs(value) for value in values) or 1.0
    scaled = [value / largest for value in values]
    pieces = _pieces(scaled)
    low, high = min(pieces), max(pieces)
    span = high - low
    if span <= max(LEVEL * fmean(map(abs, pieces)), NOISES * _noise(scaled, len(pieces))):
        return Shape.FLAT
    turns = _turns(pieces, TURN * span)
    if len(turns) > 2:
        turns = _turns(pieces, SWING * span)
        if len(turns) > 2:
            return Shape.OSCILLATES
    growth = pieces[-1] / pieces[0] if is_loss and pieces[0] > 0 else 0.0
    if growth > RUNAWAY or (growth > DOUBLED and turns == [1]):
        return Shape.DIVERGES
    rises_first = turns[0] > 0
    if len(turns) == 2:
        return Shape.RISES_THEN_FALLS if rises_first else Shape.FALLS_THEN_RISES
    if rises_first:
        return Shape.RISES
    middle = pieces[len(pieces) // 2]
    return Shape.LEVELS_OFF if abs(middle - pieces[-1]) < LEVELLED * span else Shape.FALLS


def _pieces(values: Sequence[float]) -> list[float]:
    """The means of pieces of equal length."""
    count = min(BINS, len(values))
    edges = [len(values) * number // count for number in range(count + 1)]
    return [fmean(values[a:b]) for a, b in pairwise(edges)]


def _noise(values: Sequence[float], pieces: int) -> float:
    """The standard error of a piece: from second differences, which a trend does not move."""
    if len(values) < 2 * pieces:
        # A point for each piece or so: what noise and what shape is can't be told apart.
        return 0.0
    bends = [abs(a - 2 * b + c) for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    # Of normal noise the median is 0.6745 of a deviation, and such a difference has sqrt(6).
    deviation = median(bends) / 0.6745 / math.sqrt(6)
    return deviation / math.sqrt(len(values) / pieces)


def _turns(pieces: Sequence[float], least: float) -> list[int]:
    """The ways that a curve goes one after the other, +1 up and -1 down; one that is taken back
    by less than `least` is none."""
    ways: list[int] = []
    # The lowest and highest since the last turn.
    low = high = pieces[0]
    for value in pieces:
        low, high = min(low, value), max(high, value)
        way = ways[-1] if ways else 0
        if way <= 0 and value - low >= least:
            ways.append(1)
            high = value
        elif way >= 0 and high - value >= least:
            ways.append(-1)
            low = value
    return ways
