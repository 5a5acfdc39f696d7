"""The rasteriser as it is defined, in plain PyTorch on any device and in any dtype.

A stroke is the set of points nearer to its curve than half its width. Its coverage of a pixel is
the part of the pixel's square inside that set: the square is cut into SUBPIXELS x SUBPIXELS, and
a subpixel of side e at distance d from the curve is covered as a straight band would cover it,
(min(d + h, e/2) - max(d - h, -e/2)) / e. So a stroke is one region however often it crosses
itself, and hairlines keep their weight. Strokes lie "over" one another per pixel, first at the
bottom, with alpha = coverage x opacity and no gamma. Everything is found by search without
gradients (which pixels, which piece of which curve is nearest) and then computed once more, for
what was found only, with them.

A pair below is one stroke on one pixel; a piece is a straight part of a flattened cubic.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from engine.raster.layout import Layout

SUBPIXELS = 6  # a side; with fewer, gradients at hairpins and coinciding edges are coarser
TOLERANCE = 0.02  # pixels between a cubic and its pieces
MOST_PIECES = 1024  # of one cubic; keeps the tolerance until control points are 28,000 px apart
FAR = 1e6  # pixels; control points beyond are drawn here
BUDGET = 1 << 22  # piece-pixel distances held at once
HALF_DIAGONAL = 0.70711  # of a pixel


class Pieces(NamedTuple):
    """Flattened curves: N straight pieces from `start` to `end` (N, 2), of stroke `stroke` (N,)."""

    start: Tensor
    end: Tensor
    stroke: Tensor


def rasterise(
    points: Tensor, widths: Tensor, colours: Tensor, layout: Layout, background: Tensor
) -> Tensor:
    """Paint a batch: (B, 3, height, width), differentiable in points, widths and colours.

    points: (P, 2) pixels. widths: (S,) full widths in pixels. colours: (S, 4) straight RGBA.
    background: (B, 3, height, width).
    """
    half = widths.clamp_min(0) / 2
    pieces = _flatten(points, half.detach(), layout)
    drawing = torch.as_tensor(layout.drawing_of_stroke, device=points.device)
    image = background.permute(0, 2, 3, 1).reshape(-1, 3)
    groups = _groups(pieces, half, layout)
    for first, last in groups:
        group = Pieces(*(part[first:last] for part in pieces))
        if len(groups) == 1:
            image = _paint(image, group, half, colours, drawing, layout)
        else:  # hold the intermediate results of one group at a time
            image = checkpoint(
                _paint, image, group, half, colours, drawing, layout, use_reentrant=False
            )
    if torch.is_grad_enabled() and not image.requires_grad:  # no stroke touches the canvas
        image = image + 0 * (points.sum() + widths.sum() + colours.sum())
    return image.reshape(-1, layout.height, layout.width, 3).permute(0, 3, 1, 2)


def _flatten(points: Tensor, half: Tensor, layout: Layout) -> Pieces:
    """Cut every cubic into equal steps of its parameter, as many as TOLERANCE asks for."""
    device = points.device
    first = torch.as_tensor(layout.first_point_of_cubic, device=device)
    stroke = torch.as_tensor(layout.stroke_of_cubic, device=device)
    corners = points.clamp(-FAR, FAR)[first[:, None] + torch.arange(4, device=device)]
    with torch.no_grad():
        # A chord of a curve with |B''| <= m over a step dt is at most m dt^2 / 8 away from it,
        # and a cubic's second derivative is 6 times a mix of these two differences.
        bend = (corners[:, :-2] - 2 * corners[:, 1:-1] + corners[:, 2:]).norm(dim=2).amax(1)
        steps = (6 * bend / (8 * TOLERANCE)).sqrt().ceil().clamp(1, MOST_PIECES)
        reach = half[stroke, None] + 1
        size = torch.tensor([layout.width, layout.height], device=device)
        outside = (corners.amin(1) - reach > size) | (corners.amax(1) + reach < 0)
        steps = steps.masked_fill(outside.any(1), 1).long()
    cubic = torch.repeat_interleave(steps)
    corners, count, step = corners[cubic], steps[cubic], _ragged(steps)

    def curve(index: Tensor) -> Tensor:
        t = (index.to(points.dtype) / count)[:, None]
        weights = torch.cat([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
        return (weights[:, :, None] * corners).sum(1)

    return Pieces(curve(step), curve(step + 1), stroke[cubic])


def _boxes(pieces: Pieces, half: Tensor, layout: Layout) -> tuple[Tensor, Tensor]:
    """The pixels each piece can touch: first (N, 2) and number (N, 2), x and y."""
    reach = half.detach()[pieces.stroke, None] + 1
    size = torch.tensor([layout.width, layout.height], device=reach.device, dtype=reach.dtype)
    zero = torch.zeros_like(size)
    low = (torch.minimum(pieces.start, pieces.end).detach() - reach).floor()
    high = (torch.maximum(pieces.start, pieces.end).detach() + reach).ceil()
    low, high = low.clamp(zero, size), high.clamp(zero, size)
    return low.long(), (high - low).long()


def _groups(pieces: Pieces, half: Tensor, layout: Layout) -> list[tuple[int, int]]:
    """Ranges of pieces, whole strokes each, whose boxes hold about BUDGET pixels together."""
    areas = _boxes(pieces, half, layout)[1].prod(1)
    last = torch.cumsum(torch.bincount(pieces.stroke, minlength=half.numel()), 0)
    ends = last.tolist()
    inked = torch.cat([areas.new_zeros(1), areas.cumsum(0)])[last].tolist()
    groups, first, begun = [], 0, 0
    for index, (end, area) in enumerate(zip(ends, inked, strict=True)):
        following = inked[index + 1] if index + 1 < len(ends) else area + BUDGET
        if following - begun > BUDGET and end > first:
            groups.append((first, end))
            first, begun = end, area
    return groups


def _paint(
    image: Tensor,
    pieces: Pieces,
    half: Tensor,
    colours: Tensor,
    drawing: Tensor,
    layout: Layout,
) -> Tensor:
    """Lay the strokes of `pieces` over image (B * height * width, 3)."""
    area = layout.height * layout.width
    with torch.no_grad():
        keys, depth, candidates = _search(pieces, half, layout)
    stroke = keys // area
    h = half[stroke]
    edge = depth > h - HALF_DIAGONAL
    coverage = torch.ones_like(depth)
    if candidates.numel():
        covered = _coverage(pieces, candidates, keys, edge, h, layout)
        coverage = coverage.masked_scatter(edge, covered)
    alpha = (coverage * colours[stroke, 3])[:, None]
    ink = alpha * colours[stroke, :3]
    pixel = drawing[stroke] * area + keys % area
    # The k-th stroke of every pixel at once, k = 0, 1, …: keys are in painting order already.
    order = torch.argsort(pixel, stable=True)
    level = torch.empty_like(order)
    level[order] = _ragged(torch.unique_consecutive(pixel[order], return_counts=True)[1])
    for k in range(int(level.max()) + 1 if level.numel() else 0):
        here = (level == k).nonzero()[:, 0]
        below = image[pixel[here]]
        image = image.index_copy(0, pixel[here], ink[here] + (1 - alpha[here]) * below)
    return image


def _search(pieces: Pieces, half: Tensor, layout: Layout) -> tuple[Tensor, Tensor, Tensor]:
    """Which strokes touch which pixels, and by which of their pieces.

    Returns keys (M,), stroke * height * width + pixel, ascending; depth (M,), the distance of
    that pixel's centre from the curve; candidates (2, K), pair and piece, for pairs at the edge
    of a stroke all pieces that can be nearest to some point of the pixel.
    """
    area = layout.height * layout.width
    low, extent = _boxes(pieces, half, layout)
    counts = extent.prod(1)
    total = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    position = 0
    while position < counts.numel():
        limit = total[position] + BUDGET
        stop = max(position + 1, int(torch.searchsorted(total, limit, right=True)) - 1)
        part = counts[position:stop]
        piece = position + torch.repeat_interleave(part)
        index = _ragged(part)
        x = low[piece, 0] + index % extent[piece, 0]
        y = low[piece, 1] + index // extent[piece, 0]
        centre = torch.stack([x, y], 1) + 0.5
        distance = _distance(centre.to(half.dtype), pieces.start[piece], pieces.end[piece])
        h = half[pieces.stroke[piece]]
        near = distance < h + HALF_DIAGONAL
        key = pieces.stroke[piece] * area + y * layout.width + x
        found.append(_prune(key[near], piece[near], distance[near], h[near])[2:])
        position = stop
    if not found:
        empty = half.new_zeros(0)
        return empty.long(), empty, empty.long().reshape(2, 0)
    key, piece, distance = (torch.cat(parts) for parts in zip(*found, strict=True))
    keys, depth, key, piece, _ = _prune(key, piece, distance, half[pieces.stroke[piece]])
    edge = depth > half[keys // area] - HALF_DIAGONAL
    pair = torch.searchsorted(keys, key)
    kept = edge[pair]
    return keys, depth, torch.stack([pair[kept], piece[kept]])


def _prune(
    key: Tensor, piece: Tensor, distance: Tensor, half: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Distinct keys with their least distance, and the candidates that still matter."""
    keys, pair = torch.unique(key, return_inverse=True)
    least = distance.new_full(keys.shape, torch.inf).scatter_reduce(0, pair, distance, "amin")
    # Distances change by at most half a diagonal within a pixel. Of pixels that are wholly
    # covered the nearest piece says enough.
    slack = 2 * HALF_DIAGONAL * (least[pair] > half - HALF_DIAGONAL)
    kept = distance <= least[pair] + slack
    return keys, least, key[kept], piece[kept], distance[kept]


