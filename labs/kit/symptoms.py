"""What a run can see about its own health while it trains. Each is a line, or None.

loop.warn(one_class(predicted, labels))
"""

from __future__ import annotations

import math

from torch import Tensor


def one_class(predicted: Tensor, labels: Tensor) -> str | None:
    """All predictions are the same class though the labels are not: (count,), (count,)."""
    if (predicted != predicted[0]).any() or (labels == labels[0]).all():
        return None
    return (
        "every prediction is the same class: nothing is learned yet; if it stays so, try a "
        "smaller learning rate"
    )


def at_chance(loss: float, classes: int, *, tolerance: float = 0.02) -> str | None:
    """A cross-entropy of ln(classes) is that of guessing."""
    chance = math.log(classes)
    if abs(loss - chance) > tolerance * chance:
        return None
    return f"the loss is {loss:.3f}, about ln {classes} = {chance:.3f}: that of guessing"
