import copy
import dataclasses
import json
from typing import Any

import numpy as np
import pytest
import torch

from engine.train import fit, words
from engine.train.doodles import Doodles
from engine.train.icons import Rendered
from tests.engine.train.clock import ticking


def _strokes(rng: np.random.Generator, label: int) -> np.ndarray:
    """A circle or a zigzag, a little different each time."""
    t = np.linspace(0, 1, 12)
    if label:
        points = np.stack([t, (np.arange(12) % 2) * 0.8], 1)
    else:
        points = 0.5 + 0.5 * np.stack([np.cos(6.3 * t), np.sin(6.3 * t)], 1)
    return (points + rng.normal(0, 0.02, points.shape)).astype(np.float32)


@pytest.fixture(scope="module")
def material():
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    points = np.concatenate([_strokes(rng, label) for label in labels])
    drawn = Doodles(
        points, np.arange(41) * 12, np.arange(41), labels.astype(np.int64), ["circle", "zigzag"]
    )
    ink = np.zeros((4, 96, 96), np.uint8)
    ink[:, 20:76, 20:76] = 255
    icons = Rendered(ink, np.zeros((0, 96, 96, 4), np.uint8), ["square"] * 4, ["set"] * 4)
    names = ["circle", "square", "zigzag"]
    vectors = torch.randn(3, 384, generator=torch.Generator().manual_seed(0))
    vectors = torch.nn.functional.normalize(vectors, dim=-1)
    told = np.array([True, False, True])
    return fit.Material(
        drawn, icons, names, vectors, words.same(vectors, told), torch.tensor([0, 2])
    )


_RECIPE = fit.Recipe(minutes=0.6, batch=16, others=4, grow=0.3, robust=0.6)


def test_batch_is_a_function_of_its_number(material):
    batches = fit.Batches(material, _RECIPE)
    (first, labels), (again, _), (other, _) = (batches.batch(n, 48, 1.0) for n in (5, 5, 6))
    assert first.shape == (16, 3, 48, 48)
    assert set(labels.tolist()) <= {0, 1, 2}
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_words_left_out_do_not_matter():
    logits = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    left_out = torch.tensor([[False, True, False]])
    loss = fit.cross_entropy(logits, torch.tensor([0]), left_out, 0.1)
    loss.backward()
    pair = torch.nn.functional.cross_entropy(
        logits[:, [0, 2]], torch.tensor([0]), label_smoothing=0.1
    )
    assert logits.grad is not None
    assert logits.grad[0, 1] == 0
    torch.testing.assert_close(loss, pair)


def test_move_against_the_model_is_as_long_as_asked_and_raises_the_loss(material):
    torch.manual_seed(0)
    model = fit.Seer()
    pictures, labels = fit.Batches(material, _RECIPE).batch(0, 48, 1.0)
    loss = fit.Naming(material, labels, 4, np.random.default_rng(0))
    model(pictures)
    model.eval()
    pictures.requires_grad_()
    before = loss(model, pictures)
    before.backward()
    reach = torch.full((16,), 0.5)
    moved = fit.against(pictures, reach)
    torch.testing.assert_close((moved - pictures).flatten(1).norm(dim=1), reach)
    assert loss(model, moved) > before


def test_doodles_are_varied_as_freely_as_asked(material):
    batches = fit.Batches(material, dataclasses.replace(_RECIPE, doodles=1.0, unfinished=0.0))
    (plain, _), (varied, _) = (batches.batch(0, 48, vary) for vary in (0.0, 1.0))
    assert (plain == plain[:, :1]).all()  # no colours
    assert not (varied == varied[:, :1]).all()


def test_teacher_of_the_same_opinion_teaches_nothing(material):
    torch.manual_seed(0)
    model, other = fit.Seer().eval(), fit.Seer().eval()
    pictures, labels = fit.Batches(material, _RECIPE).batch(0, 48, 1.0)
    naming = fit.Naming(material, labels, 4, np.random.default_rng(0))

    def slope(teacher: fit.Seer, soft: float) -> float:
        model.zero_grad()
        naming(model, pictures, 0.0, teacher, soft).backward()
        return model.get_parameter("proj.weight").grad.norm().item()

    assert slope(other, 1.0) > 100 * slope(model, 1.0)
    torch.testing.assert_close(
        naming(model, pictures, 0.1, other, 0.0), naming(model, pictures, 0.1)
    )


def test_pictures_without_a_gradient_are_refused():
    with pytest.raises(ValueError, match="taken back"):
        fit.against(torch.zeros(1, 3, 8, 8), torch.ones(1))


def test_words_of_one_meaning_are_the_same_but_drawn_ones_never():
    vectors = torch.nn.functional.normalize(torch.tensor([[1.0, 0], [1, 0.1], [0, 1]]), dim=-1)
    alike = words.same(vectors, np.array([True, False, False]))
    assert alike.tolist() == [[False, True, False], [True, False, False], [False] * 3]
    assert not words.same(vectors, np.array([True, True, False])).any()


def test_scale_is_calibrated_to_how_often_the_model_is_right():
    torch.manual_seed(0)
    cosines = torch.rand(4000, 10)
    labels = torch.distributions.Categorical(logits=20 * cosines).sample()
    assert fit.calibrated(cosines, labels) == pytest.approx(20, abs=2)


def test_training_learns_goes_on_and_tells(material, tmp_path):
    kept = tmp_path / "tower.pt"
    torch.manual_seed(0)
    fit.fit(fit.Seer(), material, material.doodles, _RECIPE, kept, ticking())
    step = torch.load(kept)["step"]
    longer = dataclasses.replace(_RECIPE, minutes=1.0)
    model = fit.fit(fit.Seer(), material, material.doodles, longer, kept, ticking())
    lines = [json.loads(line) for line in kept.with_suffix(".jsonl").read_text().splitlines()]
    assert torch.load(kept)["step"] > step > 0
    # Losses do not compare: the later batches are moved against the model.
    assert lines[-1]["step"] > lines[0]["step"]
    text = model.read(material.vectors[material.drawn])
    assert fit.rates(*fit.cosines(model, text, material.doodles))[0] > 0.8


def test_pupil_takes_its_teacher_s_opinion_whatever_the_names_say(material, tmp_path):
    torch.manual_seed(0)
    recipe = dataclasses.replace(_RECIPE, minutes=1.0, size=48, robust=1.0, doodles=1.0)

    def learn(seer: fit.Seer, material: fit.Material, name: str, **how: Any) -> fit.Seer:
        kept = tmp_path / f"{name}.pt"
        return fit.fit(seer, material, material.doodles, recipe, kept, ticking(), **how)

    teacher = learn(fit.Seer(), material, "teacher")
    swapped = dataclasses.replace(material.doodles, labels=1 - material.doodles.labels)
    wrong = dataclasses.replace(material, doodles=swapped)
    recipe = dataclasses.replace(recipe, soft=1.0)
    pupil = learn(copy.deepcopy(teacher).requires_grad_(True), wrong, "pupil", teacher=teacher)
    text = pupil.read(material.vectors[material.drawn])
    assert fit.rates(*fit.cosines(pupil, text, material.doodles, size=48))[0] > 0.9
