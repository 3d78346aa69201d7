"""What does a convolution compute, and what does its gradient?

    python -m labs.vision.cnn

Convolution and pooling come first, forward and backward, written out in NumPy as the lectures
define them (P108-P118: edge detection, padding, strides, volumes, pooling; LeCun et al. 1998,
"Gradient-Based Learning Applied to Document Recognition"). Then the same network through
`torch.nn`, trained on digits. At the end the trained network is run once more by hand, and the
two must agree to the last digits of float32.

Takes 10 seconds on two CPU cores with the digits that scikit-learn ships, and reaches about 99 %
on a test split that is looked at once. `--data mnist --epochs 10` fetches MNIST: some minutes.

Look at: `train/loss` starts near ln 10 = 2.3, that of guessing, and falls within three epochs.
`val/loss` is soon below it, as bent pictures and dropout make only training hard. The table
`confusion` and the picture `misclassified` show what is left: would you have read them?

Try:
- `--augment 0`: now `train/loss` goes below `val/loss`. What does the network learn by heart?
- `--channels 2 --dropout 0`: 1,402 parameters; how far do they go?
- `--learning-rate 0.3`: watch it fail, and read what the lab says about it.
"""

from __future__ import annotations

from dataclasses import dataclass

from labs.kit.command import Command
from labs.kit.run import Run
from studylab.labspec import Lab, Reference, setting

LAB = Lab(
    name="cnn",
    title="A convolutional network, by hand and with torch",
    teaches="Convolution and pooling, forward and backward, written out in NumPy and held against "
    "torch; then the same network trained to tell digits apart.",
    week=4,
    minutes=0.2,
    title_zh="卷积神经网络：先手写，再用 torch",
    teaches_zh="用 NumPy 写出卷积与池化的前向和反向传播，与 torch 对照，再训练同一个网络识别数字。",
    episodes="P108-P118",
    references=(
        Reference(
            metric="accuracy",
            value=0.98,
            split="test",
            data="digits",
            source="studylab: reached by 9 of 10 seeds of this lab, 99.0 % on average",
        ),
        Reference(
            metric="accuracy",
            value=0.992,
            split="test",
            data="mnist",
            source="zalandoresearch/fashion-mnist README: two convolutions, under 100k parameters",
        ),
    ),
)


@dataclass
class Config:
    """The hyper-parameters."""

    data: str = setting("auto", "the pictures: auto, digits, mnist, or a folder of yours")
    epochs: int = setting(60, "passes over the training pictures", low=1, high=500)
    batch_size: int = setting(64, "pictures in a step", low=1, high=4096, log=True)
    learning_rate: float = setting(0.006, "AdamW's highest rate", low=1e-6, high=10.0, log=True)
    weight_decay: float = setting(0.01, "AdamW's pull towards 0", low=0.0, high=1.0)
    channels: int = setting(32, "filters of the first layer; the second has twice as many",
                            low=1, high=256, log=True)  # fmt: skip
    hidden: int = setting(48, "units between the filters and the classes", low=1, high=4096)
    dropout: float = setting(0.25, "share of units dropped in training", low=0.0, high=0.9)
    augment: float = setting(0.07, "how much training pictures are bent", low=0.0, high=0.5)
    pool: str = setting("max", "how four neighbours become one", choices=("max", "average"))
    seed: int = setting(0, "of weights, order and dropout", low=0, high=999999)


COMMAND = Command(LAB, Config, fast={"epochs": 2}, data=("digits", "mnist"))
COMMAND.read(__name__)  # a mistyped option is told now, not after torch has loaded

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labs.kit.batches import batches_in, shuffled
from labs.kit.data import announce
from labs.kit.device import autocast, pick_device
from labs.kit.errors import DataError
from labs.kit.images import Images, Split, load_images
from labs.kit.loop import Loop
from labs.kit.mistakes import accuracy, correct, show_mistakes
from labs.kit.schedule import warm_up
from labs.kit.seeding import seed_everything
from labs.kit.symptoms import one_class
from labs.kit.verdict import conclude

Array = npt.NDArray[np.floating]

# By hand. N pictures, C channels of H x W; F filters of KH x KW; outputs are OH x OW.


def output_size(size: int, kernel: int, stride: int, padding: int = 0) -> int:
    """How often a kernel fits: floor((size + 2 padding - kernel) / stride) + 1 (P112)."""
    return (size + 2 * padding - kernel) // stride + 1


