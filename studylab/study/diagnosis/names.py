"""What a metric is, told from its name: `train/loss`, `eval_accuracy`, `lr-AdamW`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

_TRAIN = {"train", "training"}
_HELD_OUT = {"val", "valid", "validation", "eval", "evaluation", "test", "dev"}
_ASIDE = {"step", "epoch", "batch", "iter", "running", "avg", "mean", "total"}
"""Words that say neither what is measured nor on which examples."""


class What(Enum):
    """What is measured."""

    LOSS = auto()
    PART_OF_LOSS = auto()
    """One that may rise by right, such as that of a generator."""
    ACCURACY = auto()
    RATE = auto()
    NORM = auto()
    """Of the gradient."""


@dataclass(frozen=True, slots=True)
class Named:
    """A metric as far as its name tells."""

    what: What
    held_out: bool
    """Whether it is of examples that are not trained on."""


@lru_cache(maxsize=1024)
def read_name(name: str) -> Named | None:
    """What a metric is; None if no rule looks at it."""
    words = set(re.findall(r"[a-z]+", name[:200].lower()))
    about = words - _TRAIN - _HELD_OUT - _ASIDE
    held_out = bool(words & _HELD_OUT)
    if about == {"loss"}:
        return Named(What.LOSS, held_out)
    if "loss" in about:
        return Named(What.PART_OF_LOSS, held_out)
    if about in ({"accuracy"}, {"acc"}):
        return Named(What.ACCURACY, held_out)
    if "lr" in about or {"learning", "rate"} <= about:
        return Named(What.RATE, held_out)
    if "norm" in about and about & {"grad", "gradient", "gradients"}:
        return Named(What.NORM, held_out)
    return None
