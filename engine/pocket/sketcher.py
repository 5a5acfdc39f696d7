"""The sketcher: strokes for a text, from noise, in the order in which a person draws them.

Flow matching (Lipman et al. 2023) over the points of strokes: from noise x0 to a drawing x1 along
x_t = (1 - t) x0 + t x1, a small transformer says x1 - x0. One token is one stroke, its place in the
drawing is its position; tokens look at each other and at nothing else. After SwiftSketch (Arar et
al. 2025), which did this for pictures; here a text's embedding, the number of strokes and the
length of line say what is to be drawn. How it was trained is `engine.train.sketcher`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

POINTS = 10
"""Points of a stroke, at equal distances along it."""
STROKES = 24
"""Most strokes of a sketch."""
SCALE = 2.2
"""Points in [-1, 1] times this are what the flow ends in: their spread is about that of noise."""
TEXT = 256
"""Length of a text's embedding."""
DOODLE, ICON = 0, 1
"""Kinds of drawings that it has learned: people's doodles, and icons made of lines."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What sketches are asked for, B of them; tensors of one device.

    text: (B, 256) unit vectors, or zeros for "anything". count: (B,) int64, strokes, 1 to STROKES.
    ink: (B,) float, length of all lines with the drawing's longer side as 1.7, or NaN for any.
    kind: (B,) int64, DOODLE or ICON.
    """

    text: Tensor
    count: Tensor
    ink: Tensor
    kind: Tensor


class Layout:
    """Where each of T tokens belongs: they lie one behind another without padding, because most
    drawings have far fewer strokes than the longest; only attention needs them in rows."""

    def __init__(self, count: Tensor) -> None:
        self.longest = int(count.max())
        places = torch.arange(self.longest, device=count.device)
        there = places[None] < count[:, None]  # (B, L)
        self.rows = len(count)
        self.owner, self.place = there.nonzero(as_tuple=True)
        self.slot = self.owner * self.longest + self.place
        self.mask = None if bool(there.all()) else there[:, None, None, :]

    def padded(self, packed: Tensor) -> Tensor:
        """(T, …) to (B, L, …), zeros where there is no stroke."""
        if self.mask is None:
            return packed.unflatten(0, (self.rows, self.longest))
        out = packed.new_zeros(self.rows * self.longest, *packed.shape[1:])
        return out.index_copy(0, self.slot, packed).unflatten(0, (self.rows, self.longest))

    def packed(self, padded: Tensor) -> Tensor:
        """(B, L, …) to (T, …)."""
        flat = padded.flatten(0, 1)
        return flat if self.mask is None else flat.index_select(0, self.slot)


