"""Who chooses among drawings of one prompt: the namer, and the second opinion.

Neither paints. A drawing is worth the mean of what both say: the logarithm of the probability that
it shows the prompt and none of the words that ship.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine import pocket
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.paint.contrast import SAME
from engine.pocket.opinion import Opinion
from engine.raster import pack, rasterise
from engine.see.critic import POCKET, Critic
from engine.see.framing import framed
from engine.see.guesser import default_words

SIDE = 64
"""In pixels, of the pictures that both are shown."""
SHARE = (0.18, 0.23, 0.77)
"""From what both say to how many judges see it: a constant, and the weights of the logits of the
namer's and of the second opinion's chance. Fitted to a judge's verdicts on a drawing of each of 345
words (docs/pocket.md)."""


class Jury:
    """The namer of a critic and the second opinion, for prompts that the critic can read.

    Whatever device the critic is on, they compare on the CPU, where the second opinion is.
    """

    def __init__(self, critic: Critic, opinion: Opinion | None = None) -> None:
        self._critic = critic
        self._opinion = opinion or pocket.opinion()
        self._words = critic.encode_text(default_words()).cpu()

    def worth(self, drawings: Sequence[Drawing], target: Tensor) -> Tensor:
        """(N,): how surely both see a thing, of unit vector `target` (D,), in each drawing."""
        namer, opinion = self.chances(shown(drawings), target)
        return (namer.log() + opinion.log()) / 2

    def opinion(self, source: Drawing | Tensor, target: Tensor) -> float:
        """The share of judges, in [0, 1], that would see a thing of unit vector `target` (D,).

        source: a drawing, or a framed picture (3, SIDE, SIDE) in [0, 1].
        """
        pictures = shown([source]) if isinstance(source, Drawing) else source[None]
        named, told = (float(chance) for chance in self.chances(pictures, target))
        logits = [
            math.log(chance / (1 - chance))
            for chance in (min(named, 1 - 1e-6), min(told, 1 - 1e-6))
        ]
        return 1 / (1 + math.exp(-(SHARE[0] + SHARE[1] * logits[0] + SHARE[2] * logits[1])))

    @torch.no_grad()
    def chances(self, pictures: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """(N,) each: the probabilities of the namer's and of the second opinion's that a picture
        of (N, 3, SIDE, SIDE) shows the target rather than one of the words that ship and mean
        something else."""
        target = target.cpu()
        others = self._words[(self._words @ target) < SAME]
        candidates = torch.cat((target[None], others))
        namer = self._critic.namer
        seen = namer.scale * namer.encode_images(pictures).cpu() @ candidates.T
        told = self._opinion.logits(pictures, candidates)
        return seen.softmax(1)[:, 0].clamp_min(1e-6), told.softmax(1)[:, 0].clamp_min(1e-6)


@torch.no_grad()
def verdict(critic: Critic, source: Drawing | Tensor, prompt: str) -> float:
    """The share of judges, in [0, 1], that would see the prompt in a drawing, whoever drew it.

    source: the drawing, or a picture of it as the critic is shown one (3, side, side). With another
    model, which no second opinion reads, it is the probability that its namer sees the prompt
    rather than another of the words that ship.
    """
    if critic.name == POCKET:
        return Jury(critic).opinion(source, critic.encode_text([prompt])[0])
    namer = critic.namer
    (wanted,) = namer.encode_text([prompt], namer.templates)
    words = namer.encode_text(default_words(), namer.templates)
    candidates = torch.cat((wanted[None], words[(words @ wanted) < SAME]))
    if isinstance(source, Drawing):
        source = framed(to_image(source), critic.image_size)
    seen = namer.scale * namer.encode_images(source[None]) @ candidates.T
    return float(seen.softmax(1)[0, 0])


@torch.no_grad()
def shown(drawings: Sequence[Drawing]) -> Tensor:
    """Drawings as pictures (N, 3, SIDE, SIDE) in [0, 1]."""
    return torch.cat([rasterise(*pack([drawing.fitted(SIDE)])) for drawing in drawings])