def conv2d(x: Array, w: Array, b: Array, stride: int = 1, padding: int = 0) -> Array:
    """y[n,f,i,j] = b[f] + sum over c,u,v of w[f,c,u,v] x[n, c, i stride + u, j stride + v].

    x (N, C, H, W), w (F, C, KH, KW), b (F,) -> (N, F, OH, OW). The kernel is not flipped: deep
    learning says convolution and means cross-correlation (P112).
    """
    (N, _, H, W), (n_filters, _, KH, KW) = x.shape, w.shape
    OH, OW = output_size(H, KH, stride, padding), output_size(W, KW, stride, padding)
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.empty((N, n_filters, OH, OW), x.dtype)
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + KH, left : left + KW]  # (N, C, KH, KW)
            y[:, :, i, j] = np.tensordot(window, w, axes=((1, 2, 3), (1, 2, 3))) + b  # (N, F)
    return y


def conv2d_backward(
    dy: Array, x: Array, w: Array, stride: int = 1, padding: int = 0
) -> tuple[Array, Array, Array]:
    """The gradients of a loss by x, w and b, from its gradient dy (N, F, OH, OW) by the output.

    An output is a sum of products, so each of its factors receives the other, times dy. A pixel
    lies under several windows and a weight meets every window: their gradients add up.
    """
    (_, _, H, W), (_, _, KH, KW) = x.shape, w.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), dy.sum(axis=(0, 2, 3))
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            top, left = i * stride, j * stride
            window = np.s_[:, :, top : top + KH, left : left + KW]
            dw += np.tensordot(dy[:, :, i, j], x[window], axes=(0, 0))  # (F, C, KH, KW)
            dx[window] += np.tensordot(dy[:, :, i, j], w, axes=(1, 0))  # (N, C, KH, KW)
    return dx[:, :, padding : padding + H, padding : padding + W], dw, db


def pool2d(x: Array, size: int, stride: int, kind: str = "max") -> Array:
    """The maximum or average of each window: (N, C, H, W) -> (N, C, OH, OW) (P116)."""
    N, C, H, W = x.shape
    OH, OW = output_size(H, size, stride), output_size(W, size, stride)
    y = np.empty((N, C, OH, OW), x.dtype)
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + size, left : left + size]  # (N, C, size, size)
            y[:, :, i, j] = window.max((2, 3)) if kind == "max" else window.mean((2, 3))
    return y


def pool2d_backward(dy: Array, x: Array, size: int, stride: int, kind: str = "max") -> Array:
    """The gradient by x: the maximum alone receives dy, or each of the averaged its share."""
    N, C, _, _ = x.shape
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            top, left = i * stride, j * stride
            window = np.s_[:, :, top : top + size, left : left + size]
            if kind == "max":
                flat = x[window].reshape(N, C, -1)
                share = (np.arange(size * size) == flat.argmax(-1)[..., None]).astype(x.dtype)
            else:
                share = np.full((N, C, size * size), 1 / size**2, x.dtype)
            dx[window] += share.reshape(N, C, size, size) * dy[:, :, i, j][..., None, None]
    return dx


# With torch: the same layers, gradients included, on any device.


