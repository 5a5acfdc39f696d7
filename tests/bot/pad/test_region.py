"""Regions that are filled: what they take, how well strokes cover them, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from bot.pad.line import SIDE
from bot.pad.operations import (
    BRUSH,
    CONTOUR_POINTS,
    CONTOURS,
    OPERATION,
    UNIT,
    Add,
    Clear,
    Done,
    Erase,
    Fill,
    Reshape,
    Restore,
)
from bot.pad.paper import MAX_PIECES, Paper, Refusal
from bot.pad.region import CELL, MOST_STROKES, Region, inside
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.paint.colour.regions import near
from tests.bot.pad.conftest import sheet

NAME, OTHER = "aaaaaaaa-1", "aaaaaaaa-2"
SHEET = (0, 0, UNIT, 0, UNIT, UNIT, 0, UNIT)


def box(left: int, top: int, right: int, lower: int) -> tuple[int, ...]:
    return (left, top, right, top, right, lower, left, lower)


def ring(x: int, y: int, radius: int, count: int = 60) -> tuple[int, ...]:
    turns = [2 * math.pi * k / count for k in range(count)]
    places = [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]
    return tuple(round(value) for place in places for value in place)


def star(x: int, y: int, radius: int) -> tuple[int, ...]:
    places = []
    for k in range(10):
        reach, turn = radius * (1.0 if k % 2 == 0 else 0.4), math.pi * k / 5
        places += [round(x + reach * math.sin(turn)), round(y - reach * math.cos(turn))]
    return tuple(places)


def fill(name: str, *contours: tuple[int, ...], ink: int = 2) -> Fill:
    return Fill(stroke=name, ink=ink, contours=contours)


def test_a_fill_takes_the_ink_of_its_area():
    assert Region(0, (SHEET,)).used == pytest.approx(UNIT / BRUSH)
    assert Region(0, (box(0, 0, UNIT, UNIT // 2),)).used == pytest.approx(UNIT / BRUSH / 2)
    disc = Region(0, (ring(5000, 5000, 2000),))
    assert disc.used == pytest.approx(math.pi * 0.04 * UNIT / BRUSH, rel=0.01)
    holed = Region(0, (ring(5000, 5000, 2000), ring(5000, 5000, 1000)))
    assert holed.used == pytest.approx(0.75 * disc.used, rel=0.01)


def test_what_goes_twice_around_counts_as_it_is_painted():
    # Forged contours that cancel out by their signs are as large as they look.
    eight = (2000, 2000, 8000, 8000, 8000, 2000, 2000, 8000)
    assert Region(0, (eight,)).used == pytest.approx(0.18 * UNIT / BRUSH, rel=0.02)
    assert Region(0, (SHEET, SHEET)).cells == 0
    sliver = (0, 1, UNIT, 1, UNIT, 8, 0, 8)  # between the middles of cells
    assert Region(0, (sliver,)).strokes() == ()


@pytest.mark.parametrize(
    ("contours", "missed", "spilled"),
    [
        ((ring(5000, 5000, 2000),), 0.015, 0.005),
        ((star(5000, 5000, 4000),), 0.015, 0.005),
        ((SHEET,), 0.0, 0.0),
        ((SHEET, ring(4000, 5000, 3000), ring(8500, 1200, 700)), 0.005, 0.005),
        ((box(0, 7000, UNIT, UNIT),), 0.005, 0.005),
        ((box(1000, 5000, 9000, 5300),), 0.02, 0.01),
    ],
)
def test_strokes_cover_a_region_and_little_else(
    contours: tuple[tuple[int, ...], ...], missed: float, spilled: float
):
    region = Region(0, contours)
    strokes = region.strokes()
    assert 1 <= len(strokes) <= MOST_STROKES
    image = to_image(Drawing(SIDE, SIDE, strokes), UNIT // CELL)
    painted = np.asarray(image.convert("L")) < 140
    wanted = inside(contours)
    assert (wanted & ~painted).sum() <= missed * wanted.sum()
    assert (painted & ~near(wanted, 1.0)).sum() <= spilled * wanted.sum()


def test_a_fill_is_undone_and_comes_back_as_any_stroke():
    paper, rich = Paper(), sheet(ink=30.0)
    paper.apply(Add(stroke=NAME, ink=0, pen=1, points=(0, 0, 5000, 5000)))
    paper.apply(fill(OTHER, ring(5000, 5000, 2000)))
    before = paper.work()
    assert before.strokes == 2
    assert before.fills == tuple(range(1, len(before.drawing.strokes)))
    assert before.ink == pytest.approx(math.hypot(0.5, 0.5) + paper.lines[OTHER].used)
    paper.apply(Erase(strokes=(OTHER,)))
    assert paper.work().fills == ()
    assert paper.refusal(Restore(strokes=(OTHER,)), rich) is None
    paper.apply(Restore(strokes=(OTHER,)))
    assert paper.work() == before


def test_what_there_is_no_ink_for_is_not_filled():
    paper, poor = Paper(), sheet(ink=5.0)
    assert paper.refusal(fill(NAME, SHEET), poor) is Refusal.INK
    assert paper.refusal(fill(NAME, box(0, 0, 5000, 5000)), poor) is None
    paper.apply(fill(NAME, box(0, 0, 5000, 5000)))
    assert paper.refusal(fill(OTHER, box(0, 0, 5000, 5000)), poor) is Refusal.INK
    assert paper.refusal(Reshape(stroke=NAME, contours=(SHEET,)), poor) is Refusal.INK
    assert paper.refusal(Reshape(stroke=NAME, contours=()), poor) is None


def test_a_part_of_a_fill_is_rubbed_out_and_gives_its_ink_back():
    paper = Paper()
    paper.apply(fill(NAME, box(0, 0, 5000, 5000)))
    paper.apply(Reshape(stroke=NAME, contours=(box(0, 0, 5000, 2500),)))
    assert paper.ink == pytest.approx(UNIT / BRUSH / 8)
    paper.apply(Reshape(stroke=NAME, contours=()))
    assert (paper.ink, paper.visible) == (0.0, [])
    one = sheet(strokes=1)
    paper.apply(Add(stroke=OTHER, ink=0, pen=1, points=(0, 0)))
    again = Reshape(stroke=NAME, contours=(box(0, 0, 500, 500),))
    assert paper.refusal(again, one) is Refusal.STROKES


def test_a_fill_goes_by_the_rules_of_strokes():
    paper, one = Paper(), sheet(strokes=1)
    assert paper.refusal(fill(NAME, (0, 0, 1, 1, 0, 1)), one) is Refusal.EMPTY
    assert paper.refusal(fill(NAME, box(0, 0, 500, 500)), one, paused=True) is Refusal.PAUSED
    paper.apply(fill(NAME, box(0, 0, 500, 500)))
    assert paper.refusal(fill(NAME, box(0, 0, 500, 500)), one) is Refusal.TWICE
    assert paper.refusal(fill(OTHER, box(0, 0, 500, 500)), one) is Refusal.STROKES
    unknown = Reshape(stroke=OTHER, contours=(SHEET,))
    assert paper.refusal(unknown, one) is Refusal.UNKNOWN
    paper.apply(Done())
    assert paper.refusal(fill(OTHER, SHEET), one) is Refusal.OVER


def test_so_many_fills_wear_a_sheet_out_and_its_drawing_has_room_for_them():
    paper, rich, refusal = Paper(), sheet(ink=1e6), None
    for n in range(MAX_PIECES):
        operation = fill(f"aaaaaaaa-{n}", box(0, 0, 500, 500))
        refusal = paper.refusal(operation, rich)
        if refusal is not None:
            break
        paper.apply(operation)
    assert refusal is Refusal.WORN
    assert len(paper.drawing().strokes) <= MAX_PIECES
    paper.apply(Clear())
    assert paper.refusal(fill("bbbbbbbb-1", box(0, 0, 500, 500)), rich) is Refusal.WORN


@pytest.mark.parametrize(
    "contours",
    [
        (),
        ((0, 0, 1, 1),),
        ((0, 0, 1, 1, 2),),
        ((0, 0, UNIT + 1, 0, 5, 5),),
        ((-1, 0, 1, 0, 5, 5),),
        ((0.5, 0, 1, 0, 5, 5),),
        (SHEET,) * (CONTOURS + 1),
        ((1, 1) * (CONTOUR_POINTS + 1),),
        ((1, 1) * (CONTOUR_POINTS // 2), (1, 1) * (CONTOUR_POINTS // 2 + 1)),
    ],
)
def test_what_is_no_region_is_no_operation(contours: object):
    with pytest.raises(ValidationError):
        OPERATION.validate_python({"op": "fill", "stroke": NAME, "ink": 0, "contours": contours})
