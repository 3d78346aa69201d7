"""How does one unit learn to tell two classes apart, and why without a loop over examples?

    python -m labs.foundations.logistic_regression

The smallest network: a weighted sum and a sigmoid. Loss, gradient and descent are written out as
the lectures derive them (P16-P31), once with a loop over the examples and once as products of
matrices; both are timed and must agree. scikit-learn's own solver then gets the same loss and the
same split: accuracy and coefficients have to be the same.

Takes 2 seconds on two CPU cores with the 569 tumours that scikit-learn ships, and gets about 97 %
of the 114 that were held back right; always saying "benign" gets 63 %.

Look at: `train/loss` starts at ln 2 = 0.69, that of guessing, and most of its fall is over after
ten steps; the rest of the steps moves coefficients whose features say almost the same thing.
`gradient_norm` shows how far from the minimum it still is. The picture `boundary` has the line at
which a unit that sees two features only changes its mind.

Try:
- `--standardise false`: areas are in the hundreds and smoothness is near 0.1. What happens?
- `--l2 0`: the classes can almost be separated; watch `weight_norm` grow without an end.
- `--learning-rate 30`: how far is too far?
"""

from __future__ import annotations

from dataclasses import dataclass

from labs.kit.command import Command
from labs.kit.run import Run
from studylab.labspec import Lab, Reference, setting

LAB = Lab(
    name="logistic_regression",
    title="Logistic regression, with a loop and without",
    teaches="Loss, gradient and descent of a single unit, by a loop over examples and by matrices, "
    "held against scikit-learn; and the boundary that it draws.",
    week=1,
    minutes=0.05,
    title_zh="逻辑回归：先用循环，再用向量化",
    teaches_zh="单个神经元的损失、梯度与梯度下降，先写循环，再写成矩阵运算，"
    "与 scikit-learn 对照，并画出决策边界。",
    episodes="P16-P33",
    references=(
        Reference(
            metric="accuracy",
            value=0.9736,
            split="test",
            data="breast-cancer",
            source="scikit-learn's LogisticRegression on the same split, C = 1, seed 0: 111 of 114",
        ),
    ),
)


@dataclass
class Config:
    """The hyper-parameters."""

    data: str = setting("auto", "the examples: auto, breast-cancer, or a CSV file of yours")
    steps: int = setting(2000, "steps of gradient descent, each on all examples",
                         low=1, high=200_000, log=True)  # fmt: skip
    learning_rate: float = setting(1.0, "how far along the gradient", low=1e-6, high=100.0,
                                   log=True)  # fmt: skip
    l2: float = setting(1.0, "pull of the weights towards 0; 1 / C of scikit-learn",
                        low=0.0, high=1000.0)  # fmt: skip
    standardise: bool = setting(True, "give every feature mean 0 and deviation 1")
    seed: int = setting(0, "of the split", low=0, high=999999)


COMMAND = Command(LAB, Config, fast={"steps": 200}, data=("breast-cancer",))
COMMAND.read(__name__)  # a mistyped option is told now, not after NumPy has loaded

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from labs.kit.checkpoint import Arrays
from labs.kit.data import Provenance, Tier, announce
from labs.kit.errors import DataError
from labs.kit.loop import Loop
from labs.kit.pictures import save_picture
from labs.kit.seeding import seed_everything
from labs.kit.verdict import conclude

Array = npt.NDArray[np.float64]

