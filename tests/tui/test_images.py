"""Pictures in a terminal, and files that are none."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from studylab.tui import images
from studylab.tui.images import NoPicture, half_blocks, load, shades

BLACK = (0, 0, 0)
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a picture.png"


def colours(file: Path, width: int, height: int) -> list[list[images.Colour]]:
    pixels = load(file, width, height, BLACK)
    return [pixels.row(y) for y in range(pixels.height)]


def test_two_pixels_a_cell(file: Path) -> None:
    image = Image.new("RGB", (2, 3))
    for place, colour in enumerate((RED, GREEN, BLUE, RED, GREEN, GREEN)):
        image.putpixel((place % 2, place // 2), colour)
    image.save(file)
    assert colours(file, 3, 5) == [[RED, GREEN], [BLUE, RED], [GREEN, GREEN]]
    first, second = half_blocks(load(file, 3, 5, BLACK))
    assert [segment.text for segment in first] == ["▀", "▀"]
    styles = [segment.style for segment in first if segment.style]
    assert [style.color.triplet for style in styles if style.color] == [RED, GREEN]
    assert [style.bgcolor.triplet for style in styles if style.bgcolor] == [BLUE, RED]
    (rest,) = second
    assert rest.text == "▀▀"
    assert rest.style
    assert rest.style.bgcolor is None


@pytest.mark.parametrize(
    ("size", "room", "expected"),
    [
        ((28, 28), (100, 60), (56, 56)),
        ((28, 28), (40, 40), (28, 28)),
        ((1000, 10), (100, 60), (100, 1)),
        ((10, 4000), (100, 60), (1, 60)),
        ((4, 4), (1000, 1000), (32, 32)),
    ],
)
def test_it_fits(file: Path, size, room, expected) -> None:
    Image.new("RGB", size).save(file)
    pixels = load(file, *room, BLACK)
    assert (pixels.width, pixels.height) == expected
    assert pixels.original == size
    assert len(half_blocks(pixels)) == -(-expected[1] // 2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel(file: Path, mode: str) -> None:
    white = {"LA": (255, 255), "RGB": (255,) * 3, "RGBA": (255,) * 4, "I;16": 65535}.get(mode, 255)
    Image.new(mode, (3, 3), white).save(file)
    if mode == "P":
        assert colours(file, 9, 9)
    else:
        assert set(colours(file, 9, 9)[0]) == {(255, 255, 255)}
    assert colours(file, 2, 2)


def test_what_is_transparent_shows_the_background(file: Path) -> None:
    Image.new("RGBA", (1, 1), (255, 0, 0, 0)).save(file)
    assert load(file, 1, 1, BLUE).row(0) == [BLUE]


def test_without_colours_it_is_drawn_in_characters(file: Path) -> None:
    image = Image.new("L", (2, 1), 0)
    image.putpixel((1, 0), 255)
    image.save(file)
    (strip,) = shades(load(file, 2, 2, BLACK))
    assert strip.text == " @"


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no picture that is known"),
        (b"not a picture at all\x1b[31m", "no picture that is known"),
        (b"%!PS-Adobe\n(a program)", "no picture that is known"),
        (png(100, 100, b"\0" * 50), "is broken"),
        (png(100, 100, b"\0" * 10100)[:60], "is broken"),
        (png(60_000, 60_000, b"\0"), "too large"),
        (png(10_000, 10_000, b"\0"), "too large to be shown: 10,000 × 10,000"),
        (png(0, 0, b""), "a picture.png"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_is_no_picture_is_told_in_a_line(file: Path, data: bytes, told: str) -> None:
    file.write_bytes(data)
    with pytest.raises(NoPicture) as caught:
        load(file, 10, 10, BLACK)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_gone_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoPicture, match="is not there"):
        load(tmp_path / "gone.png", 10, 10, BLACK)
    with pytest.raises(NoPicture):
        load(tmp_path, 10, 10, BLACK)


def test_a_file_that_is_too_large_is_not_even_opened(file: Path, monkeypatch) -> None:
    Image.new("RGB", (1, 1)).save(file)
    monkeypatch.setattr(images, "MOST_BYTES", 10)
    with pytest.raises(NoPicture, match="too large"):
        load(file, 10, 10, BLACK)
