from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing, InvalidDrawing, polyline
from engine.canvas.patch import MAX_PATCH_BYTES, MAX_PATCHES, Patch
from engine.canvas.render import to_image
from engine.canvas.svg import to_svg


def file(colour: Any, size: tuple[int, int] = (8, 8), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(out, kind)
    return out.getvalue()


def patched(*patches: Patch) -> Drawing:
    """A black line across the middle, on patches."""
    return Drawing(64, 64, tuple(polyline([(0, 32), (64, 32)], 6.0)), patches=patches)


LEFT = Patch(file("red"), (32.0, 0.0, 0.0, 64.0, 0.0, 0.0))
RIGHT = Patch(file("blue", kind="JPEG"), (32.0, 0.0, 0.0, 64.0, 32.0, 0.0), 0.5)


@pytest.mark.parametrize("size", [64, 128])
def test_pictures_lie_beneath_the_strokes(size: int) -> None:
    image = to_image(patched(LEFT, RIGHT).scaled(size), 64)
    assert image.getpixel((10, 10)) == (255, 0, 0)
    red, green, blue = image.getpixel((50, 10))  # type: ignore[misc]
    assert abs(red - 127) < 3
    assert abs(green - 127) < 3
    assert blue > 250
    assert image.getpixel((10, 32)) == image.getpixel((50, 32)) == (0, 0, 0)


def test_pictures_go_where_the_strokes_go() -> None:
    tall = Drawing(32, 64, patches=(Patch(file("red"), (16.0, 0.0, 0.0, 16.0, 0.0, 0.0)),))
    square = to_image(tall.fitted(64), 64)
    assert square.getpixel((8, 8)) == (255, 255, 255)
    assert square.getpixel((20, 8)) == (255, 0, 0)
    back = tall.fitted(64).middle(0.5, 1.0)
    assert to_image(back, 64).getpixel((4, 4)) == (255, 0, 0)


def test_a_turned_picture_is_turned_as_the_matrix_says() -> None:
    halves = Image.new("RGB", (2, 1), "red")
    halves.putpixel((1, 0), (0, 0, 255))
    out = io.BytesIO()
    halves.resize((8, 4), Image.Resampling.NEAREST).save(out, "PNG")
    turned = Drawing(64, 64, patches=(Patch(out.getvalue(), (0.0, 64.0, -64.0, 0.0, 64.0, 0.0)),))
    image = to_image(turned, 64)
    assert image.getpixel((32, 8)) == (255, 0, 0)  # what was left is above
    assert image.getpixel((32, 56)) == (0, 0, 255)


def test_json_names_each_file_once_and_brings_them_back() -> None:
    drawing = patched(LEFT, RIGHT, LEFT.placed(0.5))
    data = drawing.to_dict()
    assert len(data["pictures"]) == 2
    assert Drawing.from_json(drawing.to_json()).patches == drawing.patches
    assert to_svg(Drawing.from_json(drawing.to_json())) == to_svg(drawing)
    assert "pictures" not in patched().to_dict()


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"GIF89a", "a PNG or a JPEG"), (file("red", (513, 1)), "at most 512 pixels a side, not 513")],
)
def test_a_picture_is_a_small_png_or_jpeg(data: bytes, says: str) -> None:
    with pytest.raises(InvalidDrawing, match=says):
        Patch(data, LEFT.matrix)


@pytest.mark.parametrize(
    "change",
    [
        {"pictures": ["no base64!"]},
        {"pictures": ["R0lGODlh"]},
        {"pictures": [3]},
        {"pictures": []},
        {"pictures": None},
        {"patches": [{"picture": 1, "matrix": [1, 0, 0, 1, 0, 0], "opacity": 1}]},
        {"patches": [{"picture": -1, "matrix": [1, 0, 0, 1, 0, 0], "opacity": 1}]},
        {"patches": [{"picture": 0, "matrix": [1, 0, 0, 1, 0], "opacity": 1}]},
        {"patches": [{"picture": 0, "matrix": [1e300, 0, 0, 1, 0, 0], "opacity": 1}]},
        {"patches": [{"picture": 0, "matrix": [1, 0, 0, 1, 0, float("nan")], "opacity": 1}]},
        {"patches": [{"picture": 0, "matrix": [1, 0, 0, 1, 0, 0], "opacity": 2}]},
        {"patches": [{"picture": 0}]},
        {"patches": 7},
        {"patches": [{"picture": 0, "matrix": [1] * 6, "opacity": 1}] * (MAX_PATCHES + 1)},
        {"pictures": ["A" * (2 * MAX_PATCH_BYTES)]},
    ],
)
def test_what_is_no_patch_is_no_drawing(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidDrawing):
        Drawing.from_dict(patched(LEFT).to_dict() | change)


def test_pictures_of_a_drawing_are_small_together() -> None:
    noise = [Image.effect_noise((400, 400), 90 + i) for i in range(5)]
    files = []
    for image in noise:
        out = io.BytesIO()
        image.save(out, "PNG")
        files.append(out.getvalue())
    with pytest.raises(InvalidDrawing, match="bytes"):
        patched(*(Patch(data, LEFT.matrix) for data in files))
