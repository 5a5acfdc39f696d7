from __future__ import annotations

import pytest

from bot.drawing.request import Request, varied
from bot.drawing.styles import STYLES
from bot.store.server_settings import FEWEST, MOST
from engine.canvas.drawing import Drawing, Stroke


@pytest.fixture
def asked() -> Request:
    return Request(prompt="a cat", strokes=32, style="watercolor", avoid="a dog", seed=5)


def test_the_commission_has_words_for_the_style(asked: Request):
    spec = asked.drawing_spec(40)
    assert spec.sentence == f"a cat, {STYLES['watercolor']}"
    assert (spec.steps, spec.avoid, spec.seed) == (40, ("a dog",), 5)


def test_a_style_may_be_anyone_s_own_words(asked: Request):
    own = asked.model_copy(update={"style": "in the style of a stamp"})
    assert own.drawing_spec(40).sentence == "a cat, in the style of a stamp"


def test_again_is_another_drawing_and_not_the_same_one_bent(asked: Request):
    for kin in (asked.variation_of(3), asked.model_copy(update={"sketch_of": (3, 2)})):
        again = kin.again()
        assert again.seed != kin.seed
        assert (again.vary_of, again.sketch_of) == (None, None)


def test_a_sketch_that_was_picked_is_drawn_as_ordered(asked: Request):
    sheet = asked.model_copy(update={"sketches": 4})
    picked = sheet.finishing(7, 2)
    assert (picked.sketches, picked.sketch_of) == (0, (7, 2))
    assert picked.drawing_spec(None) == asked.drawing_spec(None)
    assert picked.with_ink("pen").sketch_of == (7, 2)
    assert picked.with_strokes(2).sketch_of is None


def test_again_changes_the_seed_alone(asked: Request):
    again = asked.again()
    assert again.seed != asked.seed
    assert again.model_copy(update={"seed": asked.seed}) == asked


@pytest.mark.parametrize(
    ("strokes", "factor", "result"), [(32, 2, 64), (200, 2, MOST), (6, 0.5, FEWEST), (33, 0.5, 16)]
)
def test_more_and_fewer_keep_to_the_bounds(
    asked: Request, strokes: int, factor: float, result: int
):
    assert asked.model_copy(update={"strokes": strokes}).with_strokes(factor).strokes == result


def test_a_variation_is_the_same_for_the_same_seed_and_another_for_another():
    points = ((10.0, 10.0), (20.0, 40.0), (60.0, 40.0), (90.0, 10.0))
    drawing = Drawing(100, 100, (Stroke(points, 3.0, (0.0, 0.0, 0.0, 1.0)),))
    assert varied(drawing, 1) == varied(drawing, 1)
    assert varied(drawing, 1) != varied(drawing, 2)
    moved = varied(drawing, 1).strokes[0]
    assert moved.colour == drawing.strokes[0].colour
    far = max(
        abs(a - b)
        for p, q in zip(points, moved.points, strict=True)
        for a, b in zip(p, q, strict=True)
    )
    assert 0 < far < 40


def test_an_order_of_before_keeps_its_ink():
    stored = '{"prompt": "a cat", "seed": 5, "ink": "colour"}'
    assert Request.model_validate_json(stored).ink == "paint"


def test_another_ink_changes_nothing_else(asked: Request):
    pen = asked.with_ink("pen")
    assert pen.drawing_spec(None).ink == "pen"
    assert pen.model_copy(update={"ink": None}) == asked
