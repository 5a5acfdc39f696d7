"""Both rasterisers against brute force, and their gradients against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bench import raster as bench
from engine.bench.scenes import clipdraw, references
from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.raster import pack, rasterise, unpack
from tests.engine.raster.bruteforce import render

BACKENDS = ("cpu", "reference")
RED = (0.9, 0.1, 0.2, 0.7)
SIDE = 32

DEGENERATE = {
    "a dot": ((16.0, 16.0),) * 4,
    "a straight line": ((4.0, 4.0), (12.0, 12.0), (20.0, 20.0), (28.0, 28.0)),
    "a straight line that turns back": ((4, 16), (40, 16), (-8, 16), (28, 16)),
    "ends that meet": ((16, 4), (34, 28), (-2, 28), (16, 4)),
    "a cusp": ((4, 28), (28, 4), (4, 4), (28, 28)),
    "coincident handles": ((4, 28), (16, 4), (16, 4), (28, 28)),
    "a handle on its end": ((4, 28), (4, 28), (28, 28), (28, 4)),
    "no cubic term": ((4, 26), (12, 10), (20, 10), (28, 26)),
    "a loop": ((4, 28), (60, -8), (-28, -8), (28, 28)),
    "half outside": ((-20, 16), (-10, 0), (10, 30), (16, 16)),
    "wholly outside": ((-90, 16), (-80, 0), (-70, 30), (-60, 16)),
}


def drawn(drawing: Drawing, backend: str) -> np.ndarray:
    image = rasterise(*pack([drawing]), backend=backend)
    return image[0].permute(1, 2, 0).numpy()


def assert_alike(drawing: Drawing, backend: str) -> None:
    error = np.abs(drawn(drawing, backend) - render(drawing))
    assert error.mean() <= 0.003
    assert np.quantile(error, 0.999) <= 0.12
    assert error.max() <= 0.25


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("width", [0.4, 1.0, 3.0, 9.0])
@pytest.mark.parametrize("points", DEGENERATE.values(), ids=DEGENERATE.keys())
def test_odd_strokes_are_drawn_as_they_are(
    points: tuple[tuple[float, float], ...], width: float, backend: str
) -> None:
    assert_alike(Drawing(SIDE, SIDE, (Stroke(points, width, BLACK),)), backend)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("points", DEGENERATE.values(), ids=DEGENERATE.keys())
def test_odd_strokes_have_finite_gradients(
    points: tuple[tuple[float, float], ...], backend: str
) -> None:
    packed = pack([Drawing(SIDE, SIDE, (Stroke(points, 3.0, RED),))])
    leaves = [v.clone().requires_grad_() for v in packed[:3]]
    images = rasterise(*leaves, packed.layout, packed.background, backend)
    for gradient in torch.autograd.grad(images.square().sum(), leaves):
        assert gradient.isfinite().all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_stroke_that_crosses_itself_is_not_darker_there(backend: str) -> None:
    loop = Stroke(DEGENERATE["a loop"], 3.0, (0.0, 0.0, 0.0, 0.5))
    assert drawn(Drawing(SIDE, SIDE, (loop,)), backend).min() == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_edges_have_no_dark_fringe(backend: str) -> None:
    red = Stroke(DEGENERATE["no cubic term"], 5.0, (1.0, 0.0, 0.0, 1.0))
    image = drawn(Drawing(SIDE, SIDE, (red,)), backend)
    assert np.allclose(image[..., 0], 1.0, atol=1e-5)
    assert np.allclose(image[..., 1], image[..., 2], atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_later_strokes_lie_on_top(backend: str) -> None:
    line = DEGENERATE["a straight line"]
    under, over = Stroke(line, 6.0, (1, 0, 0, 1)), Stroke(line, 6.0, (0, 0, 1, 1))
    image = drawn(Drawing(SIDE, SIDE, (under, over)), backend)
    assert image[16, 16].tolist() == pytest.approx([0, 0, 1], abs=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_is_its_drawings(backend: str) -> None:
    one = Drawing(SIDE, SIDE, (Stroke(DEGENERATE["a loop"], 3.0, RED),), (0.2, 0.9, 0.4))
    two = Drawing(SIDE, SIDE)
    three = Drawing(SIDE, SIDE, (Stroke(DEGENERATE["a cusp"], 2.0, BLACK), one.strokes[0]))
    batch = rasterise(*pack([one, two, three]), backend=backend)
    for image, drawing in zip(batch, (one, two, three), strict=True):
        assert torch.equal(image, rasterise(*pack([drawing]), backend=backend)[0])


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_drawing_is_drawn_right(data: st.DataObject) -> None:
    spot = st.floats(-16, 48, width=32)
    strokes = []
    for _ in range(data.draw(st.integers(1, 3))):
        count = 3 * data.draw(st.integers(1, 2)) + 1
        points = data.draw(st.lists(st.tuples(spot, spot), min_size=count, max_size=count))
        width = data.draw(st.floats(0.5, 12, width=16))
        strokes.append(Stroke(tuple(points), width, RED))
    drawing = Drawing(SIDE, SIDE, tuple(strokes))
    truth = render(drawing, samples=8)
    for backend in BACKENDS:
        error = np.abs(drawn(drawing, backend) - truth)
        assert error.mean() <= 0.006
        assert error.max() <= 0.35


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-1e6, 1e6, width=32)] * 2), min_size=4, max_size=4),
    st.floats(2**-10, 1000, width=32),
)
def test_nothing_finite_makes_anything_infinite(
    points: list[tuple[float, float]], width: float
) -> None:
    packed = pack([Drawing(SIDE, SIDE, (Stroke(tuple(points), width, RED),))])
    leaves = [v.clone().requires_grad_() for v in packed[:3]]
    images = rasterise(*leaves, packed.layout, packed.background, "cpu")
    assert images.isfinite().all()
    for gradient in torch.autograd.grad(images.sum(), leaves):
        assert gradient.isfinite().all()


def test_the_references_gradients_are_the_derivatives_of_its_image() -> None:
    curve = Stroke(((2.3, 9.1), (4.2, 1.3), (7.7, 12.2), (10.4, 3.6)), 2.6, RED)
    line = Stroke(((1.2, 2.1), (4.4, 5.0), (8.3, 7.2), (10.1, 10.7)), 1.7, (0.1, 0.4, 0.8, 0.5))
    packed = pack([Drawing(12, 12, (curve, line))], dtype=torch.float64)
    leaves = tuple(v.clone().requires_grad_() for v in packed[:3])

    def weighed(*values: torch.Tensor) -> torch.Tensor:
        images = rasterise(*values, packed.layout, packed.background, "reference")
        return images.sum((2, 3))

    assert torch.autograd.gradcheck(weighed, leaves, eps=1e-5, atol=2e-3, rtol=1e-2)


def test_the_fast_gradients_are_the_references() -> None:
    packed = clipdraw(24, seed=3)
    weight = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    gradients = []
    for backend in BACKENDS:
        leaves = [v.clone().requires_grad_() for v in packed[:3]]
        images = rasterise(*leaves, packed.layout, packed.background, backend)
        gradients.append(torch.autograd.grad((images * weight).sum(), leaves))
    for ours, theirs, least in zip(*gradients, (0.96, 0.998, 0.9999), strict=True):
        assert float(torch.cosine_similarity(ours.flatten(), theirs.flatten(), 0)) >= least


def test_what_needs_no_gradient_gets_none() -> None:
    packed = clipdraw(4)
    points = packed.points.clone().requires_grad_()
    images = rasterise(points, packed.widths, packed.colours, packed.layout, packed.background)
    images.sum().backward()
    assert points.grad is not None
    assert packed.widths.grad is None


def test_1024_strokes_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = clipdraw(1024)
    for backend in BACKENDS:
        images = rasterise(*packed, backend=backend)
        assert images.shape == (1, 3, 224, 224)
        assert float(images.min()) < 0.5


def test_packing_and_unpacking_is_the_identity() -> None:
    drawing = Drawing(SIDE, SIDE, (Stroke(DEGENERATE["a loop"], 3.0, RED),), (0.5, 0.25, 1.0))
    packed = pack([drawing, Drawing(SIDE, SIDE)])
    back = unpack(packed.points, packed.widths, packed.colours, packed.layout, packed.background)
    assert back[1].strokes == ()
    assert back[0].strokes[0].points == drawing.strokes[0].points


def test_unknown_backends_and_wrong_shapes_are_refused() -> None:
    packed = clipdraw(4)
    with pytest.raises(ValueError, match="nonsense"):
        rasterise(*packed, backend="nonsense")
    with pytest.raises(ValueError, match="widths"):
        rasterise(packed.points, packed.widths[:-1], *packed[2:])


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_reference_scenes_are_met(backend: str) -> None:
    scenes = references()
    if not scenes:
        pytest.skip("PENGUESS_DIFFVG is not set")
    assert len(scenes) == 12
    for scene in scenes:
        row = bench.parity(scene, backend)
        assert row["mean"] <= 0.001, row
        assert row["p99.9"] <= 0.1, row
        assert row["max"] <= 0.25, row
        if scene.gradients:
            assert row["cos_points"] >= 0.98, row
            assert row["cos_widths"] >= 0.998, row
            assert row["cos_colours"] >= 0.999, row