# N examples of D features: X (N, D), w (D,), b a number, y (N,) of zeros and ones.


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), for z of any size (P17); each branch has an exponent of 0 or less."""
    e = np.exp(-np.abs(z))
    positive: Array = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return positive


def loss(X: Array, y: Array, w: Array, b: float, l2: float) -> float:
    """The mean of -y ln a - (1 - y) ln(1 - a), plus l2 / 2N |w|^2 (P18, P50).

    ln a = -ln(1 + exp(-z)), so that an a of 0 or 1 in floating point makes no infinity.
    """
    z = X @ w + b
    return float(np.mean(np.logaddexp(0, z) - y * z) + l2 * (w @ w) / (2 * len(y)))


def gradient(X: Array, y: Array, w: Array, b: float, l2: float) -> tuple[Array, float]:
    """By w (D,) and b, all examples at once (P29): dz = a - y, dw = X^T dz / N, db = mean dz."""
    dz = sigmoid(X @ w + b) - y  # (N,)
    return (X.T @ dz + l2 * w) / len(y), float(dz.mean())


def gradient_by_loop(X: Array, y: Array, w: Array, b: float, l2: float) -> tuple[Array, float]:
    """The same, example by example and feature by feature (P25)."""
    N, D = X.shape
    dw, db = [0.0] * D, 0.0
    for i in range(N):
        z = b
        for j in range(D):
            z += X[i, j] * w[j]
        dz = float(sigmoid(np.array(z))) - y[i]
        for j in range(D):
            dw[j] += X[i, j] * dz / N
        db += dz / N
    return np.array([dw[j] + l2 * w[j] / N for j in range(D)]), db


def accuracy(X: Array, y: Array, w: Array, b: float) -> float:
    """The share for which the likelier class is the right one."""
    return float(((X @ w + b > 0) == (y == 1)).mean())


@dataclass(frozen=True)
class Data:
    """Each split's features (N, D) and labels (N,); what the features are called."""

    train: tuple[Array, Array]
    val: tuple[Array, Array]
    test: tuple[Array, Array]
    features: list[str]
    provenance: Provenance

    def standardised(self) -> Data:
        """By mean and deviation of the training split: nothing is learned from the others."""
        mean, deviation = self.train[0].mean(0), self.train[0].std(0)
        train, val, test = (
            ((X - mean) / deviation, y) for X, y in (self.train, self.val, self.test)
        )
        return Data(train, val, test, self.features, self.provenance)


def load(name: str, seed: int) -> Data:
    """60 % to train, 20 % to validate, 20 % to test, each class in proportion.

    Raises:
        DataError: the file is not what the lab reads, or has too few rows of a class.
    """
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    if name in ("auto", "breast-cancer"):
        found = load_breast_cancer()  # 1 is benign
        X, y, features = found.data, found.target.astype(float), list(map(str, found.feature_names))
        called, tier, origin = "breast-cancer", Tier.EMBEDDED, "scikit-learn"
    else:
        path = Path(name).expanduser()
        X, y, features = read_csv(path)
        called, tier, origin = f"local-{path.stem}", Tier.LOCAL, str(path)
    try:
        rest, X_test, y_rest, y_test = train_test_split(
            X, y, test_size=0.2, stratify=y, random_state=seed
        )
        X, X_val, y, y_val = train_test_split(
            rest, y_rest, test_size=0.25, stratify=y_rest, random_state=seed
        )
    except ValueError:
        raise DataError(f"{origin} has too few rows of a class: 5 or more are needed") from None
    sizes = {"train": len(y), "validation": len(y_val), "test": len(y_test)}
    return Data(
        (X, y), (X_val, y_val), (X_test, y_test), features, Provenance(called, tier, origin, sizes)
    )


def read_csv(path: Path) -> tuple[Array, Array, list[str]]:
    """X (N, D), y (N,) and the names of the columns, of a file with a heading: numbers, and in
    the last column the label, 0 or 1.

    Raises:
        DataError: it is not of that form.
    """
    try:
        heading, *lines = path.read_text(encoding="utf-8-sig").splitlines()
        rows = np.array([[float(cell) for cell in line.split(",")] for line in lines if line])
        X, y = rows[:, :-1], rows[:, -1]
    except (OSError, ValueError, IndexError) as error:
        raise DataError(
            f"{path} can't be read as a heading and rows of numbers, with commas: {error}"
        ) from None
    if not X.shape[1] or set(y) != {0.0, 1.0} or not np.isfinite(X).all():
        raise DataError(f"{path}: the last column has to be 0 or 1, both, and the others numbers")
    return X, y, heading.split(",")[:-1]


