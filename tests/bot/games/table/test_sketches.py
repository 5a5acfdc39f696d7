from __future__ import annotations

import io
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.games.table.sketches import Sketches, in_order, length
from bot.pictures.renderer import Renderer
from bot.store.database import Store
from engine.canvas.drawing import Drawing, Stroke, polyline

LINE = Drawing(200, 100, tuple(polyline([(0.0, 50.0), (150.0, 50.0)], 4)))


@pytest.fixture
async def sketches(store: Store, renderer: Renderer) -> Sketches:
    game = await store.add_game("pictionary", guild=1, channel=2)
    return Sketches(store, renderer, game)


async def test_every_state_of_the_bot_is_kept_and_the_last_is_found_again(
    sketches: Sketches, store: Store, renderer: Renderer
):
    first = await sketches.add_state(1, Drawing(200, 100), 0.2)
    second = await sketches.add_state(1, LINE, 0.6)
    assert first != second
    await sketches.add_state(2, LINE, 1.0)
    fresh = Sketches(store, renderer, 1)
    last = await fresh.last_state(1)
    assert last == (second, LINE, 0.6)
    assert await fresh.sketch(first) == Drawing(200, 100)
    assert await fresh.last_state(3) is None


async def test_what_a_person_draws_replaces_what_it_was(sketches: Sketches):
    reference = await sketches.put(1, 77, Drawing(200, 100))
    assert await sketches.put(1, 77, LINE) == reference
    assert await sketches.sketch(reference) == LINE
    assert await sketches.put(1, 78, LINE) != reference


async def test_drawings_of_another_game_are_not_to_be_had(
    sketches: Sketches, store: Store, renderer: Renderer
):
    reference = await sketches.put(1, 77, LINE)
    other = await store.add_game("pictionary", guild=1, channel=3)
    assert await Sketches(store, renderer, other).sketch(reference) is None


async def test_strokes_move_and_pictures_stand(sketches: Sketches):
    strokes = await sketches.put(1, 77, LINE)
    moving = await sketches.moving(strokes, 1, by_bot=False)
    assert moving is not None
    assert moving[0] == "drawing.gif"
    assert Image.open(io.BytesIO(moving[1])).n_frames == 2  # type: ignore[attr-defined]
    picture = await sketches.put(2, 77, b"a picture")
    assert await sketches.moving(picture, 2, by_bot=False) == ("drawing.png", b"a picture")
    assert await sketches.png(picture) == b"a picture"
    assert await sketches.moving("999", 1, by_bot=True) is None


def test_a_drawing_in_order_ends_as_itself():
    strokes = (*LINE.strokes, *polyline([(1, 1), (9, 9)], 2))
    drawing = Drawing(200, 100, strokes)
    states = in_order(drawing)
    assert [len(state.strokes) for state in states] == [0, 1, 2]
    assert states[-1] == drawing


numbers = st.floats(0, 500)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=20))
def test_lines_are_measured_in_widths(places: list[tuple[float, float]]):
    drawing = Drawing(500, 500, tuple(polyline(places, 3)))
    whole = sum(math.dist(a, b) for a, b in pairwise(places))
    assert length(drawing) == pytest.approx(whole / 500, abs=1e-6)


def test_the_length_follows_curves():
    # A quarter of a circle of radius 100 as one cubic.
    k = 4 / 3 * (math.sqrt(2) - 1) * 100
    points = ((100.0, 0.0), (100.0, k), (k, 100.0), (0.0, 100.0))
    drawing = Drawing(100, 100, (Stroke(points, 2, (0.0, 0.0, 0.0, 1.0)),))
    assert length(drawing) == pytest.approx(math.pi / 2, rel=0.01)
