"""diffvg (Li et al. 2020) as a backend, used on request where `pydiffvg` can be imported.

The library is on no registry and has to be built; docs/diffvg.md says how, and what came of running
this with it. Tests see to the conversion of scenes. Its `stroke_width` is half of ours. It is given
an opaque background image: without one it returns colours that are already multiplied by coverage,
and laying those over white darkens every edge.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

import torch
from torch import Tensor

from engine.raster.layout import Layout

SAMPLES = 4  # a side of a pixel
NOTEBOOK_SAMPLES = 2  # CLIPDraw's
SEED = 0


def available() -> bool:
    """Whether pydiffvg can be imported here."""
    return "pydiffvg" in sys.modules or importlib.util.find_spec("pydiffvg") is not None


def rasterise(
    points: Tensor,
    widths: Tensor,
    colours: Tensor,
    layout: Layout,
    paper: Tensor,
    samples: int = SAMPLES,
) -> Tensor:
    """As `engine.raster.rasterise`, for paper (B, 3, height, width). samples: a side of a pixel."""
    pydiffvg = importlib.import_module("pydiffvg")
    first, images = 0, []
    offsets = layout.stroke_offsets.tolist()
    for drawing in range(layout.drawings_count):
        strokes = range(offsets[drawing], offsets[drawing + 1])
        scene, first = _scene(pydiffvg, points, widths, colours, layout, strokes, first)
        ground = paper[drawing].permute(1, 2, 0)
        opaque = torch.cat((ground, torch.ones_like(ground[..., :1])), 2).contiguous()
        arguments = pydiffvg.RenderFunction.serialize_scene(layout.width, layout.height, *scene)
        image = pydiffvg.RenderFunction.apply(
            layout.width, layout.height, samples, samples, SEED, opaque, *arguments
        )
        images.append(image[..., :3].permute(2, 0, 1))
    return torch.stack(images)


def _scene(
    pydiffvg: ModuleType,
    points: Tensor,
    widths: Tensor,
    colours: Tensor,
    layout: Layout,
    strokes: range,
    first: int,
) -> tuple[tuple[list[object], list[object]], int]:
    """Shapes and groups of one drawing, and the first control point after it."""
    shapes, groups = [], []
    for i, stroke in enumerate(strokes):
        segments = int(layout.segments[stroke])
        last = first + 3 * segments + 1
        shapes.append(
            pydiffvg.Path(
                num_control_points=torch.full((segments,), 2, dtype=torch.int32),
                points=points[first:last],
                stroke_width=widths[stroke] / 2,
                is_closed=False,
            )
        )
        groups.append(
            pydiffvg.ShapeGroup(
                shape_ids=torch.tensor([i]), fill_color=None, stroke_color=colours[stroke]
            )
        )
        first = last
    return (shapes, groups), first
