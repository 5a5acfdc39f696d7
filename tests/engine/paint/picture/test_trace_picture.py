from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from engine.canvas.drawing import BLACK, WHITE, Drawing
from engine.canvas.render import to_image
from engine.paint.colour.shades import oklab
from engine.paint.options import INKS, Ink
from engine.paint.picture.edge_lines import edges, lines
from engine.paint.picture.trace_picture import Traced, background, sheet, trace, wanted


def ball(side: int = 300, at: tuple[int, int] = (150, 150), radius: int = 90) -> Image.Image:
    image = Image.new("RGB", (side, side), "white")
    x, y = at
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill="#d2141e")
    return image


def sunset(width: int = 320, height: int = 240) -> Image.Image:
    """Orange above blue, up to the border."""
    image = Image.new("RGB", (width, height), "#ff8c28")
    ImageDraw.Draw(image).rectangle((0, height * 0.6, width, height), fill="#19326e")
    return image.filter(ImageFilter.GaussianBlur(2))


def traced(image: Image.Image, ink: Ink, strokes: int = 32, seed: int = 0) -> Traced:
    return trace(sheet(image), strokes, ink, np.random.default_rng(seed))


def shown(drawing: Drawing, side: int = 64) -> np.ndarray:
    return np.asarray(to_image(drawing, side), np.float64) / 255


def is_red(pixels: np.ndarray) -> np.ndarray:
    return (pixels[..., 0] > 0.5) & (pixels[..., 1] < 0.4) & (pixels[..., 2] < 0.4)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("ink", ["marker", "paint"])
def test_a_red_ball_is_red_and_round(ink: Ink) -> None:
    picture = sheet(ball())
    drawn = traced(ball(), ink).drawing
    assert drawn.background == pytest.approx(WHITE, abs=0.01)
    rows, columns = np.mgrid[:64, :64]
    disc = np.hypot(rows - 31.5, columns - 31.5) < 64 * 0.46
    assert overlap(is_red(picture.pixels(64)), disc) > 0.95  # cropped to its ink
    ink_there = is_red(shown(drawn)) | (shown(drawn).max(2) < 0.3)  # a marker's outline is dark
    assert overlap(ink_there, disc) > 0.85


@pytest.mark.parametrize("ink", ["marker", "paint"])
def test_a_sunset_is_orange_above_blue(ink: Ink) -> None:
    picture = sheet(sunset())
    assert picture.paper is None
    assert (picture.width, picture.height) == (1.0, pytest.approx(0.75, abs=0.01))
    pixels = shown(traced(sunset(), ink).drawing)
    above, below = pixels[12:32, 8:56].mean((0, 1)), pixels[42:54, 8:56].mean((0, 1))
    assert above[0] > above[1] > above[2]
    assert above[0] > 0.8
    assert below[2] > below[1] > below[0]
    assert below[2] < 0.6


def test_a_pen_draws_the_outline_alone_in_black() -> None:
    found = traced(ball(), "pen")
    assert {stroke.colour for stroke in found.drawing.strokes} == {BLACK}
    dark = shown(found.drawing).max(2) < 0.5
    rows, columns = np.nonzero(dark)
    radius = np.hypot(rows - 31.5, columns - 31.5) / 64
    assert abs(np.median(radius) - 0.45) < 0.03
    assert (radius > 0.35).mean() > 0.9
    turn = np.arctan2(rows - 31.5, columns - 31.5)
    assert len(np.unique((turn * 8 / np.pi).astype(int))) >= 15  # all around


def test_a_pen_shades_what_is_dark_the_darker_the_closer() -> None:
    picture = sunset()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 144, 160, 240), fill="#161924")
    draw.rectangle((160, 144, 320, 240), fill="#4a4f66")
    found = traced(picture, "pen")
    assert {stroke.colour for stroke in found.drawing.strokes} == {BLACK}
    ink = 1 - shown(found.drawing, 128).mean(2)
    light, darker, dark = (ink[a:b, c:d].mean() for a, b, c, d in (
        (24, 64, 8, 120), (84, 106, 8, 56), (84, 106, 72, 120)
    ))  # fmt: skip
    assert light < 0.02
    assert 0.15 < dark < 0.5
    assert darker > 1.4 * dark


def test_lines_of_a_doodle_are_not_shaded() -> None:
    doodle = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(doodle).ellipse((30, 30, 270, 270), outline="black", width=9)
    found = traced(doodle, "pen")
    assert found.lines.all()
    assert (1 - shown(found.drawing)[24:40, 24:40]).mean() < 0.01


