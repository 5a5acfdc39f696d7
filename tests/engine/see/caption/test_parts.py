from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from engine.canvas import framing
from engine.see.caption.parts import POINTS, Box, parts


def sheet(*things: Box, size: tuple[int, int] = (400, 300), ground: str = "white") -> Image.Image:
    """Rings that fill the boxes."""
    image = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(image)
    for x0, y0, x1, y1 in things:
        pen.ellipse((x0, y0, x1 - 1, y1 - 1), outline="black", width=5)
    return image


def boxes(image: Image.Image) -> tuple[Box, ...]:
    return tuple(part.box for part in parts(framing.sheet(image)))


LEFT, RIGHT = (20, 50, 120, 150), (200, 60, 320, 180)


def test_things_beside_each_other_stand_apart() -> None:
    assert boxes(sheet(LEFT, RIGHT)) == (LEFT, RIGHT)
    assert boxes(sheet(LEFT, RIGHT, ground="#204060")) == (LEFT, RIGHT)


def test_things_come_as_one_reads() -> None:
    four = ((10, 10, 110, 110), (150, 20, 250, 120), (20, 160, 120, 260), (140, 150, 240, 250))
    assert set(boxes(sheet(*four[::-1]))) == set(four)
    assert boxes(sheet(four[2], four[0])) == (four[0], four[2])


def test_one_thing_is_not_parted() -> None:
    assert boxes(sheet(LEFT)) == ()
    assert boxes(sheet((20, 50, 120, 150), (110, 60, 220, 180))) == ()
    assert boxes(sheet((20, 20, 220, 220), (80, 80, 120, 120))) == ()  # one within the other


def test_nothing_has_no_parts() -> None:
    assert boxes(Image.new("RGB", (30, 20), "white")) == ()
    assert boxes(Image.new("RGB", (1, 1), "black")) == ()


def test_a_thing_in_the_corner_of_anothers_box_stands_apart_and_is_seen_alone() -> None:
    image = Image.new("RGB", (400, 400), "white")
    pen = ImageDraw.Draw(image)
    pen.polygon([(20, 380), (20, 120), (380, 380)], outline="black", width=6)
    pen.ellipse((280, 10, 389, 129), outline="red", width=6)
    sun, hill = parts(framing.sheet(image))
    assert sun.box == (280, 10, 390, 130)
    assert hill.box[1] < sun.box[3]  # their boxes overlap
    assert len(hill.sheet.image.getcolors() or []) == 2  # nothing red in it


def test_a_narrow_band_parts_nothing() -> None:
    assert boxes(sheet((20, 50, 120, 150), (124, 50, 224, 150))) == ()
    assert len(boxes(sheet((20, 50, 120, 150), (132, 50, 232, 150)))) == 2


def test_something_small_beside_it_and_a_crowd_leave_it_whole() -> None:
    assert boxes(sheet((20, 20, 220, 220), (300, 40, 330, 70))) == ()
    crowd = [(20 + 75 * i, 20, 80 + 75 * i, 280) for i in range(5)]
    assert boxes(sheet(*crowd)) == ()
    assert len(boxes(sheet(*crowd[:4]))) == 4


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_one_thing_or_nothing(seed: int) -> None:
    assert len(boxes(Image.effect_noise((60, 50), 90 + seed).convert("RGB"))) == 0


def test_points_lie_on_all_lines_of_a_part_and_on_no_other() -> None:
    left, right = parts(framing.sheet(sheet(LEFT, RIGHT)))
    for part, (x0, y0, x1, y1) in ((left, LEFT), (right, RIGHT)):
        assert 100 < len(part.points) <= 2 * POINTS
        assert part.points.min(0) == pytest.approx((x0, y0), abs=4)
        assert part.points.max(0) == pytest.approx((x1, y1), abs=4)