def _coverage(
    pieces: Pieces,
    candidates: Tensor,
    keys: Tensor,
    edge: Tensor,
    half: Tensor,
    layout: Layout,
) -> Tensor:
    """The covered part of each pair's pixel, for the pairs in `edge`; differentiable."""
    place = (edge.cumsum(0) - 1)[candidates[0]]
    piece = candidates[1]
    dtype, device = half.dtype, half.device
    pixel = keys[edge] % (layout.height * layout.width)
    corner = torch.stack([pixel % layout.width, pixel // layout.width], 1).to(dtype)
    steps = (torch.arange(SUBPIXELS, device=device, dtype=dtype) + 0.5) / SUBPIXELS
    offsets = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), 2).reshape(-1, 2)
    spots = corner[:, None] + offsets  # (E, n, 2) for n subpixels
    with torch.no_grad():
        d = _distance(spots[place], pieces.start[piece, None], pieces.end[piece, None])
        least = torch.full_like(spots[..., 0], torch.inf)
        least.scatter_reduce_(0, place[:, None].expand_as(d), d, "amin")
        nearest = torch.zeros_like(least, dtype=torch.long)
        own = torch.where(d == least[place], piece[:, None], 0)
        nearest.scatter_reduce_(0, place[:, None].expand_as(d), own, "amax")
    d = _distance(spots, pieces.start[nearest], pieces.end[nearest])
    h = half[edge, None]
    side = 1 / SUBPIXELS
    band = (d + h).clamp_max(side / 2) - (d - h).clamp_min(-side / 2)
    return (band / side).clamp(0, 1).mean(1)


def _distance(spots: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """From points to straight pieces, (…, 2) each; its gradient at distance 0 is 0."""
    along = end - start
    length = (along * along).sum(-1).clamp_min(1e-24)
    t = (((spots - start) * along).sum(-1) / length).clamp(0, 1)
    away = spots - start - t[..., None] * along
    return (away * away).sum(-1).clamp_min(1e-20).sqrt()


def _ragged(counts: Tensor) -> Tensor:
    """0, 1, … counts[0] - 1, 0, 1, … counts[1] - 1, and so on."""
    starts = counts.cumsum(0) - counts
    return torch.arange(int(counts.sum()), device=counts.device) - torch.repeat_interleave(
        starts, counts
    )
