"""Which classes and pictures a network takes for others."""

from __future__ import annotations

import torch
from torch import Tensor

from labs.kit.images import Images
from labs.kit.pictures import grid, save_picture
from labs.kit.run import Run

SHOWN = 40


def correct(logits: Tensor, labels: Tensor) -> Tensor:
    """How many logits (N, classes) are largest at the label (N,)."""
    return (logits.argmax(1) == labels).sum()


def accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of them, in float32. A final figure is `int(correct(...)) / N`, as float32 has
    no 0.992: 9,920 of 10,000 would fall short of it."""
    return correct(logits, labels) / len(labels)


def confusion(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    """How often each class (row) was taken for each (column): (N,), (N,) -> (classes, classes)."""
    pairs = labels * classes + predicted
    return pairs.bincount(minlength=classes * classes).view(classes, classes)


def show_mistakes(run: Run, images: Images, predicted: Tensor, step: int) -> None:
    """Report the confusion table of the test split and, in one picture, its misclassified
    pictures; print what the first ones were taken for."""
    labels, names = images.test.labels, images.classes
    counts = confusion(predicted, labels, len(names)).tolist()
    rows = [[name, *row] for name, row in zip(names, counts, strict=True)]
    run.reporter.table("confusion", ["true \\ predicted", *names], rows, step=step)

    wrong = torch.nonzero(predicted != labels).flatten()[:SHOWN]
    if len(wrong) == 0:
        return
    pairs = [f"{names[labels[i]]} as {names[predicted[i]]}" for i in wrong]
    run.say(f"taken for another: {', '.join(pairs[:10])}{' ...' if len(pairs) > 10 else ''}")
    # (n, C, H, W) in 0..1 -> (n, H, W, C) in 0..255
    pictures = (images.test.pictures[wrong] * 255).byte().permute(0, 2, 3, 1).numpy()
    path = run.reporter.artifacts / "misclassified.png"
    if save_picture(grid(pictures, columns=8), path):
        run.reporter.image("misclassified", path, step=step)
