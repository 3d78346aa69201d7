"""Picture files to arrays and back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from labs.kit.errors import DataError, first_line

if TYPE_CHECKING:
    from PIL.Image import Image

Bytes = npt.NDArray[np.uint8]


def decode(files: Sequence[bytes], origin: str) -> Bytes:
    """Pictures of one size, as (count, height, width, channels); grey ones have one channel.

    Raises:
        DataError: one cannot be read, or they differ in size.
    """
    try:
        from PIL import Image
    except ModuleNotFoundError:
        raise DataError(f"{origin} holds picture files; to read them: pip install pillow") from None
    try:
        first = _plain(Image.open(io.BytesIO(files[0])))
        height, width = first.height, first.width
        out = np.empty((len(files), height, width, len(first.getbands())), np.uint8)
        for index, file in enumerate(files):
            picture = _plain(Image.open(io.BytesIO(file)))
            out[index] = np.asarray(picture).reshape(height, width, -1)
    except ValueError:
        sizes = f"{width}x{height} and {picture.width}x{picture.height}"
        raise DataError(f"{origin} has pictures of several sizes or kinds: {sizes}") from None
    except (OSError, TypeError) as error:
        raise DataError(f"{origin} has a picture that can't be read: {first_line(error)}") from None
    return out


def grid(pictures: Bytes, columns: int, *, scale: int = 4) -> Bytes:
    """Pictures (count, height, width, channels) side by side, each pixel `scale` wide, with a
    white line between them."""
    large = pictures.repeat(scale, axis=1).repeat(scale, axis=2)
    framed = np.pad(large, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=255)
    count, height, width, channels = framed.shape
    rows = -(-count // columns)
    blank = np.full((rows * columns - count, height, width, channels), 255, np.uint8)
    cells = np.concatenate([framed, blank]).reshape(rows, columns, height, width, channels)
    return cells.swapaxes(1, 2).reshape(rows * height, columns * width, channels)


def save_picture(picture: Bytes, path: Path) -> bool:
    """Save (height, width, channels) as the file name says; False where Pillow is not there."""
    try:
        from PIL import Image
    except ModuleNotFoundError:
        return False
    Image.fromarray(picture.squeeze(2) if picture.shape[2] == 1 else picture).save(path)
    return True


def _plain(picture: Image) -> Image:
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