class _Block(nn.Module):
    """Attention among a drawing's strokes, then each by itself; both scaled, shifted and gated by
    what is wanted (Peebles & Xie 2023, adaLN; one set of weights for all blocks and a table of
    differences for each, Chen et al. 2023, PixArt-α)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(self, x: Tensor, modulation: Tensor, layout: Layout) -> Tensor:
        """x: (T, W). modulation: (B, 6, W)."""
        of_token = (modulation + self.table).index_select(0, layout.owner)
        shift1, scale1, gate1, shift2, scale2, gate2 = of_token.unbind(1)
        rows = layout.padded(self.qkv(self.norm(x) * (1 + scale1) + shift1))
        q, k, v = rows.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        # By hand: rows are so short that a fused kernel takes several times as long on a CPU.
        likeness = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        if layout.mask is not None:
            likeness = likeness.masked_fill(~layout.mask, -math.inf)
        seen = likeness.softmax(-1) @ v
        x = x + gate1 * self.out(layout.packed(seen.transpose(1, 2).flatten(2)))
        inner = self.up(self.norm(x) * (1 + scale2) + shift2)
        return x + gate2 * self.down(F.gelu(inner, approximate="tanh"))


class Sketcher(nn.Module):
    """The velocity of each stroke's points, and how many strokes a text's drawing has.

    Args:
        width: of a token. layers: blocks. heads: of attention.
    """

    def __init__(self, width: int = 192, layers: int = 6, heads: int = 6) -> None:
        super().__init__()
        self.width, self.layers, self.heads = width, layers, heads
        self.inside = nn.Linear(2 * POINTS, width)
        self.place = nn.Parameter(torch.randn(STROKES, width) * 0.02)
        self.text = nn.Sequential(nn.Linear(TEXT, width), nn.SiLU(), nn.Linear(width, width))
        self.count = nn.Embedding(STROKES + 1, width)
        self.kind = nn.Embedding(2, width)
        self.ink = nn.Linear(2, width)
        self.time = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width))
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(_Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.outside = nn.Linear(width, 2 * POINTS)
        self.strokes = nn.Sequential(nn.Linear(TEXT, 96), nn.SiLU(), nn.Linear(96, 2 * STROKES))
        self.register_buffer("mean_text", torch.zeros(TEXT))
        for layer in (self.outside, self.modulation):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def condition(self, wanted: Wanted) -> Tensor:
        """(B, W): what is wanted, but for the time."""
        # A unit vector's values are small; times the root of their number they have spread 1.
        named = wanted.text.abs().sum(1, keepdim=True) > 0
        text = torch.where(
            named, (wanted.text - self.get_buffer("mean_text")) * math.sqrt(TEXT), 0.0
        )
        known = ~wanted.ink.isnan()
        ink = torch.stack((wanted.ink.nan_to_num(1.0).log(), known.to(text)), 1) * known[:, None]
        # Without a text the number of strokes says nothing either: that is what guides away.
        return self.text(text) + self.count(wanted.count) + self.kind(wanted.kind) + self.ink(ink)

    def forward(self, x: Tensor, time: Tensor, condition: Tensor, layout: Layout) -> Tensor:
        """x: (T, 2 POINTS) at `time` (B,) in [0, 1]. Returns their velocity, of the same shape."""
        turns = (
            1000
            * time[:, None]
            * torch.exp(-math.log(1000.0) * torch.arange(64, device=x.device) / 64)
        )
        when = self.time(torch.cat((turns.sin(), turns.cos()), 1))
        modulation = self.modulation(F.silu(when + condition)).unflatten(1, (6, -1))
        h = self.inside(x) + self.place.index_select(0, layout.place)
        for block in self.blocks:
            h = block(h, modulation, layout)
        return self.outside(self.norm(h))

    def counts(self, text: Tensor, kind: Tensor) -> Tensor:
        """(B, STROKES) logits: how many strokes, from 1, a drawing of each text (B, 256) has."""
        both = self.strokes((text - self.get_buffer("mean_text")) * math.sqrt(TEXT)).unflatten(
            1, (2, STROKES)
        )
        return both[torch.arange(len(text)), kind]

    @torch.no_grad()
    def sample(
        self,
        wanted: Wanted,
        noise: Tensor,
        steps: int = 16,
        guidance: float = 1.5,
        pause: Callable[[], None] | None = None,
    ) -> list[Tensor]:
        """A sketch for each row of `wanted`: (count, POINTS, 2) points in about [-1, 1], y down.

        noise: (T, 2 POINTS) normal numbers for all strokes of all rows. steps: of Euler's rule.
        guidance: how much further than the text alone says (Ho & Salimans 2022); 0 follows the
        text, -1 ignores it. pause: called between steps, for what cannot wait.
        """
        layout = Layout(wanted.count)
        rows = len(wanted.count)
        x = noise
        anything = Wanted(torch.zeros_like(wanted.text), wanted.count, wanted.ink, wanted.kind)
        conditions = self.condition(wanted), self.condition(anything)
        times = torch.linspace(0, 1, steps + 1)
        for now, then in pairwise(times):
            if pause:
                pause()
            velocity = self(x, now.expand(rows), conditions[0], layout)
            if guidance:
                free = self(x, now.expand(rows), conditions[1], layout)
                velocity = velocity + guidance * (velocity - free)
            x = x + velocity * (then - now)
        points = x.unflatten(1, (POINTS, 2)) / SCALE
        return list(points.split(wanted.count.tolist()))
