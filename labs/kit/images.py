"""Labelled pictures as tensors: scikit-learn's digits, MNIST, or a folder.

Pictures are float32 in 0..1, shaped (count, channels, height, width); labels are int64 (count,).
"""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from labs.kit.data import Provenance, Tier
from labs.kit.errors import DataError, first_line
from labs.kit.hub import tables_from_hub
from labs.kit.local import files_under, tables_in
from labs.kit.pictures import decode

if TYPE_CHECKING:
    import pyarrow

MNIST = "ylecun/mnist"
MNIST_COUNTS = (
    (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
    (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
)
"""How often each digit is in MNIST's 60,000 and 10,000. They tell the real MNIST, wherever it
was had, from a cut of it and from other sets of its shape."""

SPLIT_SEED = 0
"""Not the run's seed: every run holds back the same pictures, so that runs can be compared."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Split:
    """Pictures (count, channels, height, width) and labels (count,)."""

    pictures: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def to(self, device: torch.device) -> Split:
        """The same on a device."""
        return Split(self.pictures.to(device), self.labels.to(device))


@dataclass(frozen=True, slots=True)
class Images:
    """A data set in its three splits."""

    train: Split
    val: Split
    test: Split
    classes: tuple[str, ...]
    provenance: Provenance

    def majority(self) -> float:
        """Test accuracy of always answering the commonest class of the training split."""
        commonest = self.train.labels.bincount(minlength=len(self.classes)).argmax()
        return int((self.test.labels == commonest).sum()) / len(self.test)


def load_images(name: str) -> Images:
    """The set that `--data` names.

    Raises:
        DataError: it can't be had or read.
    """
    if name in ("auto", "digits"):
        return digits()
    if name == "mnist":
        return mnist_from_hub()
    return images_in(Path(name).expanduser())


def digits() -> Images:
    """scikit-learn's 1,797 digits of 8x8: 60 % to train, 20 % to validate, 20 % to test.

    They are the test part of a UCI set and come from 13 people, all of whom are in each split: a
    stranger's handwriting would be harder.
    """
    from sklearn.datasets import load_digits

    found = load_digits()
    pictures = found.images[..., None].astype(np.float32) / 16  # (1797, 8, 8, 1), 16 grey levels
    rest, test = hold_back(found.target, 0.2)
    train, val = hold_back(found.target[rest], 0.25)
    parts = {"train": rest[train], "validation": rest[val], "test": test}
    return _images(
        {split: (pictures[index], found.target[index]) for split, index in parts.items()},
        name="digits", tier=Tier.EMBEDDED, origin="scikit-learn",
    )  # fmt: skip


def mnist_from_hub() -> Images:
    """MNIST from the hub or a mirror; a mirror's cut of it gets a name of its own."""
    tables, origin = tables_from_hub(MNIST, instead="digits")
    parts = {split: _from_table(table, MNIST) for split, table in tables.items()}
    name = "mnist"
    if not _is_mnist(parts):
        name = "mnist-cut-" + "-".join(str(len(labels)) for _, labels in parts.values())
    return _images(parts, name=name, tier=Tier.HUB, origin=origin)


def images_in(folder: Path) -> Images:
    """Pictures of the student's: parquet as the hub has it, or MNIST's own idx files. They are
    `mnist` if they are, and else `local-` with the folder's name, whatever that is."""
    parts = _idx_parts(folder)
    if not parts:
        parts = {split: _from_table(t, str(folder)) for split, t in tables_in(folder).items()}
    if not parts:
        raise DataError(
            f"{folder} holds no pictures that can be read: parquet files as on the hub "
            "(train-*.parquet, test-*.parquet) or MNIST's idx files (train-images-idx3-ubyte, ...)"
        )
    name = "mnist" if _is_mnist(parts) else re.sub(r"\W+", "-", f"local-{folder.resolve().name}")
    return _images(parts, name=name, tier=Tier.LOCAL, origin=str(folder))


def hold_back(labels: Array, fraction: float) -> tuple[Array, Array]:
    """Indices to keep and to hold back, each class in proportion.

    Raises:
        DataError: there are too few examples of a class.
    """
    from sklearn.model_selection import train_test_split

    try:
        kept, held = train_test_split(
            np.arange(len(labels)), test_size=fraction, stratify=labels, random_state=SPLIT_SEED
        )
    except ValueError as error:
        raise DataError(f"the pictures cannot be split: {first_line(error)}") from None
    return kept, held


def _images(
    parts: Mapping[str, tuple[Array, Array]], *, name: str, tier: Tier, origin: str
) -> Images:
    """Tensors out of arrays (count, height, width, channels); a set without a validation split
    gives a tenth of its training split."""
    missing = [split for split in ("train", "test") if split not in parts]
    if missing:
        raise DataError(f"{origin} has no {missing[0]} split, only {', '.join(parts)}")
    parts = dict(parts)
    if "validation" not in parts:
        pictures, labels = parts["train"]
        kept, held = hold_back(labels, 0.1)
        parts["train"] = pictures[kept], labels[kept]
        parts["validation"] = pictures[held], labels[held]
    shapes = {split: pictures.shape[1:] for split, (pictures, _) in parts.items()}
    if len(set(shapes.values())) > 1:
        raise DataError(f"{origin} has pictures of several sizes: {shapes}")
    splits = {split: _split(*part) for split, part in parts.items()}
    count = 1 + max(int(labels.max(initial=0)) for _, labels in parts.values())
    return Images(
        train=splits["train"],
        val=splits["validation"],
        test=splits["test"],
        classes=tuple(str(c) for c in range(count)),
        provenance=Provenance(
            name, tier, origin, {s: len(splits[s]) for s in ("train", "validation", "test")}
        ),
    )


def _split(pictures: Array, labels: Array) -> Split:
    if pictures.dtype == np.uint8:
        pictures = pictures.astype(np.float32) / 255
    tensor = torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous()
    return Split(tensor, torch.from_numpy(labels.astype(np.int64)))


def _is_mnist(parts: Mapping[str, tuple[Array, Array]]) -> bool:
    counts = tuple(
        tuple(int(n) for n in np.bincount(parts[split][1], minlength=10))
        for split in ("train", "test")
        if split in parts
    )
    return counts == MNIST_COUNTS and parts["test"][0].shape[1:3] == (28, 28)


def _from_table(table: pyarrow.Table, origin: str) -> tuple[Array, Array]:
    """Pictures (count, height, width, channels) and labels out of the hub's columns."""
    columns = table.column_names
    picture = next((c for c in ("image", "img") if c in columns), None)
    if picture is None or "label" not in columns:
        raise DataError(
            f"{origin} has the columns {', '.join(columns)}, and pictures need image and label"
        )
    labels = table.column("label").to_numpy()
    if labels.dtype.kind not in "iu" or len(labels) == 0 or labels.min() < 0:
        raise DataError(f"{origin} has labels that are no class numbers")
    try:
        rows = table.column(picture).to_pylist()
        files = [row["bytes"] for row in rows]
    except (TypeError, KeyError):
        raise DataError(f"{origin} has no picture files in its column {picture}") from None
    return decode(files, origin), labels


def _idx_parts(folder: Path) -> dict[str, tuple[Array, Array]]:
    """MNIST's own files, plain or gzipped, as `torchvision` and others leave them."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder")
    found: dict[tuple[str, str], Path] = {}
    for path in files_under(folder):
        match = re.match(r"(train|t10k|test)-(images|labels)[.-]idx\d-ubyte(\.gz)?$", path.name)
        if match:
            found.setdefault(("train" if match[1] == "train" else "test", match[2]), path)
    parts = {}
    for split in ("train", "test"):
        if (split, "images") in found and (split, "labels") in found:
            pictures = _read_idx(found[split, "images"])
            labels = _read_idx(found[split, "labels"])
            if pictures.ndim != 3 or labels.ndim != 1 or len(pictures) != len(labels):
                raise DataError(f"{folder}: the {split} pictures and labels do not belong together")
            parts[split] = pictures[..., None], labels
    return parts


def _read_idx(path: Path) -> Array:
    """An array in MNIST's format: two zero bytes, a type, the number of axes, their lengths.

    http://yann.lecun.com/exdb/mnist/
    """
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        zero, kind, axes = struct.unpack(">HBB", data[:4])
        if zero != 0 or kind != 8:
            raise DataError(f"{path} is not an idx file of bytes")
        shape = struct.unpack(f">{axes}I", data[4 : 4 + 4 * axes])
        return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)
    except (OSError, EOFError, zlib.error, struct.error, ValueError) as error:
        raise DataError(f"{path} cannot be read: {first_line(error)}") from None
