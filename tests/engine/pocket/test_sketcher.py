import math

import pytest
import torch

from engine.pocket.sketcher import DOODLE, ICON, POINTS, STROKES, TEXT, Layout, Sketcher, Wanted


@pytest.fixture
def sketcher() -> Sketcher:
    """A small one whose weights are random: what it says depends on all that it is told."""
    torch.manual_seed(0)
    net = Sketcher(width=24, layers=2, heads=2)
    for weights in net.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    return net.eval().requires_grad_(False)


def wanted(*counts: int, kind: int = DOODLE, ink: float = math.nan) -> Wanted:
    text = torch.nn.functional.normalize(torch.randn(len(counts), TEXT), dim=1)
    rows = len(counts)
    return Wanted(text, torch.tensor(counts), torch.full((rows,), ink), torch.full((rows,), kind))


def velocity(net: Sketcher, want: Wanted, x: torch.Tensor) -> torch.Tensor:
    time = torch.full((len(want.count),), 0.4)
    return net(x, time, net.condition(want), Layout(want.count))


def test_a_sketch_has_the_strokes_that_are_asked_for(sketcher: Sketcher) -> None:
    want = wanted(3, 1, STROKES)
    drawn = sketcher.sample(want, torch.randn(4 + STROKES, 2 * POINTS), steps=2)
    assert [tuple(points.shape) for points in drawn] == [
        (3, POINTS, 2), (1, POINTS, 2), (STROKES, POINTS, 2),
    ]  # fmt: skip


def test_a_sketch_does_not_depend_on_those_beside_it(sketcher: Sketcher) -> None:
    want = wanted(3, 5)
    noise = torch.randn(8, 2 * POINTS)
    both = sketcher.sample(want, noise, steps=3)
    alone = Wanted(want.text[:1], want.count[:1], want.ink[:1], want.kind[:1])
    (first,) = sketcher.sample(alone, noise[:3], steps=3)
    torch.testing.assert_close(both[0], first, rtol=1e-4, atol=1e-4)


def test_strokes_see_each_other_and_not_another_drawing(sketcher: Sketcher) -> None:
    want = wanted(2, 2)
    x = torch.randn(4, 2 * POINTS)
    before = velocity(sketcher, want, x)
    x[1] += 1.0
    after = velocity(sketcher, want, x)
    assert not torch.allclose(before[0], after[0])
    torch.testing.assert_close(before[2:], after[2:], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "other",
    [
        lambda w: Wanted(w.text.flip(1), w.count, w.ink, w.kind),
        lambda w: Wanted(w.text, w.count, torch.full_like(w.ink, 3.0), w.kind),
        lambda w: Wanted(w.text, w.count, w.ink, torch.full_like(w.kind, ICON)),
    ],
    ids=["text", "ink", "kind"],
)
def test_what_is_wanted_changes_what_is_drawn(sketcher: Sketcher, other) -> None:
    want = wanted(4)
    x = torch.randn(4, 2 * POINTS)
    assert not torch.allclose(velocity(sketcher, want, x), velocity(sketcher, other(want), x))


def test_how_many_strokes_depends_on_text_and_kind(sketcher: Sketcher) -> None:
    text = torch.nn.functional.normalize(torch.randn(2, TEXT), dim=1)
    logits = sketcher.counts(text, torch.tensor([DOODLE, ICON]))
    assert logits.shape == (2, STROKES)
    swapped = sketcher.counts(text, torch.tensor([ICON, DOODLE]))
    assert not torch.allclose(logits, swapped)
