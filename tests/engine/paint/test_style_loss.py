from __future__ import annotations

import pytest
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from engine.paint import checkpoint, style_loss
from engine.paint.painter import Painter, paint
from engine.paint.painting import Painting
from engine.paint.spec import DrawingSpec
from engine.paint.style_loss import StyleLoss, apart, grams, textures_of
from engine.see.critic import Critic, load
from tests.engine.paint.styles.test_like_picture import NAVY, near, poster

SPEC = DrawingSpec(prompt="an owl", ink="paint", strokes=12, steps=12, seeds=1, seed=3)


def stripes(angle: float) -> Image.Image:
    image = Image.new("RGB", (192, 192), "white")
    for x in range(-200, 400, 16):
        ImageDraw.Draw(image).line((x, 0, x + angle * 192, 192), fill="black", width=5)
    return image


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return load()


def seen(critic: Critic, picture: Image.Image) -> list[Tensor]:
    return [gram[None] for gram in textures_of(picture, 0.02, critic).grams]


def test_it_is_none_from_itself_and_more_from_what_looks_less_alike(pocket: Critic) -> None:
    mine = seen(pocket, stripes(0.5))
    assert float(apart(mine, mine)) == pytest.approx(0, abs=1e-5)
    moved = seen(pocket, stripes(0.5).transpose(Image.Transpose.ROTATE_180))
    turned, coloured = seen(pocket, stripes(-2)), seen(pocket, poster())
    for other in (turned, coloured):
        assert 5 * float(apart(moved, mine)) < float(apart(other, mine))


def test_only_those_that_want_it_are_pulled_each_as_if_alone(pocket: Critic) -> None:
    images = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    two = [(0, textures_of(poster(), 0.02, pocket)), (2, textures_of(stripes(1), 0.02, pocket))]
    together = StyleLoss(pocket, two, pocket.device).pull(images)
    assert together[1].abs().max() == 0
    for number, wanted in two:
        alone = StyleLoss(pocket, [(0, wanted)], pocket.device).pull(images[number][None])
        torch.testing.assert_close(together[number], alone[0], rtol=1e-3, atol=1e-6)


def test_strokes_come_nearer_to_the_picture_by_it(
    pocket: Critic, monkeypatch: pytest.MonkeyPatch
) -> None:
    distances = []
    for weight in (0.0, 0.5):
        monkeypatch.setattr(style_loss, "WEIGHT", weight)
        painter = Painter(pocket)
        work = painter.begin(
            SPEC.model_copy(update={"steps": 60, "strokes": 32}), style_of=poster()
        )
        *_, last = paint(painter, work)
        images, _ = painter._rendered([last.drawing.scaled(64)])
        distances.append(float(apart(grams(pocket, images), seen(pocket, poster()))))
        assert near(last.drawing.background, NAVY)
    assert distances[1] < 0.8 * distances[0]


@pytest.mark.parametrize("ink", ["pen", "marker"])
def test_lines_are_shown_in_the_manner_and_learn_nothing(pocket: Critic, ink: str) -> None:
    work = Painter(pocket).begin(SPEC.model_copy(update={"ink": ink}), style_of=poster())
    assert isinstance(work, Painting)
    assert work.textures is None
    assert work.manner is not None


def test_any_model_can_learn_a_style(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    *_, last = paint(painter, painter.begin(SPEC, style_of=poster()))
    assert last.final
    assert near(last.drawing.background, NAVY)


def test_another_painter_goes_on_as_the_first_would_have(pocket: Critic) -> None:
    drawings = []
    for stops in (False, True):
        painter = Painter(pocket)
        work = painter.begin(SPEC, style_of=poster())
        painter.add(work)
        for _ in range(5):
            painter.step()
        if stops:
            saved = checkpoint.save(work)
            painter = Painter(pocket)
            work = painter.begin(SPEC, style_of=poster())
            checkpoint.resume(work, saved)
            painter.add(work)
        while not work.done:
            painter.step()
        drawings.append(painter.finish(work).drawing)
    assert drawings[0] == drawings[1]


def test_what_is_gone_on_with_keeps_its_colours(pocket: Critic) -> None:
    painter = Painter(pocket)
    *_, last = paint(painter, painter.begin(SPEC, style_of=poster()))
    work = painter.begin(SPEC, start=last.drawing, style_of=poster())
    assert work.state().drawing.background == pytest.approx(last.drawing.background, abs=1e-3)
    before = [stroke.colour for stroke in last.drawing.strokes]
    after = [stroke.colour for stroke in work.state().drawing.strokes]
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        assert one == pytest.approx(other, abs=1e-3)
