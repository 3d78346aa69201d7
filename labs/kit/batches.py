"""The order of examples: a function of seed and epoch alone, so a resumed run finds its place."""

from __future__ import annotations

import torch
from torch import Tensor


def shuffled(
    count: int, batch_size: int, *, seed: int, epoch: int, drop_last: bool = False
) -> tuple[Tensor, ...]:
    """One epoch of `count` examples as batches of indices, each (batch_size,) or, the last one,
    fewer.

    `drop_last` leaves a smaller last batch out: batch normalisation cannot take a batch of one.
    """
    # Spread apart, so that epoch 1 of seed 0 is not epoch 0 of seed 1.
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    batches = torch.split(torch.randperm(count, generator=generator), batch_size)
    return tuple(batches[: batches_in(count, batch_size, drop_last=drop_last)])


def batches_in(count: int, batch_size: int, *, drop_last: bool = False) -> int:
    """How many batches `shuffled` makes; at least one, even where `drop_last` would leave none."""
    whole = count // batch_size
    return max(1, whole if drop_last else -(-count // batch_size))