def descend(config: Config, run: Run, data: Data) -> tuple[Array, float, int]:
    """Gradient descent (P19); the weights (D,), the bias, and the step that they are of."""
    X, y = data.train
    w, b = np.zeros(X.shape[1]), np.zeros(1)
    with Loop(run, data.provenance, {"model": Arrays(w=w, b=b)}, steps=config.steps,
              watch="val/loss", lower_is_better=True) as loop:  # fmt: skip
        for step in loop.steps():
            before = loss(X, y, w, b[0], config.l2)
            dw, db = gradient(X, y, w, b[0], config.l2)
            w -= config.learning_rate * dw
            b -= config.learning_rate * db
            loop.step(
                {
                    "train/loss": before,
                    "gradient_norm": np.hypot(np.linalg.norm(dw), db),
                    "weight_norm": np.linalg.norm(w),
                },
                samples=len(y),
            )
            if (step + 1) % max(1, config.steps // 10) == 0:
                loop.validated({
                    "val/loss": loss(*data.val, w, b[0], 0.0),
                    "val/accuracy": accuracy(*data.val, w, b[0]),
                })  # fmt: skip
    return w, float(b[0]), loop.step_count


def compare_times(run: Run, X: Array, y: Array) -> None:
    """The loop against the matrices: the same numbers, and how many times faster (P25-P29)."""
    w, b = np.linspace(-1, 1, X.shape[1]), 0.1
    slow, by_loop = timed(lambda: gradient_by_loop(X, y, w, b, 1.0), 1)
    fast, by_matrix = timed(lambda: gradient(X, y, w, b, 1.0), 100)
    difference = max(np.abs(by_loop[0] - by_matrix[0]).max(), abs(by_loop[1] - by_matrix[1]))
    run.say(
        f"one gradient: {slow * 1e3:.1f} ms by loop, {fast * 1e6:.0f} µs by matrices, "
        f"{slow / fast:,.0f} times faster; they differ by at most {difference:.0e}"
    )


def timed(call: Callable[[], tuple[Array, float]], times: int) -> tuple[float, tuple[Array, float]]:
    """Seconds of one call, the mean of so many, and what it gave."""
    begin = time.perf_counter()
    for _ in range(times):
        given = call()
    return (time.perf_counter() - begin) / times, given


def compare_with_sklearn(
    config: Config, run: Run, data: Data, w: Array, b: float, step: int
) -> None:
    """scikit-learn minimises l2/2 |w|^2 + the sum of losses: N times ours, with C = 1 / l2."""
    from sklearn.linear_model import LogisticRegression

    if config.l2 == 0:
        return  # without a pull the minimum may lie at infinity, and every solver stops elsewhere
    other = LogisticRegression(C=1 / config.l2, tol=1e-8, max_iter=10_000).fit(*data.train)
    theirs = other.coef_[0]
    run.say(
        f"scikit-learn: test accuracy {other.score(*data.test) * 100:.1f} %, coefficients differ "
        f"by at most {np.abs(w - theirs).max():.1e}, the bias by {abs(b - other.intercept_[0]):.1e}"
    )
    largest = np.argsort(-np.abs(w))[:10]
    rows = [[data.features[j], round(w[j], 4), round(theirs[j], 4)] for j in largest]
    run.reporter.table("coefficients", ["feature", "ours", "scikit-learn"], rows, step=step)


def draw_boundary(run: Run, data: Data, step: int) -> None:
    """A unit that sees two features: its probability as grey, the test examples as dots."""
    if data.provenance.tier is not Tier.EMBEDDED:
        return  # which two features tell a student's own classes apart is not known here
    two = [data.features.index(name) for name in ("mean texture", "worst area")]
    seen = data.standardised()
    (X, y), (X_test, y_test) = seen.train, seen.test
    X, w, b = X[:, two], np.zeros(2), 0.0
    for _ in range(500):
        dw, db = gradient(X, y, w, b, 1.0)
        w, b = w - dw, b - db
    side, reach = 160, 3.0
    ticks = np.linspace(-reach, reach, side)
    plane = np.stack(np.meshgrid(ticks, ticks[::-1]), axis=-1)  # (side, side, 2), up is more
    picture = np.repeat(sigmoid(plane @ w + b)[..., None] * 155 + 50, 3, axis=2)
    for (x1, x2), label in zip(X_test[:, two], y_test, strict=True):
        column, row = (round((x + reach) / (2 * reach) * (side - 1)) for x in (x1, -x2))
        if 1 <= row < side - 1 and 1 <= column < side - 1:
            picture[row - 1 : row + 2, column - 1 : column + 2] = (
                (0, 90, 200) if label else (213, 94, 0)
            )
    path = run.reporter.artifacts / "boundary.png"
    if save_picture(picture.astype(np.uint8).repeat(3, 0).repeat(3, 1), path):
        run.reporter.image("boundary", path, step=step)


def main(config: Config, run: Run) -> None:
    """Time the two gradients, descend, and hold the result against scikit-learn's."""
    seed_everything(config.seed)
    raw = load(config.data, config.seed)
    data = raw.standardised() if config.standardise else raw
    announce(run, data.provenance, config.data, classes=2)
    compare_times(run, *data.train)
    w, b, step = descend(config, run, data)
    compare_with_sklearn(config, run, data, w, b, step)
    draw_boundary(run, raw, step)
    X, y = data.test
    majority = float((y == round(data.train[1].mean())).mean())
    conclude(run, "accuracy", accuracy(X, y, w, b), split="test", data=data.provenance,
             baseline=majority, examples=len(y))  # fmt: skip


if __name__ == "__main__":
    COMMAND.run(main)
