"""What does a layer gain when its inputs always have mean 0 and deviation 1?

    python -m labs.foundations.batch_norm

Batch normalisation by hand, forward and backward, with the running statistics for test time
(P78-P81; Ioffe and Szegedy 2015, "Batch Normalization: Accelerating Deep Network Training by
Reducing Internal Covariate Shift", Algorithms 1 and 2 and the gradients of section 3). torch's
nn.BatchNorm1d gives the same numbers both ways. Then ten narrow layers are trained on digits, with
the normalisation and without.

Takes 30 seconds on two CPU cores with the digits that scikit-learn ships: about 95 % with it. The
same network without it is trained beside, from the same weights in the same order.

Look at: `train/loss` against `plain/train/loss`, and the two `activation_deviation`s: how widely
the last hidden layer's values are spread. With the normalisation it stays near 1; without it the
signal has almost gone by the tenth layer, and for many steps nothing happens.

Try:
- `--learning-rate 0.3`: only one of the two survives it.
- `--scale 0.5` or `--scale 3`: the weights begin far too small, too large. Who minds?
- `--batch-size 2`: statistics of two pictures. Compare `train/loss` with `val/loss`.
- `--momentum 0.001`: the running statistics lag behind: `val/accuracy` pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from labs.kit.command import Command
from labs.kit.run import Run
from studylab.labspec import Lab, Reference, setting

LAB = Lab(
    name="batch_norm",
    title="Batch normalisation, forward, backward and at test time",
    teaches="Normalising by the batch and by running statistics, its gradient by hand, equal to "
    "nn.BatchNorm1d; a deep narrow network with it and without.",
    week=2,
    minutes=0.5,
    title_zh="批归一化：前向、反向与测试时",
    teaches_zh="用批次统计量和滑动统计量做归一化，手写梯度，与 nn.BatchNorm1d 一致；"
    "比较一个又深又窄的网络有无批归一化的差别。",
    episodes="P78-P81",
    references=(
        Reference(
            metric="accuracy",
            value=0.94,
            split="test",
            data="digits",
            source="studylab: reached by 6 of 6 seeds of this lab, 94.7 % on average",
        ),
    ),
)


@dataclass
class Config:
    """The hyper-parameters."""

    data: str = setting("auto", "the pictures: auto, digits, mnist, or a folder of yours")
    layers: int = setting(10, "hidden layers", low=1, high=100)
    width: int = setting(24, "units in each", low=1, high=1024)
    scale: float = setting(1.0, "of the first weights, times that of Xavier", low=0.01, high=100.0,
                           log=True)  # fmt: skip
    momentum: float = setting(0.1, "how fast the running statistics follow", low=0.0001, high=1.0)
    learning_rate: float = setting(0.05, "of gradient descent", low=1e-6, high=10.0, log=True)
    epochs: int = setting(30, "passes over the training pictures", low=1, high=500)
    batch_size: int = setting(64, "pictures in a step", low=2, high=100_000, log=True)
    seed: int = setting(0, "of weights and order", low=0, high=999999)


COMMAND = Command(LAB, Config, fast={"epochs": 2}, data=("digits", "mnist"))
COMMAND.read(__name__)  # a mistyped option is told now, not after torch has loaded

from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.kit.batches import batches_in, shuffled
from labs.kit.data import announce
from labs.kit.device import pick_device
from labs.kit.images import Images, Split, load_images
from labs.kit.loop import Loop
from labs.kit.mistakes import accuracy, correct
from labs.kit.seeding import seed_everything
from labs.kit.symptoms import one_class
from labs.kit.verdict import conclude

EPSILON = 1e-5
"""Added to the variance, so that a unit that is the same for all divides by something."""


class Normalise(torch.autograd.Function):
    """y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over the batch (P78-P79); both
    directions are written out here, and torch only calls them."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        """x (N, D), gamma and beta (D,) -> (N, D): Algorithm 1 of the paper."""
        mean = x.mean(0)
        variance = ((x - mean) ** 2).mean(0)
        deviation = (variance + EPSILON).sqrt()
        normal = (x - mean) / deviation
        ctx.save_for_backward(normal, deviation, gamma)
        return gamma * normal + beta

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From dy (N, D): by x, gamma and beta.

        x moves y on three ways: itself, through the mean of all, and through their variance. What
        is left of dy when its mean and its part along `normal` are taken out, is the first way's;
        a batch that all moves together, or spreads, changes nothing.
        """
        (dy,) = gradients
        normal, deviation, gamma = ctx.saved_tensors
        dnormal = dy * gamma
        dx = (dnormal - dnormal.mean(0) - normal * (dnormal * normal).mean(0)) / deviation
        return dx, (dy * normal).sum(0), dy.sum(0)


class BatchNorm(nn.Module):
    """The layer: learns gamma and beta, and remembers mean and variance for test time (P81)."""

    def __init__(self, features: int, momentum: float) -> None:
        super().__init__()
        self.momentum = momentum
        self.gamma = nn.Parameter(torch.ones(features))
        self.beta = nn.Parameter(torch.zeros(features))
        self.mean: Tensor
        self.variance: Tensor
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("variance", torch.ones(features))

    def forward(self, x: Tensor) -> Tensor:
        """(N, D) -> (N, D). One picture at test time is not judged by whom it comes with."""
        if not self.training:
            normal = (x - self.mean) / (self.variance + EPSILON).sqrt()
            return self.gamma * normal + self.beta
        with torch.no_grad():
            # N - 1: the running variance estimates that of all pictures, as the paper's step 10.
            self.mean.lerp_(x.mean(0), self.momentum)
            self.variance.lerp_(x.var(0, unbiased=True), self.momentum)
        out: Tensor = Normalise.apply(x, self.gamma, self.beta)  # type: ignore[no-untyped-call]
        return out


