from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from engine.canvas.decoder import UnreadablePicture
from engine.canvas.framing import Box, drawn, ink, sheet

HOUSE: Box = (200, 150, 401, 351)  # where its pixels are


def house(ground: Any = "white", pen: Any = (20, 20, 30), size: tuple[int, int] = (640, 480)):
    """A house drawn with lines."""
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    draw.line([(204, 230), (300, 154), (396, 230)], fill=pen, width=6)
    draw.rectangle((203, 230, 397, 347), outline=pen, width=6)
    draw.rectangle((270, 280, 310, 347), outline=pen, width=6)
    return image


def around(box: Box, other: Box = HOUSE) -> bool:
    """Whether a box is the other, give or take a few pixels."""
    return all(abs(a - b) <= 9 for a, b in zip(box, other, strict=True))


def ruled(image: Image.Image, every: int, *, down: bool, slope: float = 0.0) -> Image.Image:
    pen = ImageDraw.Draw(image)
    for y in range(-60, image.height + 60, every):
        pen.line([(0, y), (image.width, y + slope * image.width)], fill=(170, 190, 225))
    if down:
        for x in range(-60, image.width + 60, every):
            pen.line([(x, 0), (x - slope * image.height, image.height)], fill=(170, 190, 225))
    image.paste((20, 20, 30), mask=house().convert("L").point([255] * 128 + [0] * 128))
    return image


def lit(image: Image.Image, low: int = 150, grain: float = 5.0) -> Image.Image:
    """Under a lamp at the left, with grain."""
    light = Image.linear_gradient("L").rotate(90).resize(image.size)
    light = light.point([low + (255 - low) * v // 255 for v in range(256)])
    pixels = np.asarray(image).astype(float) * (np.asarray(light)[..., None] / 255)
    pixels += np.random.default_rng(0).normal(0, grain, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def test_a_clean_drawing_stays_as_it_is() -> None:
    found = sheet(house())
    assert np.array_equal(np.asarray(found.image), np.asarray(house()))
    assert around(found.box)
    assert found.paper == (255, 255, 255)


@pytest.mark.parametrize("seed", range(5))
def test_specks_far_from_the_drawing_do_not_count(seed: int) -> None:
    image, rng = house(), random.Random(seed)
    for _ in range(3):
        image.putpixel((rng.randrange(500, 639), rng.randrange(0, 479)), (0, 0, 0))
    found = sheet(image)
    assert around(found.box)
    assert np.asarray(found.image)[:, 480:].min() == 255


def test_dots_that_belong_to_the_drawing_stay() -> None:
    image = house()
    for x in (240, 260):  # inside, and smoke above the roof
        ImageDraw.Draw(image).ellipse((x, 250, x + 4, 254), fill="black")
    ImageDraw.Draw(image).ellipse((330, 140, 336, 146), fill="black")
    assert ink(image)[252, 242]
    assert ink(image)[143, 333]


def test_a_drawing_of_dots_alone_is_whole() -> None:
    image = Image.new("RGB", (640, 480), "white")
    for x in range(40, 600, 80):
        ImageDraw.Draw(image).ellipse((x, 40 + x // 2, x + 12, 52 + x // 2), fill="black")
    left, upper, right, lower = sheet(image).box
    assert (left, upper) == (40, 60)
    assert (right, lower) == (533, 313)


@pytest.mark.parametrize("wide", [1, 5, 30])
@pytest.mark.parametrize("colour", [(0, 0, 0), (49, 51, 56), (200, 30, 30)])
def test_even_frames_are_no_part_of_the_drawing(wide: int, colour: tuple[int, int, int]) -> None:
    image = house()
    ImageDraw.Draw(image).rectangle((0, 0, 639, 479), outline=colour, width=wide)
    found = sheet(image)
    assert around(found.box)
    assert found.paper == (255, 255, 255)


def test_a_frame_with_nothing_in_it_is_what_is_drawn() -> None:
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).rectangle((6, 6, 293, 293), outline="black", width=5)
    assert sheet(image).box == (6, 6, 294, 294)


@pytest.mark.parametrize("contrast", [22, 38, 60])
def test_faint_pencil_is_seen(contrast: int) -> None:
    found = sheet(house(pen=(255 - contrast,) * 3))
    assert around(found.box)


@pytest.mark.parametrize(
    ("every", "down", "slope"), [(24, False, 0.0), (24, False, 0.05), (18, True, 0.0)]
)
def test_ruled_lines_are_taken_away(every: int, down: bool, slope: float) -> None:
    image = ruled(Image.new("RGB", (640, 480), "white"), every, down=down, slope=slope)
    found = sheet(image)
    assert around(found.box)
    assert np.asarray(found.image)[60, 40:140].mean() > 250


def test_stripes_that_are_drawn_stay() -> None:
    image = Image.new("RGB", (640, 480), "white")
    for y in range(200, 300, 20):
        ImageDraw.Draw(image).line([(150, y), (450, y)], fill="black", width=6)
        ImageDraw.Draw(image).line([(150, y), (450, y + 80)], fill="black", width=6)
    assert ink(image).sum() > 0.9 * (np.asarray(image.convert("L")) < 128).sum()


def test_shadow_and_grain_are_no_ink() -> None:
    image = lit(house())
    shadow = Image.new("L", image.size, 255)
    ImageDraw.Draw(shadow).polygon([(640, 0), (420, 0), (640, 300)], fill=180)
    soft = np.asarray(shadow.filter(ImageFilter.GaussianBlur(15)))[..., None] / 255
    image = Image.fromarray((np.asarray(image) * soft).astype(np.uint8))
    assert around(sheet(image).box)


def test_a_table_around_the_sheet_is_no_ink() -> None:
    table = Image.new("RGB", (900, 700), (90, 66, 50))
    turned = house().convert("RGBA").rotate(5, Image.Resampling.BICUBIC, expand=True)
    table.paste(turned, (110, 90), turned)
    left, upper, right, lower = sheet(lit(table, 200)).box
    assert 250 < left < 340
    assert right < 560
    assert upper > 200
    assert lower < 520


def test_a_hand_in_the_picture_is_no_ink() -> None:
    image = house()
    ImageDraw.Draw(image).ellipse((470, 330, 640, 560), fill=(205, 150, 120))
    assert around(sheet(lit(image, 200)).box)


def test_a_photograph_of_something_else_stays_whole() -> None:
    noise = Image.effect_noise((64, 48), 120).resize((640, 480), Image.Resampling.BICUBIC)
    image = Image.merge("RGB", [noise, noise.rotate(90).resize((640, 480)), noise.rotate(180)])
    found = sheet(image)
    assert found.box == (0, 0, 640, 480)
    assert np.array_equal(np.asarray(found.image), np.asarray(image))


@pytest.mark.parametrize("image", [
    Image.new("RGB", (300, 200), "white"),
    Image.new("RGB", (1, 1), "black"),
    lit(Image.new("RGB", (640, 480), "white")),
    lit(Image.new("RGB", (640, 480), (235, 228, 205)), 120, 9.0),
    ruled(Image.new("RGB", (640, 480), "white"), 24, down=True).crop((0, 0, 190, 140)),
])  # fmt: skip
def test_nothing_is_drawn_on_blank_paper(image: Image.Image) -> None:
    assert sheet(image).blank
    with pytest.raises(UnreadablePicture, match="nothing is drawn here"):
        drawn(image)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (700, 2), (3, 3)])
def test_thin_pictures_do_no_harm(size: tuple[int, int]) -> None:
    found = sheet(Image.effect_noise(size, 90).convert("RGB"))
    assert found.image.size == size
    assert found.ink.shape == size[::-1]
