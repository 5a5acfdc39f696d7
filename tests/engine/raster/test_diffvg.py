"""How a drawing is handed to diffvg; the library itself cannot be had here."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from engine.bench.scenes import references
from engine.canvas.drawing import Drawing, Stroke
from engine.raster import pack, rasterise

BENT = Stroke(
    ((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14)), 6.0, (0.1, 0.2, 0.3, 0.4)
)
LINE = Stroke(((0, 0), (1, 0), (2, 0), (3, 0)), 2.0, (1.0, 0.0, 0.0, 1.0))


class Recorder:
    """The calls that the backend makes of pydiffvg, with the documented names."""

    def __init__(self) -> None:
        self.calls: list[SimpleNamespace] = []
        self.RenderFunction = SimpleNamespace(serialize_scene=self._serialise, apply=self._apply)

    Path = ShapeGroup = SimpleNamespace

    def _serialise(
        self, width: int, height: int, shapes: list[Any], groups: list[Any]
    ) -> list[Any]:
        return [width, height, shapes, groups]

    def _apply(
        self, width: int, height: int, nx: int, ny: int, seed: int, ground: Any, *scene: Any
    ) -> torch.Tensor:
        _, _, shapes, groups = scene
        self.calls.append(
            SimpleNamespace(size=(width, height), ground=ground, shapes=shapes, groups=groups)
        )
        return torch.cat((ground[..., :3] * 0.5, ground[..., 3:]), 2)


@pytest.fixture
def pydiffvg(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setitem(sys.modules, "pydiffvg", recorder)  # type: ignore[arg-type]
    return recorder


def test_widths_are_halved_and_points_keep_their_order(pydiffvg: Recorder) -> None:
    rasterise(*pack([Drawing(20, 10, (BENT, LINE))]), backend="diffvg")
    (call,) = pydiffvg.calls
    assert call.size == (20, 10)
    bent, line = call.shapes
    assert (float(bent.stroke_width), float(line.stroke_width)) == (3.0, 1.0)
    assert bent.points.tolist() == [list(point) for point in BENT.points]
    assert bent.num_control_points.tolist() == [2, 2]
    assert not bent.is_closed
    assert [group.shape_ids.tolist() for group in call.groups] == [[0], [1]]
    assert call.groups[0].stroke_color.tolist() == pytest.approx(list(BENT.colour))
    assert call.groups[0].fill_color is None


def test_the_background_is_an_opaque_image(pydiffvg: Recorder) -> None:
    image = rasterise(*pack([Drawing(4, 3, (LINE,), (0.2, 0.4, 0.6))]), backend="diffvg")
    ground = pydiffvg.calls[0].ground
    assert ground.shape == (3, 4, 4)
    assert ground[0, 0].tolist() == pytest.approx([0.2, 0.4, 0.6, 1.0])
    assert image.shape == (1, 3, 3, 4)
    assert image[0, :, 0, 0].tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_each_drawing_of_a_batch_is_a_scene(pydiffvg: Recorder) -> None:
    rasterise(*pack([Drawing(4, 3, (LINE,)), Drawing(4, 3, (BENT, LINE))]), backend="diffvg")
    assert [len(call.shapes) for call in pydiffvg.calls] == [1, 2]
    assert pydiffvg.calls[1].shapes[0].points.tolist() == [list(point) for point in BENT.points]


def test_reference_scenes_are_described_by_half_their_width(pydiffvg: Recorder) -> None:
    scenes = references()
    if not scenes:
        pytest.skip("PENGUESS_DIFFVG is not set")
    thin = next(scene for scene in scenes if scene.name == "s01_one_thin")
    rasterise(*pack([thin.drawing]), backend="diffvg")
    assert float(pydiffvg.calls[0].shapes[0].stroke_width) == pytest.approx(1.0)


def test_without_the_library_the_backend_is_not_there() -> None:
    if "pydiffvg" in sys.modules:
        pytest.skip("pydiffvg is installed here")
    with pytest.raises(ValueError, match="diffvg"):
        rasterise(*pack([Drawing(4, 3, (LINE,))]), backend="diffvg")