class Network(nn.Module):
    """Many narrow layers with tanh, each normalised before it or not."""

    def __init__(self, config: Config, inputs: int, classes: int, *, normalised: bool) -> None:
        super().__init__()
        sizes = [inputs, *[config.width] * config.layers]
        self.linears = nn.ModuleList(
            # Normalised, a bias would be taken out with the mean: beta stands for it (P79).
            nn.Linear(a, b, bias=not normalised)
            for a, b in pairwise(sizes)
        )
        self.norms = nn.ModuleList(
            BatchNorm(b, config.momentum) if normalised else nn.Identity() for b in sizes[1:]
        )
        self.last = nn.Linear(config.width, classes)
        self.deviation = 0.0
        """Of the last hidden layer's values, the last time."""
        for linear in self.linears:
            assert isinstance(linear, nn.Linear)
            nn.init.normal_(linear.weight, std=config.scale * linear.in_features**-0.5)
            if linear.bias is not None:
                nn.init.zeros_(linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, C, H, W) -> logits (N, classes)."""
        x = x.flatten(1)
        for linear, norm in zip(self.linears, self.norms, strict=True):
            z = norm(linear(x))
            x = torch.tanh(z)
        self.deviation = float(z.detach().std())
        out: Tensor = self.last(x)
        return out


def compare_with_torch(run: Run) -> None:
    """Ours and nn.BatchNorm1d: outputs and gradients in training, and outputs at test time."""
    ours, theirs = BatchNorm(7, 0.1).double(), nn.BatchNorm1d(7).double()
    differences = []
    for step in range(3):
        x = torch.randn(20, 7, dtype=torch.float64) * (step + 1) + step
        a, b = x.clone().requires_grad_(), x.clone().requires_grad_()
        weights = torch.randn(20, 7, dtype=torch.float64)
        ya, yb = ours(a), theirs(b)
        (ga,) = torch.autograd.grad((ya * weights).sum(), [a])
        (gb,) = torch.autograd.grad((yb * weights).sum(), [b])
        differences += [(ya - yb).abs().max(), (ga - gb).abs().max()]
    ours.eval(), theirs.eval()
    differences.append((ours(x) - theirs(x)).abs().max())
    largest = max(float(each.detach()) for each in differences)
    run.say(f"nn.BatchNorm1d differs by at most {largest:.0e}, forward, backward and at test time")


@torch.no_grad()
def predict(net: Network, pictures: Tensor) -> Tensor:
    """Logits (N, classes), by the running statistics."""
    net.eval()
    logits = net(pictures)
    net.train()
    out: Tensor = logits
    return out


def train(config: Config, run: Run, nets: dict[str, Network], images: Images, split: Split,
          val: Split) -> int:  # fmt: skip
    """Both networks on the same batches; the step of the best validation of the normalised one."""
    steps_per_epoch = batches_in(len(split), config.batch_size, drop_last=True)
    with Loop(run, images.provenance, {"model": nets[""], "plain": nets["plain/"]},
              epochs=config.epochs, steps_per_epoch=steps_per_epoch,
              watch="val/accuracy") as loop:  # fmt: skip
        for epoch in loop.epochs():
            for index in loop.batches(shuffled(
                len(split), config.batch_size, seed=config.seed, epoch=epoch, drop_last=True
            )):  # fmt: skip
                index = index.to(split.labels.device)
                x, labels = split.pictures[index], split.labels[index]
                scalars: dict[str, Any] = {}
                for prefix, net in nets.items():
                    logits = net(x)
                    loss = F.cross_entropy(logits, labels)
                    net.zero_grad()
                    loss.backward()
                    with torch.no_grad():
                        for p in net.parameters():
                            if p.grad is not None:
                                p.sub_(config.learning_rate * p.grad)
                    scalars[f"{prefix}train/loss"] = loss
                    scalars[f"{prefix}activation_deviation"] = net.deviation
                loop.step(scalars, samples=len(labels))
            plain = predict(nets["plain/"], val.pictures)
            run.reporter.log(
                {
                    "plain/val/loss": F.cross_entropy(plain, val.labels).item(),
                    "plain/val/accuracy": accuracy(plain, val.labels).item(),
                },
                step=loop.step_count,
            )
            logits = predict(nets[""], val.pictures)
            loop.warn(one_class(logits.argmax(1), val.labels))
            loop.validated({
                "val/loss": F.cross_entropy(logits, val.labels),
                "val/accuracy": accuracy(logits, val.labels),
            })  # fmt: skip
    return loop.load_best()


def main(config: Config, run: Run) -> None:
    """Compare with torch, train both networks; the test split is looked at once."""
    seed_everything(config.seed)
    compare_with_torch(run)
    device = pick_device(run)
    images = load_images(config.data)
    announce(run, images.provenance, config.data, also="--data mnist fetches MNIST",
             classes=len(images.classes))  # fmt: skip
    split, val, test = (each.to(device) for each in (images.train, images.val, images.test))
    inputs, classes = split.pictures[0].numel(), len(images.classes)
    nets = {}
    for prefix in ("", "plain/"):
        torch.manual_seed(config.seed)  # the same weights for both
        nets[prefix] = Network(config, inputs, classes, normalised=not prefix).to(device)
    train(config, run, nets, images, split, val)
    plain = int(correct(predict(nets["plain/"], test.pictures), test.labels)) / len(test)
    run.say(f"without normalisation: test accuracy {plain * 100:.1f} %")
    share = int(correct(predict(nets[""], test.pictures), test.labels)) / len(test)
    conclude(run, "accuracy", share, split="test", data=images.provenance,
             baseline=images.majority(), examples=len(test))  # fmt: skip


if __name__ == "__main__":
    COMMAND.run(main)
