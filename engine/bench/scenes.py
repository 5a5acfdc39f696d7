"""Scenes to rasterise: CLIPDraw's beginning by seed, and the reference scenes where they are."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing, Stroke
from engine.paint.start_strokes import scatter
from engine.raster import Layout, Packed

VARIABLE = "PENGUESS_DIFFVG"
SIDE = 224


@dataclass(frozen=True)
class Reference:
    """A scene with what brute force makes of it.

    exact: (height, width, 3). gradients: of `loss` by points, half widths and colours by central
    differences, NaN where they were not computed; None for scenes without.
    """

    name: str
    drawing: Drawing
    exact: np.ndarray
    gradients: tuple[np.ndarray, np.ndarray, np.ndarray] | None


def references() -> list[Reference]:
    """The scenes in the folder that PENGUESS_DIFFVG names; none without it."""
    folder = Path(os.environ.get(VARIABLE, ""))
    if not os.environ.get(VARIABLE) or not (folder / "exact.npz").is_file():
        return []
    exact = np.load(folder / "exact.npz")
    found = []
    for path in sorted((folder / "scenes").glob("*.json")):
        gradients = folder / "grad" / f"{path.stem}.npz"
        by = None
        if gradients.is_file():
            stored = np.load(gradients)
            names = ("points", "half_width", "rgba")
            by = tuple(stored[f"exact_fd.{name}"] for name in names)
        found.append(
            Reference(path.stem, read_scene(path), exact[path.stem].astype(np.float32), by)
        )
    return found


def read_scene(path: Path) -> Drawing:
    """A scene file as a drawing; its strokes are described by half their width."""
    scene = json.loads(path.read_text())
    strokes = (
        Stroke(tuple(map(tuple, s["points"])), 2 * s["half_width"], tuple(s["rgba"]))
        for s in scene["strokes"]
    )
    return Drawing(scene["width"], scene["height"], tuple(strokes), tuple(scene["background"]))


def clipdraw(strokes: int, seed: int = 0) -> Packed:
    """The notebook's beginning at 224 px: lines of 2 px."""
    start = scatter(torch.Generator().manual_seed(seed), strokes, SIDE, pen=False)
    layout = Layout(start.segments, np.array([strokes]), SIDE, SIDE)
    return Packed(start.points, start.widths, start.colours, layout, start.background[None])


def target(height: int, width: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """The picture (3, height, width) that the reference gradients' loss compares with."""
    y, x = torch.meshgrid(
        (torch.arange(height, dtype=torch.float64) + 0.5) / height,
        (torch.arange(width, dtype=torch.float64) + 0.5) / width,
        indexing="ij",
    )
    turn = 2 * torch.pi
    red = 0.5 + 0.4 * torch.sin(turn * (x + 0.5 * y) + 0.3)
    green = 0.5 + 0.4 * torch.cos(turn * (0.7 * x - 1.2 * y) + 1.1)
    blue = 0.5 + 0.4 * torch.sin(turn * (x * x + y) + 2)
    return torch.stack((red, green, blue)).to(dtype)


def loss(images: Tensor) -> Tensor:
    """Mean squared difference of one image (1, 3, height, width) from `target`."""
    wanted = target(images.shape[2], images.shape[3], images.dtype)
    return (images[0] - wanted).square().mean()
