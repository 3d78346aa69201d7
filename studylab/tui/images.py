"""Pictures in a terminal: read with care, made small, and drawn in half blocks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from studylab.language import _
from studylab.plain import one_line
from studylab.problem import Unusable

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MOST_BYTES = 64 << 20
MOST_PIXELS = 40_000_000
LARGEST_ZOOM = 8
"""A small picture is enlarged so many times at most, its pixels left square."""
RAMP = " .:-=+*#%@"
"""From dark to bright, for terminals without colours."""

Colour = tuple[int, int, int]


class NoPicture(Unusable):
    """A file that can't be shown as a picture."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture made to fit. `data` has three bytes a pixel, row by row."""

    width: int
    height: int
    data: bytes
    original: tuple[int, int]
    """How wide and high the file's picture is."""

    def row(self, y: int) -> list[Colour]:
        """The colours of one row; none below the last."""
        if y >= self.height:
            return []
        row = self.data[y * self.width * 3 : (y + 1) * self.width * 3]
        return list(zip(row[::3], row[1::3], row[2::3], strict=True))


def load(path: Path, width: int, height: int, background: Colour) -> Pixels:
    """The picture in a file, to fit `width` by `height` pixels.

    Raises:
        NoPicture: it is broken, none at all, or too large to be opened.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ModuleNotFoundError:
        raise NoPicture(
            _("pictures are read with Pillow; to have it: pip install pillow")
        ) from None
    name = one_line(path.name, 60)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NoPicture(_("{name} is too large to be shown", name=name))
        with warnings.catch_warnings():
            # Its own limit lies above ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(path, formats=FORMATS)
        with image:
            original = image.size
            if original[0] * original[1] > MOST_PIXELS:
                raise NoPicture(
                    _(
                        "{name} is too large to be shown: {width:,} × {height:,} pixels",
                        name=name,
                        width=original[0],
                        height=original[1],
                    )
                )
            image.draft("RGB", (width, height))
            fitted = _on(_eight_bits(image), width, height, background)
            return Pixels(*fitted.size, fitted.tobytes(), original)
    except NoPicture:
        raise
    except FileNotFoundError:
        raise NoPicture(_("the picture {path} is not there", path=name)) from None
    except Image.DecompressionBombError:
        raise NoPicture(_("{name} is too large to be shown", name=name)) from None
    except UnidentifiedImageError:
        known = ", ".join(FORMATS)
        raise NoPicture(_("{name} is no picture that is known here ({known})", name=name,
                          known=known)) from None  # fmt: skip
    except Exception as error:
        # Decoders raise whatever they like on files that are broken.
        why = one_line(str(error), 200) or type(error).__name__
        raise NoPicture(_("{name} is broken: {error}", name=name, error=why)) from error


def _eight_bits(image: Image) -> Image:
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image


def _on(image: Image, width: int, height: int, background: Colour) -> Image:
    from PIL import Image as pillow  # noqa: N813 - `Image` is the type here

    scale = min(width / image.width, height / image.height)
    if scale < 1:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        if image.mode in ("1", "P"):
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        image = image.resize(size, pillow.Resampling.BOX, reducing_gap=3.0)
    elif scale >= 2:
        times = min(LARGEST_ZOOM, int(scale))
        size = image.width * times, image.height * times
        image = image.resize(size, pillow.Resampling.NEAREST)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        ground = pillow.new("RGBA", image.size, (*background, 255))
        image = pillow.alpha_composite(ground, image.convert("RGBA"))
    return image.convert("RGB")


def half_blocks(pixels: Pixels) -> list[Strip]:
    """Two pixels a cell, one above the other."""
    strips = []
    for y in range(0, pixels.height, 2):
        upper, lower = pixels.row(y), pixels.row(y + 1)
        pairs: Iterator[tuple[Colour, Colour | None]] = (
            zip(upper, lower, strict=True) if lower else ((colour, None) for colour in upper)
        )
        segments = [Segment("▀" * len(list(run)), _style(*pair)) for pair, run in groupby(pairs)]
        strips.append(Strip(segments, pixels.width))
    return strips


def shades(pixels: Pixels) -> list[Strip]:
    """A character a cell, denser where it is brighter."""
    strips = []
    for y in range(0, pixels.height, 2):
        upper, lower = pixels.row(y), pixels.row(y + 1) or pixels.row(y)
        text = "".join(
            RAMP[int((_bright(a) + _bright(b)) / 2 / 256 * len(RAMP))]
            for a, b in zip(upper, lower, strict=True)
        )
        strips.append(Strip([Segment(text)], pixels.width))
    return strips


def _bright(colour: Colour) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


@lru_cache(maxsize=8192)
def _style(upper: Colour, lower: Colour | None) -> Style:
    under = Color.from_rgb(*lower) if lower else None
    return Style(color=Color.from_rgb(*upper), bgcolor=under)
