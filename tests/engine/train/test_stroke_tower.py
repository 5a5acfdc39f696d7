from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.canvas.drawing import Drawing, polyline
from engine.canvas.render import to_image
from engine.pocket.stroke_tower import EMBED, StrokeTower, joined
from engine.see.framing import framed
from engine.train import doodles, stroke_tower, stroke_trust
from engine.train.doodles import Doodles
from engine.train.strokes import cut_short, paths_of
from tests.engine.train.clock import ticking

WORDS = ["line", "zigzag"]


def some(count: int) -> Doodles:
    """Lines and zigzags by turns, of two strokes each."""
    rng = np.random.default_rng(0)
    points, strokes, labels = [], [0], []
    for i in range(count):
        bend = 0.3 * (i % 2)
        for _ in range(2):
            path = [(x / 8, 0.5 + (bend if x % 2 else -bend)) for x in range(9)]
            points.append(np.array(path, np.float32) + rng.normal(0, 0.01, (9, 2)))
            strokes.append(strokes[-1] + 9)
        labels.append(i % 2)
    return Doodles(
        np.concatenate(points).astype(np.float32),
        np.array(strokes, np.int64),
        np.arange(0, 2 * count + 1, 2),
        np.array(labels, np.int64),
        WORDS,
    )


@pytest.fixture(scope="module")
def text() -> Tensor:
    return normalize(torch.randn(5, EMBED, generator=torch.Generator().manual_seed(0)), dim=1)


def test_it_learns_and_goes_on_from_where_it_was_stopped(text: Tensor, tmp_path: Path) -> None:
    own, recipe = some(64), stroke_tower.Recipe(minutes=0.5, batch=32, rate=4e-3)
    lesson = stroke_tower.Lesson(own, text, text[torch.from_numpy(own.labels)], 20.0)
    torch.manual_seed(0)
    model = stroke_tower.Reader(StrokeTower())
    kept = tmp_path / "strokes.pt"
    learned = stroke_tower.fit(model, lesson, own, recipe, kept, ticking(0.5))
    assert stroke_tower.rates(learned, own, text, 1.0)[0] > 0.9
    step = torch.load(kept, weights_only=True)["step"]
    longer = stroke_tower.Recipe(minutes=0.6, batch=32, rate=4e-3)
    stroke_tower.fit(stroke_tower.Reader(StrokeTower()), lesson, own, longer, kept, ticking(0.5))
    assert torch.load(kept, weights_only=True)["step"] > step


def test_less_of_a_drawing_is_less_ink() -> None:
    for share in (0.25, 0.5, 1.0):
        _, amounts = stroke_tower.read_all(some(2), share)
        assert amounts[:, 2].tolist() == [share] * 2
    half = cut_short(
        [np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([[0.0, 5.0], [10.0, 5.0]])], 0.75
    )
    assert [path[-1].tolist() for path in half] == [[10.0, 0.0], [5.0, 5.0]]


def test_sets_are_parted_by_word_and_put_together() -> None:
    own = some(20)
    first, rest = doodles.every(own, 5), doodles.every(own, 5, rest=True)
    assert (len(first), len(rest)) == (4, 16)
    assert np.bincount(first.labels).tolist() == [2, 2]
    whole = doodles.both(first, rest)
    assert len(whole) == len(own)
    assert len(whole.points) == len(own.points)
    assert np.array_equal(whole.points[whole.strokes[8] :], rest.points)
    with pytest.raises(ValueError, match="same words"):
        doodles.both(own, Doodles(own.points, own.strokes, own.drawings, own.labels, ["a", "b"]))


def test_doodles_of_some_words_know_no_others() -> None:
    own = some(6)
    zigzags = doodles.of(own, {"zigzag"})
    assert zigzags.words == ["zigzag"]
    assert zigzags.labels.tolist() == [0, 0, 0]
    assert np.array_equal(paths_of(zigzags, 1)[1], paths_of(own, 3)[1])


def test_whoever_is_more_often_right_is_trusted_more(text: Tensor) -> None:
    rng = torch.Generator().manual_seed(1)
    labels = torch.randint(5, (400,), generator=rng)
    noise = torch.randn(2, 400, EMBED, generator=rng) / EMBED**0.5
    strokes = normalize(text[labels] + 4.0 * noise[0], dim=1)
    pictures = normalize(noise[1], dim=1)  # of nothing in particular
    amounts = torch.tensor([[3.0, 4.0, 1.0]]).repeat(400, 1)
    shown = stroke_trust.Shown(pictures, strokes, amounts, labels)
    trust = stroke_trust.fitted([shown], text)
    nothing = torch.zeros_like(pictures)
    by_pictures = joined(trust, pictures, nothing, amounts).norm(dim=1).mean()
    by_strokes = joined(trust, nothing, strokes, amounts).norm(dim=1).mean()
    assert by_strokes > 2 * by_pictures


def test_doodles_are_pictured_as_a_guess_sees_them() -> None:
    own = some(2)
    for share in (0.4, 1.0):
        paths = cut_short(paths_of(own, 1), share)
        strokes = []
        for path in paths:
            strokes += polyline([(float(x), float(y)) for x, y in 255 * path + 16], 10.0)
        seen = framed(to_image(Drawing(288, 288, tuple(strokes)), 288), 48)
        quick = stroke_trust.pictured(paths, 48)
        assert quick.shape == seen.shape
        assert (quick - seen).abs().mean() < 0.1 * (1 - seen).mean()


def test_trust_is_as_sure_as_it_is_right(text: Tensor) -> None:
    """Noise of two kinds: the first word is often right by little, or wrong by much."""
    rng = torch.Generator().manual_seed(2)
    labels = torch.randint(5, (1000,), generator=rng)
    shown = []
    for share, loud in ((0.5, 8.0), (1.0, 2.0)):
        noise = torch.randn(2, 1000, EMBED, generator=rng) / EMBED**0.5
        noise *= torch.where(torch.rand(1000, 1, generator=rng) < 0.5, loud, 0.5)
        seen = normalize(text[labels] + noise, dim=2)
        amounts = torch.tensor([[3.0, 4.0, share]]).repeat(1000, 1)
        shown.append(stroke_trust.Shown(seen[0], seen[1], amounts, labels))
    trust = stroke_trust.fitted(shown, text)
    for one in shown:
        logits = joined(trust, one.pictures, one.strokes, one.amounts) @ text.T
        sure, best = logits.softmax(1).max(1)
        right = (best == labels).float().mean().item()
        assert sure.mean().item() == pytest.approx(right, abs=0.03)
