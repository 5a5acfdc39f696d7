"""A picture to be drawn: from the tracing of it to the drawing that people get.

The strokes begin where the picture was traced, and are held to its pixels while its embedding
pulls at them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.painting import Goal, Painting, Part, Restart, State
from engine.paint.picture.trace_picture import sheet, trace, wanted
from engine.paint.presets import TRACE
from engine.paint.sketch.scene import Thing
from engine.paint.spec import Settled
from engine.paint.start_strokes import from_drawing
from engine.paint.views import homographies, identity
from engine.raster import pack, rasterise
from engine.see.critic import Critic

_NOTICED = 1e-6  # of the squared difference: a stroke that takes less from it is not seen
_AT_ONCE = 32  # drawings rendered together


def begin_with(
    critic: Critic,
    spec: Settled,
    image: Image.Image,
    start: Drawing | None = None,
    target: Tensor | None = None,
    pause: Callable[[], None] | None = None,
) -> Painting:
    """A painting that draws an RGB picture of any size.

    start: strokes to go on from instead of those that the picture is traced with. target: a unit
    vector (D,) instead of the picture's embedding. pause: called on the way, for what cannot wait.
    """
    side = critic.image_size
    picture = sheet(image)
    traced = trace(picture, spec.strokes, spec.ink, np.random.default_rng(spec.seed), pause)
    if target is None:
        (target,) = critic.encode_images(_as_images(picture.pixels(side)))
    pixels = _as_images(wanted(picture, traced, spec.ink, side))[0]
    inside = torch.from_numpy(picture.inside(side)).float()
    goal = Goal(pixels, inside, picture.width, picture.height)
    strokes = from_drawing(start or traced.drawing, side, spec.ink == "pen")
    views = identity(1)[None]
    if spec.augment:
        generator = torch.Generator().manual_seed(spec.seed * 1_000_003 % 2**63)
        flat = homographies(generator, spec.steps * TRACE.views, TRACE.look)
        views = flat.reshape(spec.steps, TRACE.views, 3, 3)
    none = target.new_zeros(0, len(target))
    avoid = critic.encode_text(spec.avoid) if spec.avoid else none
    part = Part(Thing(spec.prompt), target, avoid, none, [Restart(strokes, views)], goal)
    return Painting(spec, TRACE, [part], side)


def finish(painting: Painting, score: Callable[[Drawing], float]) -> State:
    """The last state: strokes that are not seen left out. score: of a drawing, by fixed views."""
    (part,) = painting.parts
    drawing = part.best.drawing(painting.side)
    if part.goal is not None:
        drawing = _without_unseen(drawing, part.goal)
    shown = painting.put_together([drawing])
    return State(painting.step, painting.steps, shown, score(drawing), final=True)


@torch.no_grad()
def _without_unseen(drawing: Drawing, goal: Goal) -> Drawing:
    """The drawing without strokes that bring it no nearer to the goal, one always left."""
    strokes = list(drawing.strokes)
    whole, *without = _errors(
        drawing, [strokes, *(strokes[:i] + strokes[i + 1 :] for i in range(len(strokes)))], goal
    )
    order = sorted(range(len(strokes)), key=lambda i: without[i])
    kept = list(range(len(strokes)))
    for i in order:
        if without[i] > whole + _NOTICED or len(kept) == 1:
            break
        fewer = [j for j in kept if j != i]
        (error,) = _errors(drawing, [[strokes[j] for j in fewer]], goal)
        if error <= whole + _NOTICED:
            kept = fewer
    return replace(drawing, strokes=tuple(strokes[i] for i in kept))


def _errors(drawing: Drawing, choices: Sequence[Sequence], goal: Goal) -> list[float]:
    """Mean squared difference from the goal, of the drawing with each choice of its strokes."""
    errors: list[float] = []
    for first in range(0, len(choices), _AT_ONCE):
        some = [replace(drawing, strokes=tuple(c)) for c in choices[first : first + _AT_ONCE]]
        images = rasterise(*pack(some))
        apart = (images - goal.pixels).square().mean(1) * goal.inside
        errors += (apart.sum((1, 2)) / goal.inside.sum()).tolist()
    return errors


def _as_images(pixels: np.ndarray) -> Tensor:
    """(1, 3, H, W) of (H, W, 3)."""
    return torch.from_numpy(pixels.copy()).float().permute(2, 0, 1)[None]
