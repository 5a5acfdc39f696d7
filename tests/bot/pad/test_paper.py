from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.pad.line import SIDE
from bot.pad.operations import (
    PENS,
    PRESSURES,
    UNIT,
    Add,
    Clear,
    Done,
    Erase,
    Extend,
    Fill,
    Operation,
    Reopen,
    Reshape,
    Restore,
    Trim,
)
from bot.pad.paper import (
    MAX_LINES,
    MAX_POINTS,
    MAX_POINTS_OF_LINE,
    Paper,
    Refusal,
)
from tests.bot.pad.conftest import sheet

NAMES = tuple(f"aaaaaaaa-{i}" for i in range(6))
names = st.sampled_from(NAMES)
groups = st.lists(names, min_size=1, max_size=4).map(tuple)
points = st.lists(st.integers(0, UNIT), min_size=2, max_size=12).map(
    lambda p: tuple(p[: len(p) // 2 * 2])
)
presses = st.integers(0, len(PRESSURES) - 1)
contours = st.lists(
    st.lists(st.integers(0, 1_500), min_size=6, max_size=12).map(
        lambda p: tuple(p[: len(p) // 2 * 2])
    ),
    min_size=1,
    max_size=3,
).map(tuple)
spans = st.lists(st.integers(0, 9_000), max_size=6).map(
    lambda p: tuple(zip(sorted(p)[::2], sorted(p)[1::2], strict=False))
)
operations: SearchStrategy[Operation] = st.one_of(
    st.builds(
        Add,
        stroke=names,
        ink=st.integers(0, 17),
        pen=st.integers(0, 3),
        press=presses,
        points=points,
    ),
    st.builds(Extend, stroke=names, press=st.none() | presses, points=points),
    st.builds(Fill, stroke=names, ink=st.integers(0, 17), contours=contours),
    st.builds(Trim, stroke=names, spans=spans),
    st.builds(Reshape, stroke=names, contours=contours),
    st.builds(Erase, strokes=groups),
    st.builds(Restore, strokes=groups),
    st.just(Clear()),
)


def line(name: str, *places: int, pen: int = 0) -> Add:
    return Add(stroke=name, ink=0, pen=pen, points=places)


def drawn(*operations: Operation) -> Paper:
    paper = Paper()
    for operation in operations:
        paper.apply(operation)
    return paper


@given(st.lists(operations, max_size=30), st.sampled_from([None, 1, 3]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_the_limits_hold(asked: list[Operation], most: int | None):
    small = sheet(ink=3.0, strokes=most)
    paper = Paper()
    for operation in asked:
        if paper.refusal(operation, small) is None:
            paper.apply(operation)
        assert paper.ink <= 3.0 + 2e-3
        assert len(paper.visible) <= (most or 6)
    drawing = paper.drawing()
    assert (drawing.width, drawing.height) == (SIDE, SIDE)
    assert len(drawing.strokes) >= len(paper.visible)


def test_ink_is_the_length_of_what_can_be_seen():
    paper = drawn(line("aaaaaaaa-1", 0, 0, 3000, 4000), line("aaaaaaaa-2", 0, 0, 0, 2000))
    assert paper.ink == pytest.approx(0.7)
    paper.apply(Erase(strokes=("aaaaaaaa-1",)))
    assert paper.ink == pytest.approx(0.2)


def test_a_dot_takes_as_much_as_the_pen_is_wide():
    assert drawn(line("aaaaaaaa-1", 5, 5, pen=3)).ink == PENS[3] / UNIT


def test_ink_that_is_used_up_draws_nothing():
    paper, dry = drawn(line("aaaaaaaa-1", 0, 0, UNIT, 0)), sheet(ink=1.0)
    assert paper.refusal(line("aaaaaaaa-2", 5, 5), dry) is Refusal.INK
    assert paper.refusal(Extend(stroke="aaaaaaaa-1", points=(0, 0)), dry) is Refusal.INK
    paper.apply(Erase(strokes=("aaaaaaaa-1",)))
    second = line("aaaaaaaa-2", 0, 0, 0, UNIT)
    assert paper.refusal(second, dry) is None
    paper.apply(second)
    assert paper.refusal(Restore(strokes=("aaaaaaaa-1",)), dry) is Refusal.INK


def test_the_most_strokes_are_those_that_can_be_seen():
    paper, one = drawn(line("aaaaaaaa-1", 0, 0)), sheet(strokes=1)
    assert paper.refusal(line("aaaaaaaa-2", 5, 5), one) is Refusal.STROKES
    paper.apply(Clear())
    assert paper.refusal(line("aaaaaaaa-2", 5, 5), one) is None
    paper.apply(line("aaaaaaaa-2", 5, 5))
    assert paper.refusal(Restore(strokes=("aaaaaaaa-1",)), one) is Refusal.STROKES


def test_a_sheet_wears_out():
    rich = sheet(ink=1e6)
    paper = drawn(*(line(f"aaaaaaaa-{i}", 1, 1) for i in range(MAX_LINES)), Clear())
    assert paper.refusal(line("bbbbbbbb-1", 1, 1), rich) is Refusal.WORN

    paper, refusal = Paper(), None
    for i in range(MAX_LINES):
        refusal = paper.refusal(line(f"aaaaaaaa-{i}", *(1, 1, 9, 9) * 300), rich)
        if refusal is not None:
            break
        paper.apply(line(f"aaaaaaaa-{i}", *(1, 1, 9, 9) * 300))
    assert refusal is Refusal.WORN
    assert paper.points == MAX_POINTS


def test_a_stroke_has_an_end():
    rich, paper = sheet(ink=1e6), drawn(line("aaaaaaaa-1", 1, 1))
    more = Extend(stroke="aaaaaaaa-1", points=(9, 9, 1, 1) * 250)
    for _ in range(MAX_POINTS_OF_LINE // 500 - 1):
        assert paper.refusal(more, rich) is None
        paper.apply(more)
    assert paper.refusal(more, rich) is Refusal.LONG


def test_a_name_is_given_once_and_must_be_known():
    paper = drawn(line("aaaaaaaa-1", 0, 0))
    assert paper.refusal(line("aaaaaaaa-1", 5, 5), sheet()) is Refusal.TWICE
    for unknown in (
        Extend(stroke="bbbbbbbb-1", points=(1, 1)),
        Erase(strokes=("aaaaaaaa-1", "bbbbbbbb-1")),
        Restore(strokes=("bbbbbbbb-1",)),
    ):
        assert paper.refusal(unknown, sheet()) is Refusal.UNKNOWN


def test_nothing_is_drawn_in_a_pause_but_strokes_can_be_taken_away():
    paper = drawn(line("aaaaaaaa-1", 0, 0))
    assert paper.refusal(line("aaaaaaaa-2", 0, 0), sheet(), paused=True) is Refusal.PAUSED
    assert paper.refusal(Erase(strokes=("aaaaaaaa-1",)), sheet(), paused=True) is None


def test_what_is_handed_in_stays_as_it_is_until_it_is_taken_up_again():
    paper = drawn(line("aaaaaaaa-1", 0, 0), Done())
    for operation in (line("aaaaaaaa-2", 0, 0), Clear(), Done()):
        assert paper.refusal(operation, sheet()) is Refusal.OVER
    assert paper.refusal(Reopen(), sheet()) is None
    paper.apply(Reopen())
    assert paper.refusal(line("aaaaaaaa-2", 0, 0), sheet()) is None


def test_strokes_come_back_where_they_were():
    paper = drawn(
        line("aaaaaaaa-1", 0, 0, 9, 9),
        line("aaaaaaaa-2", 5, 5, 50, 90),
        Erase(strokes=("aaaaaaaa-1",)),
    )
    (left,) = paper.drawing().strokes
    assert left.points[0] == pytest.approx((5 * SIDE / UNIT, 5 * SIDE / UNIT))
    paper.apply(Restore(strokes=("aaaaaaaa-1",)))
    assert paper.drawing().strokes[1] == left


def test_a_growing_stroke_is_fitted_anew():
    paper = drawn(line("aaaaaaaa-1", 0, 0, 1000, 0))
    before = paper.drawing()
    paper.apply(Extend(stroke="aaaaaaaa-1", points=(1000, 1000)))
    assert paper.drawing() != before
    assert paper.drawing().strokes[0].points[-1] == pytest.approx((51.2, 51.2))