class Network(nn.Module):
    """Two convolutions with pooling, then two fully connected layers (LeNet-5's plan)."""

    def __init__(self, config: Config, channels: int, size: tuple[int, int], classes: int) -> None:
        super().__init__()
        C = config.channels
        self.pool = config.pool
        self.conv1 = nn.Conv2d(channels, C, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(C, 2 * C, kernel_size=3, padding=1)
        self.fc1 = nn.Linear(2 * C * (size[0] // 4) * (size[1] // 4), config.hidden)
        self.fc2 = nn.Linear(config.hidden, classes)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> logits (N, classes)."""
        halve = F.max_pool2d if self.pool == "max" else F.avg_pool2d
        x = halve(F.relu(self.conv1(x)), 2)
        x = halve(F.relu(self.conv2(x)), 2)
        x = self.dropout(x.flatten(1))
        x = self.dropout(F.relu(self.fc1(x)))
        out: Tensor = self.fc2(x)
        return out

    def by_hand(self, pictures: Tensor) -> Array:
        """The logits once more, by the functions above."""
        p = {name: value.detach().numpy() for name, value in self.named_parameters()}
        x = pictures.numpy()
        for layer in ("conv1", "conv2"):
            x = conv2d(x, p[f"{layer}.weight"], p[f"{layer}.bias"], padding=1)
            x = pool2d(np.maximum(x, 0), size=2, stride=2, kind=self.pool)
        x = x.reshape(len(x), -1)
        x = np.maximum(x @ p["fc1.weight"].T + p["fc1.bias"], 0)
        logits: Array = x @ p["fc2.weight"].T + p["fc2.bias"]
        return logits


def standardised(images: Images, device: torch.device) -> tuple[Split, Split, Split]:
    """The splits with mean 0 and deviation 1 by channel, as measured on the training split."""
    mean = images.train.pictures.mean((0, 2, 3), keepdim=True)
    deviation = images.train.pictures.std((0, 2, 3), keepdim=True)
    train, val, test = (
        Split((split.pictures - mean) / (deviation + 1e-6), split.labels).to(device)
        for split in (images.train, images.val, images.test)
    )
    return train, val, test


def bent(x: Tensor, amount: float) -> Tensor:
    """Each picture turned, stretched and shifted a little (P128): (N, C, H, W), same out.

    An affine map says where each pixel comes from; here, almost from its own place.
    """
    noise = torch.randn(len(x), 2, 3, device=x.device)
    maps = torch.eye(2, 3, device=x.device) + amount * noise  # (N, 2, 3)
    places = F.affine_grid(maps, list(x.shape), align_corners=False)  # (N, H, W, 2)
    dark = x.amin()  # for what comes from outside; F.grid_sample has 0 there, which is grey by now
    return F.grid_sample(x - dark, places, align_corners=False) + dark


@torch.no_grad()
def predict(net: Network, split: Split) -> Tensor:
    """Logits (N, classes), without dropout."""
    net.eval()
    with autocast(split.labels.device):
        logits = torch.cat([net(x) for x in torch.split(split.pictures, 512)])
    net.train()
    return logits.float()


def train(config: Config, run: Run, net: Network, images: Images, train: Split, val: Split) -> int:
    """Train, and leave in `net` the weights of the best validation; the step they are of."""
    device = train.labels.device
    steps_per_epoch = batches_in(len(train), config.batch_size)
    steps = config.epochs * steps_per_epoch
    optimizer = torch.optim.AdamW(
        net.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    schedule = warm_up(optimizer, steps, warm_up_steps=steps // 20)
    parts = {"model": net, "optimizer": optimizer, "schedule": schedule}
    with Loop(run, images.provenance, parts, epochs=config.epochs,
              steps_per_epoch=steps_per_epoch, watch="val/accuracy") as loop:  # fmt: skip
        for epoch in loop.epochs():
            for index in loop.batches(
                shuffled(len(train), config.batch_size, seed=config.seed, epoch=epoch)
            ):
                index = index.to(device)
                x, y = bent(train.pictures[index], config.augment), train.labels[index]
                with autocast(device):
                    logits = net(x)
                loss = F.cross_entropy(logits.float(), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                rate = schedule.get_last_lr()[0]
                schedule.step()
                loop.step(
                    {"train/loss": loss, "train/accuracy": accuracy(logits, y), "lr": rate},
                    samples=len(y),
                )
            logits = predict(net, val)
            loop.warn(one_class(logits.argmax(1), val.labels))
            loop.validated({
                "val/loss": F.cross_entropy(logits, val.labels),
                "val/accuracy": accuracy(logits, val.labels),
            })  # fmt: skip
    return loop.load_best()


def main(config: Config, run: Run) -> None:
    """Train, then look at the test split, once."""
    seed_everything(config.seed)
    device = pick_device(run)
    images = load_images(config.data)
    announce(run, images.provenance, config.data, also="--data mnist fetches MNIST",
             classes=len(images.classes))  # fmt: skip
    channels, height, width = images.train.pictures.shape[1:]
    if min(height, width) < 4:
        raise DataError(f"two poolings need pictures of 4x4 or more, not {width}x{height}")
    net = Network(config, channels, (height, width), len(images.classes)).to(device)
    run.say(f"network: {sum(p.numel() for p in net.parameters()):,} parameters")

    train_split, val, test = standardised(images, device)
    step = train(config, run, net, images, train_split, val)
    logits = predict(net, test)
    few = Split(test.pictures[:32].cpu(), test.labels[:32].cpu())  # in float32, as bf16 is coarse
    difference = np.abs(net.cpu().by_hand(few.pictures) - predict(net, few).numpy()).max()
    run.say(f"by hand, 32 pictures: logits differ from torch's by at most {difference:.1e}")
    show_mistakes(run, images, logits.argmax(1).cpu(), step=step)
    conclude(run, "accuracy", int(correct(logits, test.labels)) / len(test), split="test",
             data=images.provenance, baseline=images.majority(), examples=len(test))  # fmt: skip


if __name__ == "__main__":
    COMMAND.run(main)
