"""Sketches: what the sketcher draws for a prompt, as drawings, and which of them are best."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import torch

from engine import pocket
from engine.canvas.curves import through
from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.tidy import heaviest_line
from engine.pocket.sketcher import DOODLE, POINTS, STROKES, Sketcher, Wanted
from engine.see.critic import Critic

FILLED = 0.78
"""Share of the canvas that a sketch's longer side takes: the thing, with air around it."""
GUIDANCE = 2.0
FLOW_STEPS = 12
_LEAST = 0.03  # length of a stroke that is kept, as a share of the drawing's longer side


def sketches(
    critic: Critic,
    prompt: str,
    strokes: int,
    seed: int,
    count: int,
    sketcher: Sketcher | None = None,
    pause: Callable[[], None] | None = None,
) -> list[Drawing]:
    """`count` sketches of a prompt with at most `strokes` strokes each, black on white.

    They are as wide as the critic's pictures. Each depends on the prompt, the number of strokes,
    the seed and its own place among them alone, and not on `count`. pause: called on the way, for
    what cannot wait.
    """
    sketcher = sketcher or pocket.sketcher()
    text = critic.encode_text([plain(prompt)])[0].cpu()
    most = min(strokes, STROKES)
    chances = sketcher.counts(text[None], torch.tensor([DOODLE]))[0, :most].softmax(0)
    # As a person would: neither the barest nor the fussiest drawing of the thing.
    chances = chances.square()
    counts, noise = [], []
    for number in range(count):
        generator = torch.Generator().manual_seed((seed * 1_000_033 + number) % 2**63)
        counts.append(1 + int(torch.multinomial(chances, 1, generator=generator)))
        noise.append(torch.randn(counts[-1], 2 * POINTS, generator=generator))
    wanted = Wanted(
        text.expand(count, -1),
        torch.tensor(counts),
        torch.full((count,), math.nan),
        torch.full((count,), DOODLE),
    )
    drawn = sketcher.sample(wanted, torch.cat(noise), FLOW_STEPS, GUIDANCE, pause)
    width = heaviest_line(strokes)
    return [as_drawing(points.numpy(), critic.image_size, width) for points in drawn]


def plain(prompt: str) -> str:
    """A prompt as names of drawings are: lower case, without its article."""
    return re.sub(r"^(an?|the) ", "", prompt.strip().lower())


def as_drawing(points: np.ndarray, side: int, width: float) -> Drawing:
    """Strokes (S, POINTS, 2) in any unit as a drawing in the middle of a square canvas.

    width: of the lines, as a share of the side.
    """
    flat = points.reshape(-1, 2).astype(np.float64)
    low, high = flat.min(0), flat.max(0)
    size = max(float((high - low).max()), 1e-6)
    strokes = []
    for path in points.astype(np.float64):
        if float(np.hypot(*np.diff(path, axis=0).T).sum()) < _LEAST * size:
            continue
        placed = (through(path, size) - (low + high) / 2) * (FILLED / size) + 0.5
        strokes.append(
            Stroke(tuple((float(x), float(y)) for x, y in placed * side), width * side, BLACK)
        )
    return Drawing(side, side, tuple(strokes))
