"""Learning rates over steps."""

from __future__ import annotations

import math
from typing import Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def warm_up(
    optimizer: Optimizer,
    steps: int,
    *,
    warm_up_steps: int,
    then: Literal["cosine", "linear", "constant"] = "cosine",
    floor: float = 0.0,
) -> LambdaLR:
    """From nothing to the optimizer's rate over `warm_up_steps`, then down to `floor` of it at
    `steps`. Call its `step()` after the optimizer's.

    A warm-up that fills the run is cut to half of it: 500 warm-up steps of 468 never reach the
    rate that was asked for.
    """
    rising = min(warm_up_steps, steps // 2)

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / (rising + 1)
        done = min(1.0, (step - rising) / max(1, steps - rising))
        if then == "constant":
            return 1.0
        fall = 0.5 * (1 + math.cos(math.pi * done)) if then == "cosine" else 1 - done
        return floor + (1 - floor) * fall

    return LambdaLR(optimizer, factor)
