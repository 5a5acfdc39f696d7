"""What strokes count beside a picture, and how sure both make: fitted on doodles of neither.

The logarithms of two scales, linear in what is known of a drawing (`stroke_tower.facts`), by the
least cross-entropy over whole and unfinished drawings (temperature scaling, Guo et al. 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from engine.canvas.drawing import Drawing, polyline
from engine.canvas.render import to_image
from engine.pocket.stroke_tower import FACTS, joined
from engine.see.critic import Critic
from engine.see.framing import framed
from engine.train import render
from engine.train.doodles import Doodles
from engine.train.stroke_tower import Reader, read_all
from engine.train.strokes import cut_short, paths_of

SHARES = (0.25, 0.5, 0.75, 1.0)
_SIDE, _WIDTH = 288, 10.0  # of a doodle as it is looked at; its own box is 256 wide
_BENT = 1e-3  # weight of what changes with the facts, against fitting by heart


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen of N doodles with some of their ink: unit vectors of their pictures and of
    their strokes (N, D), their amounts (N, 3) and the numbers of their words (N,)."""

    pictures: Tensor
    strokes: Tensor
    amounts: Tensor
    labels: Tensor

    def unknown(self) -> "Shown":
        """The same where nobody knows how much of each is there."""
        amounts = self.amounts.clone()
        amounts[:, 2] = torch.nan
        return Shown(self.pictures, self.strokes, amounts, self.labels)


@torch.no_grad()
def show(namer: Critic, model: Reader, doodles: Doodles, share: float) -> Shown:
    """Let both towers see all doodles, each up to a share of its ink."""
    sequences, amounts = read_all(doodles, share)
    strokes = torch.cat([model(part) for part in sequences.split(512)])
    seen = []
    for some in np.array_split(np.arange(len(doodles)), -(-len(doodles) // 64)):
        pictures = [_framed(doodles, int(i), share, namer.image_size) for i in some]
        seen.append(namer.encode_images(torch.stack(pictures)))
    return Shown(torch.cat(seen), strokes, amounts, torch.from_numpy(doodles.labels))


def _framed(doodles: Doodles, number: int, share: float, side: int) -> Tensor:
    margin = (_SIDE - 256) / 2
    strokes = []
    for path in cut_short(paths_of(doodles, number), share):
        strokes += polyline([(float(x), float(y)) for x, y in 255 * path + margin], _WIDTH)
    return framed(to_image(Drawing(_SIDE, _SIDE, tuple(strokes)), _SIDE), side)


@torch.no_grad()
def seen_whole(namer: Critic, doodles: Doodles) -> Tensor:
    """What the namer makes of doodles as pictures, drawn plainly: (N, D) unit vectors."""
    found, side = [], 48
    for some in np.array_split(np.arange(len(doodles)), -(-len(doodles) // 256)):
        out = np.empty((len(some), side, side, 3), np.float32)
        render.draw_plainly(
            doodles.points, doodles.strokes, doodles.drawings, some, out, 2.2 * side / 64, 0.04
        )
        found.append(normalize(namer.encode_images(torch.from_numpy(out).permute(0, 3, 1, 2))))
    return torch.cat(found)


def fitted(shown: Sequence[Shown], text: Tensor) -> Tensor:
    """The (2, FACTS) trust for what was shown, with the vectors (W, D) of the doodles' words."""
    trust = torch.zeros(2, FACTS)
    constant = [0, 4]
    trust[0, constant], trust[1, constant] = 2.9, 2.2
    trust.requires_grad_(True)
    optimiser = torch.optim.LBFGS([trust], max_iter=100, line_search_fn="strong_wolfe")
    cases = [case for one in shown for case in (one, one.unknown())]

    def loss() -> Tensor:
        optimiser.zero_grad()
        total = torch.zeros(())
        for case in cases:
            seen = joined(trust, case.pictures, case.strokes, case.amounts)
            total = total + cross_entropy(seen @ text.T, case.labels)
        changing = trust.square().sum() - trust[:, constant].square().sum()
        total = total / len(cases) + _BENT * changing
        total.backward()
        return total

    optimiser.step(loss)
    return trust.detach()
