"""Where a picture wants strokes: on its edges, where the critic looks.

CLIPasso (Vinker et al., SIGGRAPH 2022) starts strokes at points drawn from the product of CLIP's
attention and an edge map (XDoG). Attention is not to be had from every model, and says little in
small ones; here it is how much the picture's vector turns when that part of it is blurred away.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.api import SALIENCE_GRID as GRID
from engine.see.critic import Critic

_EDGE_SIDE = 96  # pixels: finer than the grid, coarse enough for the grain of a photograph
_EDGE_BLUR = 1.0  # pixels; the wider one is 1.6 times that, as in XDoG
_FAINT = 0.02  # a difference of brightness that is no edge
_FRAMED = 0.8  # so much of its border is ink in a picture that ends there
_PARTS = 8  # along a side
_PART = 0.3  # of the side: what is blurred away at once
_FLOOR = 0.15  # of the greatest importance, that every part has at least
_AT_ONCE = 16  # pictures for the critic


def salience(critic: Critic, picture: Tensor) -> list[int]:
    """How much a stroke belongs in each of GRID x GRID cells, row by row, 0 to 255.

    picture: (3, S, S) in [0, 1], S the critic's. All alike for a picture without edges.
    """
    cells = _edges(picture) * _importance(critic, picture)
    most = float(cells.max())
    if most <= 0:
        return [255] * (GRID * GRID)
    return (cells / most * 255).round().int().flatten().tolist()


def _edges(picture: Tensor) -> Tensor:
    """(GRID, GRID): the strongest edge in each cell."""
    fine = F.interpolate(picture[None], (_EDGE_SIDE, _EDGE_SIDE), mode="bilinear", antialias=True)
    rows, columns = _photograph(fine[0])
    shown = fine[..., rows, columns]
    apart = (_blurred(shown, _EDGE_BLUR) - _blurred(shown, 1.6 * _EDGE_BLUR)).abs().amax(1)
    edges = torch.zeros(1, _EDGE_SIDE, _EDGE_SIDE)
    # A faint edge is an edge all the same.
    edges[:, rows, columns] = (apart - _FAINT).clamp(min=0).sqrt()
    return F.adaptive_max_pool2d(edges[None], GRID)[0, 0]


def _photograph(picture: Tensor) -> tuple[slice, slice]:
    """Rows and columns without the frame that a picture with ink up to its border was given
    (engine/picture.py), which is no edge of anything; of other pictures, all."""
    ink = (picture - picture[:, :1, :1]).abs().amax(0) > _FAINT
    rows, columns = ink.any(1).nonzero(), ink.any(0).nonzero()
    whole = slice(0, _EDGE_SIDE)
    if not len(rows):
        return whole, whole
    top, bottom, left, right = (int(i) for i in (rows[0], rows[-1], columns[0], columns[-1]))
    if min(bottom - top, right - left) < 8:
        return whole, whole
    box = ink[top : bottom + 1, left : right + 1]
    border = torch.cat((box[1], box[-2], box[:, 1], box[:, -2])).float().mean()
    if border < _FRAMED:
        return whole, whole
    return slice(top + 2, bottom - 1), slice(left + 2, right - 1)


@torch.no_grad()
def _importance(critic: Critic, picture: Tensor) -> Tensor:
    """(GRID, GRID) in [_FLOOR, 1]: how much the picture's vector turns without each part."""
    side = picture.shape[-1]
    without = _blurred(picture[None], side / 10)[0]
    at = (torch.arange(side) + 0.5) / side
    views = [picture]
    for row in range(_PARTS):
        for column in range(_PARTS):
            y, x = (row + 0.5) / _PARTS, (column + 0.5) / _PARTS
            inside = ((at - y).abs() < _PART / 2)[:, None] & ((at - x).abs() < _PART / 2)
            views.append(torch.where(inside, without, picture))
    vectors = torch.cat([critic.encode_images(torch.stack(some)) for some in _chunks(views)]).cpu()
    turned = (1 - vectors[1:] @ vectors[0]).clamp(min=0).reshape(1, 1, _PARTS, _PARTS)
    spread = F.interpolate(turned, (GRID, GRID), mode="bilinear")[0, 0]
    return (spread / spread.max().clamp(min=1e-9)).clamp(min=_FLOOR)


def _chunks(views: list[Tensor]) -> list[list[Tensor]]:
    return [views[first : first + _AT_ONCE] for first in range(0, len(views), _AT_ONCE)]


def _blurred(images: Tensor, sigma: float) -> Tensor:
    """(N, C, H, W), blurred by a Gaussian of `sigma` pixels, edges repeated."""
    reach = max(1, round(3 * sigma))
    at = torch.arange(-reach, reach + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (at / sigma) ** 2)
    kernel = (kernel / kernel.sum()).expand(images.shape[1], 1, -1)
    groups = images.shape[1]
    padded = F.pad(images, (reach, reach, reach, reach), mode="replicate")
    across = F.conv2d(padded, kernel[:, :, None, :], groups=groups)
    return F.conv2d(across, kernel[:, :, :, None], groups=groups)
