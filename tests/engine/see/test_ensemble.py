from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.paint.painter import Painter, paint
from engine.paint.spec import DrawingSpec
from engine.see import ensemble
from engine.see.critic import Critic, ModelUnavailable
from engine.see.ensemble import Ensemble


@pytest.fixture
def pair(tiny_critic: Critic) -> Ensemble:
    class Larger(Critic):
        """The same eye, behind a lens: it wants twice the size and likes the opposite."""

        def __init__(self) -> None:
            self.name, self.image_size, self.templates = "larger", 64, ("a drawing of {}.",)
            self.device = tiny_critic.device

        @property
        def scale(self) -> float:
            return 3.0

        def encode_images(self, images: torch.Tensor) -> torch.Tensor:
            assert images.shape[-1] == 64
            return tiny_critic.encode_images(images[..., ::2, ::2]).flip(1)

        def encode_text(self, texts, templates=()):  # type: ignore[no-untyped-def]
            return tiny_critic.encode_text(texts, templates).flip(1)

    return Ensemble("both", [tiny_critic, Larger()], [3.0, 1.0])


def test_a_dot_product_is_the_weighted_mean_of_cosines(pair: Ensemble, tiny_critic: Critic) -> None:
    images = torch.rand(2, 3, 64, 64)
    small = torch.nn.functional.interpolate(images, (32, 32), mode="bilinear", antialias=True)
    first = tiny_critic.encode_images(small) @ tiny_critic.encode_text(["a cat"]).T
    second = tiny_critic.encode_images(images[..., ::2, ::2]) @ tiny_critic.encode_text(["a cat"]).T
    together = pair.encode_images(images) @ pair.encode_text(["a cat"]).T
    assert torch.allclose(together, 0.75 * first + 0.25 * second, atol=1e-5)


def test_vectors_are_unit_vectors(pair: Ensemble) -> None:
    for vectors in (pair.encode_images(torch.rand(2, 3, 64, 64)), pair.encode_text(["a", "b"])):
        assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)


def test_each_uses_its_own_templates(pair: Ensemble, tiny_critic: Critic) -> None:
    vector = pair.encode_text(["cat"], pair.templates)[0]
    own = tiny_critic.encode_text(["cat"], tiny_critic.templates)[0]
    assert torch.allclose(vector[: len(own)], 0.75**0.5 * own, atol=1e-5)


def test_a_painter_paints_for_all_of_them(pair: Ensemble) -> None:
    painter = Painter(pair)
    painting = painter.begin(DrawingSpec(prompt="a cat", strokes=4, steps=3, seeds=1))
    assert list(paint(painter, painting))[-1].step == 3


def test_a_name_names_several_with_weights(tiny_model: str) -> None:
    folder = tiny_model.removeprefix("local-dir:")
    both = ensemble.load(f"{tiny_model}*3+{tiny_model}")
    assert isinstance(both, Ensemble)
    assert both.encode_text(["a"]).shape == (1, 64)
    assert not isinstance(ensemble.load(str(Path(folder))), Ensemble)


def test_several_look_with_their_eyes(tiny_model: str) -> None:
    both = ensemble.load(f"pocket+{tiny_model}")
    assert both.namer is not both
    assert both.namer.namer is both.namer
    texts = ["a cat", "a dog"]
    assert both.namer.encode_text(texts).shape == both.encode_text(texts).shape
    picture = torch.rand(1, 3, both.image_size, both.image_size)
    assert not torch.allclose(both.namer.encode_images(picture), both.encode_images(picture))


@pytest.mark.parametrize("weight", ["0", "-1", "x", "nan", "inf"])
def test_a_weight_is_a_number_above_zero(weight: str) -> None:
    with pytest.raises(ModelUnavailable, match="weight is a number above 0"):
        ensemble.load(f"pocket*{weight}+pocket")
