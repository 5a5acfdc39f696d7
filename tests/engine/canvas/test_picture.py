from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.canvas.picture import UnreadablePicture, open_picture, read_picture


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A valid header that promises width × height pixels, and a few bytes of data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_common_formats_open(kind: str) -> None:
    assert open_picture(encoded(Image.new("RGB", (9, 7), "red"), kind)).size == (9, 7)


def test_transparency_becomes_white() -> None:
    picture = open_picture(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0))))
    assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_not_clipped() -> None:
    grey = Image.fromarray(np.array([[0, 257 * 90], [257 * 217, 65535]], np.uint16))
    picture = open_picture(encoded(grey))
    assert [picture.getpixel((x, y))[0] for y in (0, 1) for x in (0, 1)] == [0, 90, 217, 255]  # type: ignore[index]


@pytest.mark.parametrize("side", [20_000, 50_000])
def test_too_many_pixels_are_refused_before_decoding(side: int) -> None:
    with pytest.raises(UnreadablePicture, match="pixels"):
        open_picture(huge_png(side, side))


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePicture, match="not a picture"):
        open_picture(data)


def test_a_cut_off_picture_is_refused() -> None:
    data = encoded(Image.effect_noise((200, 200), 50))
    with pytest.raises(UnreadablePicture):
        open_picture(data[: len(data) // 2])


def test_svg_and_json_files_are_read_as_drawings(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<path d="M0 0L9 9" stroke="red"/></svg>'
    )
    assert read_picture(path).size == (512, 512)
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(UnreadablePicture):
        read_picture(tmp_path / "b.json")
