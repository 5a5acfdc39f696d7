from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.games.table.sketches import Sketches, in_order
from bot.pictures.renderer import Renderer
from bot.store.database import Store
from engine.canvas.drawing import Drawing, polyline

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
    strokes = (*LINE.strokes, *polyline([(0, 0), (9, 9)], 2))
    drawing = Drawing(200, 100, strokes)
    states = in_order(drawing)
    assert [len(state.strokes) for state in states] == [0, 1, 2]
    assert states[-1] == drawing


async def test_what_fills_regions_is_left_out_of_the_outline(
    sketches: Sketches, store: Store, renderer: Renderer
):
    filled = Drawing(200, 100, (*LINE.strokes, *polyline([(0, 0), (9, 9)], 2)))
    reference = await sketches.put(1, 77, filled, fills=(1,))
    fresh = Sketches(store, renderer, 1)
    assert await fresh.sketch(reference) == filled
    assert await fresh.outline(reference) == LINE
    assert await fresh.outline(await sketches.put(2, 77, filled)) == filled
    assert await fresh.outline(await sketches.put(3, 77, LINE, fills=(0,))) == LINE
    white = Drawing(200, 100, tuple(polyline([(0, 0), (9, 9)], 2, (1.0, 1.0, 1.0, 1.0))))
    both = Drawing(200, 100, (*LINE.strokes, *white.strokes))
    assert await fresh.outline(await sketches.put(5, 77, both, fills=(0,))) == both
    assert await fresh.outline(await sketches.put(4, 77, b"a picture")) == b"a picture"
