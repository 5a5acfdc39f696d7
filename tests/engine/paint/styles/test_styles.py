from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter

from engine.canvas.drawing import MAX_STROKES, Drawing, Stroke, polyline
from engine.canvas.render import to_image
from engine.paint.options import STROKE_STYLES
from engine.paint.painter import Painter, paint
from engine.paint.spec import DrawingSpec
from engine.paint.styles import STYLES, styled
from engine.paint.styles.brush import length, spots
from engine.see.critic import Critic
from engine.serve.worker import Ended, Preview
from tests.engine.serve.serving import QUICK, serving, spec
from tests.engine.serve.test_worker import Listener, job, start
from tests.pace import Pace


def scribble(lines: int, fills: int = 0, seed: int = 0) -> Drawing:
    """Random lines, black, above random ones in colour."""
    rng = random.Random(seed)

    def stroke(width: float, colour: tuple[float, float, float, float]) -> Stroke:
        return Stroke(
            tuple((rng.uniform(5, 59), rng.uniform(5, 59)) for _ in range(7)), width, colour
        )

    under = [stroke(8.0, (rng.random(), rng.random(), 0.9, 1.0)) for _ in range(fills)]
    return Drawing(64, 64, (*under, *(stroke(2.0, (0.0, 0.0, 0.0, 1.0)) for _ in range(lines))))


POINT = Drawing(64, 64, tuple(polyline([(9, 9)], 2.0)))


def test_every_style_that_can_be_chosen_is_there() -> None:
    assert set(STROKE_STYLES) == set(STYLES)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize(
    "drawing",
    [
        scribble(12, 6),
        scribble(1),
        scribble(0, 5),
        scribble(600, 24),
        POINT,
        replace(POINT, height=9),
    ],
    ids=["usual", "one line", "no lines", "hundreds", "a point", "a strip"],
)
def test_every_style_takes_any_drawing(name: str, drawing: Drawing) -> None:
    done = styled(drawing, name, 3)
    assert 1 <= len(done.strokes) <= MAX_STROKES
    assert done.background == STYLES[name].ground
    assert done == styled(drawing, name, 3)
    assert done.plain == drawing
    assert abs(done.height / done.width - drawing.height / drawing.width) < 0.01


@pytest.mark.parametrize("name", STYLES)
def test_a_style_leaves_the_drawing_where_it_is(name: str) -> None:
    """Where there was a line there is something else than paper, or nearly there."""
    drawing = scribble(6, 0, seed=4)
    before = np.asarray(to_image(drawing, 128).convert("L"))
    after = to_image(styled(drawing, name, 0), 128)
    paper = Image.new("RGB", after.size, tuple(round(255 * v) for v in STYLES[name].ground))
    apart = ImageChops.difference(after, paper).convert("L").filter(ImageFilter.MaxFilter(5))
    assert (np.asarray(apart)[before < 60] > 40).mean() > 0.9


def test_one_line_is_one_stroke_through_every_line() -> None:
    drawing = scribble(9, 0, seed=2)
    (line,) = styled(drawing, "one line", 0).strokes
    for stroke in drawing.scaled(512).strokes:
        for end in (stroke.points[0], stroke.points[-1]):
            # Its curves are fitted more loosely the longer it is.
            nearest = min((x - end[0]) ** 2 + (y - end[1]) ** 2 for x, y in _along(line))
            assert nearest**0.5 < 30


def test_pointillism_is_dots_and_embroidery_stitches() -> None:
    """They are hundreds of small marks; the washes of pointillism lie beneath all its dots."""
    for name, longest in (("pointillism", 1.0), ("embroidery", 80.0)):
        marks = [length(spots(s)) <= longest for s in styled(scribble(9, 4), name, 0).strokes]
        assert sum(marks) > 200, name
        if name == "pointillism":
            assert marks == sorted(marks), name


def _along(stroke: Stroke) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in spots(stroke, 2.0)]


def test_a_style_is_never_laid_over_another() -> None:
    chalk = styled(scribble(5, 2), "chalk", 0)
    assert styled(chalk, "neon", 0) == styled(scribble(5, 2), "neon", 0)


def test_json_and_scaling_keep_what_it_was_before() -> None:
    drawing = styled(scribble(5, 2), "chalk", 0)
    back = Drawing.from_json(drawing.to_json())
    assert back.plain is not None
    assert len(back.plain.strokes) == 7
    assert Drawing.from_json(back.to_json()) == back
    assert back.scaled(128).plain == back.plain.scaled(128)
    deep = drawing.to_dict()
    deep["plain"]["plain"] = deep["plain"] | {}
    assert Drawing.from_dict(deep).plain.plain is None  # type: ignore[union-attr]


async def test_a_style_over_http_and_on_from_a_styled_preview(tiny_critic: Critic) -> None:
    async with serving(tiny_critic) as engine:
        events = await engine.draw(style="chalk", every=2, ink="pen")
        drawings = [Drawing.from_dict(e["drawing"]) for e in events if "drawing" in e]
        assert {drawing.background for drawing in drawings} == {STYLES["chalk"].ground}
        assert events[-1]["fillings"] == 0
        assert events[-1]["order"] == []
        assert drawings[-1].plain is not None
        again = await engine.draw(style="neon", steps=2, start=drawings[-1].to_dict(), ink="pen")
        first = next(e for e in again if e["type"] == "progress")
        begun = Drawing.from_dict(first["drawing"]).plain
        assert begun is not None
        assert len(begun.strokes) == len(drawings[-1].plain.strokes)
        bad = drawings[-1].to_dict() | {"plain": {"version": 1}}
        status, body = await engine.call("POST", "/v1/drawings", json=spec(start=bad))
    assert (status, body["error"]["code"]) == (422, "invalid")


def test_what_is_stopped_is_in_its_style(tiny_critic: Critic, pace: Pace) -> None:
    listener = Listener()
    worker = start(Painter(tiny_critic, QUICK), listener)
    with pace.held(at=2):
        worker.paint(job("x", steps=50, every=1, style="blueprint"))
        reports = listener.until(Preview, 3)
        worker.stop("x")
    reports += listener.until(Ended)
    worker.close()
    grounds = {r.state.drawing.background for r in reports if isinstance(r, Preview | Ended)}
    assert grounds == {STYLES["blueprint"].ground}


def test_words_for_a_model_that_reads_them_change_no_strokes(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, QUICK)
    said = DrawingSpec(prompt="a cat", style="under neon", steps=2, strokes=4, seeds=1)
    *_, last = paint(painter, painter.begin(said))
    assert last.drawing.plain is None
    assert last.drawing.background == (1.0, 1.0, 1.0)
