"""Random views of a drawing: CLIPDraw's perspective and crop as one homography, sampled once.

The notebook applies torchvision's RandomPerspective and then RandomResizedCrop: two resamplings
and their blur. Both are homographies, so a view here is their product and one sampling of the
canvas. What lies outside the canvas is background, not black.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Views:
    """How views are drawn; the defaults are the notebook's (Frans et al. 2022, section 3).

    perspective: each corner moves inwards by up to this share of half a side.
    scale: the crop's area as a share of the canvas; above 1 the view zooms out.
    ratio: the crop's width by height, drawn log-uniformly.
    rotation: the crop turns by up to this many degrees either way.
    roam: how far a crop's centre may leave where the crop would still lie inside the canvas,
        as a share of the canvas; 0 keeps crops inside (and larger ones around the canvas).
    """

    perspective: float = 0.5
    scale: tuple[float, float] = (0.7, 0.9)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)
    rotation: float = 0.0
    roam: float = 0.0


PAPER = Views()

_RANDOMS = 14  # numbers that one view takes from its generator


def homographies(generator: torch.Generator, count: int, views: Views) -> Tensor:
    """`count` random views as matrices (count, 3, 3), float32 on the CPU.

    Each maps homogeneous view coordinates in [-1, 1]² (x right, y down) to canvas coordinates
    in [-1, 1]². All of its randomness comes from `generator`, in a fixed amount a view.
    """
    draws = torch.rand(count, _RANDOMS, generator=generator, dtype=torch.float64)
    corners = torch.tensor(
        [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]], dtype=torch.float64
    )

    # RandomPerspective: the canvas's corners go to points up to `perspective` of half the side
    # inwards. Sampling needs the way back, from the picture so bent to the canvas.
    inwards = draws[:, :8].reshape(count, 4, 2) * views.perspective
    bent = corners * (1.0 - inwards)
    unbend = _square_to_quad(bent).inverse()

    area = _between(draws[:, 8], *views.scale)
    low, high = (torch.tensor(r, dtype=torch.float64).log() for r in views.ratio)
    ratio = _between(draws[:, 9], low, high).exp()
    half_w, half_h = (area * ratio).sqrt(), (area / ratio).sqrt()
    if max(views.scale) <= 1.0:  # as torchvision does: a crop never exceeds the canvas
        half_w, half_h = half_w.clamp(max=1.0), half_h.clamp(max=1.0)
    centre_x = (2 * draws[:, 10] - 1) * ((1.0 - half_w).abs() + views.roam)
    centre_y = (2 * draws[:, 11] - 1) * ((1.0 - half_h).abs() + views.roam)
    angle = (2 * draws[:, 12] - 1) * views.rotation * torch.pi / 180
    crop = torch.zeros(count, 3, 3, dtype=torch.float64)
    crop[:, 0, 0], crop[:, 0, 1] = half_w * angle.cos(), -half_h * angle.sin()
    crop[:, 1, 0], crop[:, 1, 1] = half_w * angle.sin(), half_h * angle.cos()
    crop[:, 0, 2], crop[:, 1, 2], crop[:, 2, 2] = centre_x, centre_y, 1.0
    return (unbend @ crop).float()


def identity(count: int) -> Tensor:
    """`count` views that change nothing, (count, 3, 3)."""
    return torch.eye(3).expand(count, 3, 3)


def look(images: Tensor, matrices: Tensor, background: Tensor, size: int) -> Tensor:
    """Sample views of images, bilinearly and differentiably.

    images: (N, 3, H, W). matrices: (N, V, 3, 3) as `homographies` gives them. background:
    (N, 3), shown where a view leaves its canvas. Returns (N, V, 3, size, size).
    """
    count, per_image = matrices.shape[:2]
    matrices = matrices.to(images.device, images.dtype)
    axis = (torch.arange(size, device=images.device, dtype=images.dtype) * 2 + 1) / size - 1
    x, y = axis.expand(size, size), axis[:, None].expand(size, size)
    flat = torch.stack((x, y, torch.ones_like(x))).reshape(3, -1)  # (3, size²)
    mapped = matrices.reshape(-1, 3, 3) @ flat  # (N·V, 3, size²)
    # A view that looks past the horizon would wrap round: it sees background there instead.
    depth = mapped[:, 2:]
    spot = torch.where(depth > 1e-3, mapped[:, :2] / depth.clamp(min=1e-3), 9.0)
    # The views of one image lie below each other in one tall grid: no copy of the image a view.
    grid = spot.transpose(1, 2).reshape(count, per_image * size, size, 2)
    ground = background.to(images.device, images.dtype)[:, :, None, None]
    seen = F.grid_sample(
        images - ground, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    seen = seen + ground
    return seen.reshape(count, 3, per_image, size, size).transpose(1, 2)


def _between(u: Tensor, low: float | Tensor, high: float | Tensor) -> Tensor:
    return low + (high - low) * u


def _square_to_quad(quad: Tensor) -> Tensor:
    """The homographies (N, 3, 3) that take the corners of [-1, 1]² to quads (N, 4, 2).

    Corners in the order top left, top right, bottom right, bottom left. Closed form after
    Heckbert, Fundamentals of Texture Mapping (1989), section 2.2.3, for the unit square.
    """
    p0, p1, p2, p3 = quad.unbind(1)
    d1, d2, total = p1 - p2, p3 - p2, p0 - p1 + p2 - p3
    cross = d1[:, 0] * d2[:, 1] - d2[:, 0] * d1[:, 1]
    g = (total[:, 0] * d2[:, 1] - d2[:, 0] * total[:, 1]) / cross
    h = (d1[:, 0] * total[:, 1] - total[:, 0] * d1[:, 1]) / cross
    column_u = p1 - p0 + g[:, None] * p1
    column_v = p3 - p0 + h[:, None] * p3
    matrix = torch.zeros(quad.shape[0], 3, 3, dtype=quad.dtype)
    matrix[:, :2, 0], matrix[:, :2, 1], matrix[:, :2, 2] = column_u, column_v, p0
    matrix[:, 2, 0], matrix[:, 2, 1], matrix[:, 2, 2] = g, h, 1.0
    unit = torch.tensor([[0.5, 0.0, 0.5], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]], dtype=quad.dtype)
    return matrix @ unit