@pytest.mark.parametrize("ink", ["marker", "pen"])
def test_many_lines_are_finer_than_few(ink: Ink) -> None:
    few, many = (
        max(s.width for s, line in zip(t.drawing.strokes, t.lines, strict=True) if line)
        for t in (traced(ball(), ink, strokes) for strokes in (16, 200))
    )
    assert many < 0.6 * few


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("strokes", [1, 4, 32, 100])
def test_there_are_never_more_strokes_than_asked_for(ink: Ink, strokes: int) -> None:
    found = traced(sunset(), ink, strokes)
    assert 1 <= len(found.drawing.strokes) <= strokes
    assert found.lines.shape == (len(found.drawing.strokes),)


def test_a_doodle_becomes_lines_where_its_lines_are() -> None:
    doodle = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(doodle).line((20, 100, 180, 100), fill="black", width=7)
    found = traced(doodle, "pen", 4)
    (x0, y0), (x1, y1) = found.drawing.strokes[0].points[0], found.drawing.strokes[0].points[-1]
    assert abs(x1 - x0) > 0.8 * found.drawing.width
    assert abs(y0 - found.drawing.width / 2) < 5
    assert abs(y1 - found.drawing.width / 2) < 5


def test_what_lies_in_a_corner_of_a_sheet_is_drawn_large() -> None:
    small, large = (sheet(image) for image in (ball(600, (90, 80), 60), ball()))
    assert np.abs(small.pixels(48) - large.pixels(48)).mean() < 0.02


def test_a_blackboard_is_drawn_light_for_dark_by_pens() -> None:
    board = Image.new("RGB", (200, 200), "black")
    ImageDraw.Draw(board).ellipse((30, 30, 170, 170), outline="white", width=6)
    for ink in ("pen", "marker"):
        assert background(sheet(board), ink) == WHITE
        found = traced(board, ink, 8)
        assert shown(found.drawing).mean() > 0.7
        assert found.lines.any()
    assert max(background(sheet(board), "paint")) < 0.05


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (1, 1), "white"),
        Image.new("RGB", (1, 1), "black"),
        Image.new("RGB", (64, 64), "white"),
        Image.new("RGB", (64, 64), "teal"),
        Image.new("RGB", (1, 900), "red"),
        Image.new("RGB", (900, 2), "red"),
        Image.effect_noise((50, 50), 200).convert("RGB"),
        Image.linear_gradient("L").resize((3, 300)).convert("RGB"),
    ],
)
def test_odd_pictures_become_drawings_all_the_same(ink: Ink, image: Image.Image) -> None:
    picture = sheet(image)
    assert min(picture.width, picture.height) >= 0.33
    found = trace(picture, 8, ink, np.random.default_rng(0))
    assert 1 <= len(found.drawing.strokes) <= 8
    goal = wanted(picture, found, ink, 32)
    assert goal.shape == (32, 32, 3)
    assert np.isfinite(goal).all()
    assert 0.0 <= goal.min() <= goal.max() <= 1.0


def test_the_same_seed_traces_the_same_and_another_one_does_not() -> None:
    first, again, other = (traced(sunset(), "paint", 8, seed).drawing for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_an_edge_between_colours_of_one_brightness_is_an_edge() -> None:
    image = np.empty((40, 40, 3))
    image[:, :20], image[:, 20:] = (0.80, 0.35, 0.30), (0.20, 0.58, 0.45)
    lab = oklab(image)
    assert abs(lab[0, 0, 0] - lab[0, -1, 0]) < 0.03
    (line, *_) = lines(edges(lab))
    across = [x for x, _ in line.points]
    assert max(across) - min(across) < 3
    assert abs(np.mean(across) - 20) < 3


def test_strong_edges_come_before_faint_ones() -> None:
    image = Image.new("RGB", (96, 96), "white")
    pen = ImageDraw.Draw(image)
    pen.line((10, 25, 86, 25), fill="#dddddd", width=3)
    pen.line((10, 70, 86, 70), fill="black", width=3)
    found = lines(edges(oklab(np.asarray(image) / 255)))
    heights = [np.mean([y for _, y in line.points]) for line in found[:2]]
    assert heights == [pytest.approx(70, abs=3), pytest.approx(25, abs=3)]
    assert found[0].ink > found[1].ink
