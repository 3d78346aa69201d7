"""What a run needs to go on exactly where it was, in one file that is whole or not there.

A checkpoint holds tensors, numbers and text only, and is read with `weights_only=True`: a file
from somebody else can run no code.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

import numpy.typing as npt
import torch
from torch import Tensor

from labs.kit.errors import CheckpointError, first_line

FORMAT = 1


class Part(Protocol):
    """What a checkpoint saves: a network, an optimizer, a schedule, `Arrays`."""

    def state_dict(self) -> Mapping[str, Any]: ...

    def load_state_dict(self, state_dict: Any, /) -> Any: ...


class Arrays:
    """Parameters of a lab that is written in NumPy, as a part of a checkpoint."""

    def __init__(self, **arrays: npt.NDArray[Any]) -> None:
        self.arrays = arrays

    def state_dict(self) -> dict[str, Tensor]:
        """Copies, as tensors."""
        return {name: torch.from_numpy(array.copy()) for name, array in self.arrays.items()}

    def load_state_dict(self, state_dict: Mapping[str, Tensor], /) -> None:
        """Into the arrays themselves, so that whoever holds them sees the values."""
        for name, array in self.arrays.items():
            array[...] = state_dict[name].numpy()


@dataclass(frozen=True)
class Checkpoint:
    """A run at the end of a step.

    `epoch` and `batch` count what is done: `batch` batches of the epoch `epoch`, which counts
    from 0. `watched` is the figure by which the best checkpoint is chosen, None before the first
    validation.
    """

    lab: str
    settings: dict[str, Any]
    data: dict[str, Any]
    step: int
    epoch: int
    batch: int
    watched: float | None
    parts: dict[str, Any]
    generators: dict[str, Any]


def save(checkpoint: Checkpoint, path: Path, *, also: Path | None = None) -> None:
    """Write beside `path`, then rename, so that a kill at any moment leaves the former one.

    `also` gets the same contents, by a link where the file system has them.

    Raises:
        CheckpointError: the disk is full or gone; the former checkpoint is still there.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    contents = {f.name: getattr(checkpoint, f.name) for f in fields(checkpoint)}
    try:
        with beside.open("wb") as file:
            torch.save({"format": FORMAT, **contents}, file)
            file.flush()
            os.fsync(file.fileno())
        if also is not None:
            _link(beside, also)
        beside.replace(path)
        _sync_directory(path.parent)
    except (OSError, RuntimeError) as error:
        # torch's own writer turns a full disk into a RuntimeError.
        beside.unlink(missing_ok=True)
        raise CheckpointError(f"{path} could not be saved: {first_line(error)}") from None


def load(path: Path, *, lab: str) -> Checkpoint:
    """Read a checkpoint onto the CPU.

    Raises:
        CheckpointError: it is corrupt, holds more than data, or is another lab's.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from None
    try:
        with file:
            found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # damage shows as almost any
        if "Unsupported global" in str(error):
            why = "it holds more than tensors and numbers, so it is not loaded"
        else:
            why = "it is damaged, or no checkpoint at all"
        raise CheckpointError(f"{path}: {why}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a checkpoint of these labs (format {FORMAT})")
    missing = [f.name for f in fields(Checkpoint) if f.name not in found]
    if missing:
        raise CheckpointError(f"{path} lacks {', '.join(missing)}")
    if found["lab"] != lab:
        raise CheckpointError(f"{path} is a checkpoint of the lab {found['lab']}, not of {lab}")
    return Checkpoint(**{f.name: found[f.name] for f in fields(Checkpoint)})


def load_parts(saved: Mapping[str, Any], parts: Mapping[str, Part], path: Path) -> None:
    """Put the saved states into the parts of the same names.

    Raises:
        CheckpointError: a part is missing or has another shape; the line names the first tensor.
    """
    for name, part in parts.items():
        if name not in saved:
            raise CheckpointError(f"{path} has no {name}, only {', '.join(saved)}")
        difference = _difference(part.state_dict(), saved[name])
        if difference:
            raise CheckpointError(f"{path} does not fit the {name}: {difference}")
        try:
            part.load_state_dict(saved[name])
        except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckpointError(f"{path} does not fit the {name}: {first_line(error)}") from None


def _difference(here: Mapping[str, Any], there: Mapping[str, Any]) -> str | None:
    """The first tensor that is not alike, in words. Optimizers hold no tensor by name; they are
    told by `load_state_dict` itself."""
    for name, tensor in here.items():
        if not isinstance(tensor, Tensor):
            continue
        if name not in there:
            return f"{name} is not in it"
        if there[name].shape != tensor.shape:
            return f"{name} is {_shape(there[name])} there and {_shape(tensor)} here"
    extra = [n for n, value in there.items() if isinstance(value, Tensor) and n not in here]
    return f"{extra[0]} is only in it" if extra else None


def _shape(tensor: Tensor) -> str:
    return "x".join(str(n) for n in tensor.shape) or "a number"


def _link(source: Path, target: Path) -> None:
    """Give the file a second name, or copy it where that cannot be, replacing `target`."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        os.link(source, beside)
    except OSError:
        shutil.copyfile(source, beside)
    beside.replace(target)


def _sync_directory(directory: Path) -> None:
    """Make a rename last through a power cut; Windows has no such call."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
