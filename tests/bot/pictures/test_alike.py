from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from bot.pictures.alike import alike, thinned
from engine.canvas.drawing import Drawing, Stroke, polyline
from engine.canvas.render import SHOW_SIZE, to_png

HOUSE = [(0.0, 90.0), (0.0, 40.0), (50.0, 0.0), (100.0, 40.0), (100.0, 90.0), (0.0, 90.0)]


def house(scale: float, left: float, width: float, colour: tuple[float, float, float, float]):
    points = [(left + scale * x, left + scale * y) for x, y in HOUSE]
    strokes = tuple(Stroke(one.points, width, colour) for one in polyline(points, width))
    return Drawing(512, 512, strokes)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_size_place_pen_and_colour_tell_nothing():
    thin = house(1.0, 20, 3.0, (0.0, 0.0, 0.0, 1.0))
    fat = house(4.0, 60, 40.0, (0.9, 0.2, 0.1, 1.0))
    one, other = (np.asarray(opened(alike(each)), float) for each in (thin, fat))
    assert one.shape == (SHOW_SIZE, SHOW_SIZE, 3)
    assert np.abs(one - other).mean() < 0.5
    assert np.ptp(one, axis=2).max() == 0  # no colour


def test_a_photo_of_lines_looks_like_strokes():
    drawn = opened(alike(house(3.0, 60, 3.0, (0.0, 0.0, 0.0, 1.0))))
    paper = Image.new("RGB", (900, 700), "white")
    pen = ImageDraw.Draw(paper)
    points = [(100 + 5 * x, 100 + 5 * y) for x, y in HOUSE]
    pen.line(points, fill=(40, 60, 160), width=22, joint="curve")
    data = io.BytesIO()
    paper.save(data, "PNG")
    photo = opened(alike(data.getvalue()))
    assert photo.size == drawn.size
    ink = [np.mean(np.asarray(each) < 128) for each in (drawn, photo)]
    assert abs(ink[0] - ink[1]) < 0.4 * ink[0]  # lines as wide, as long


def test_an_empty_sheet_stays_empty():
    white = to_png(Drawing(64, 64))
    assert np.asarray(opened(alike(white))).min() > 200
    assert np.asarray(opened(alike(Drawing(64, 64)))).min() == 255


def test_thinning_keeps_lines_whole():
    ink = np.zeros((40, 40), bool)
    ink[10:17, 5:35] = True
    line = thinned(ink)
    across = np.asarray(line.any(0))
    assert across[9:31].all()
    assert line.sum(0).max() == 1
