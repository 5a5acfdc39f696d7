"""What strokes count beside a picture, and how sure both make: fitted on doodles of neither.

The logarithms of two scales are linear in what is known of a drawing (`stroke_tower.facts`);
fitted over whole and unfinished drawings (temperature scaling, Guo et al. 2017).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from engine.pocket.stroke_tower import FACTS, joined
from engine.see.critic import Critic
from engine.train import render
from engine.train.doodles import Doodles
from engine.train.stroke_tower import read_all
from engine.train.strokes import cut_short, paths_of

SHARES = (0.25, 0.5, 0.75, 1.0)
_WIDTH = 10.0  # of a doodle's lines as they are looked at; its own box is 256 wide
_MARGIN = 0.04  # around it then
_CONSTANT = [0, 4]  # which of the facts are 1, for drawings of unknown and of known share
_BENT = 1e-3  # weight of what changes with the facts, against fitting by heart
_HONEST = 50.0  # weight of being right as often as is said, squared


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen of N doodles with some of their ink: vectors of their pictures and of their
    strokes (N, D), their amounts (N, 3) and the numbers of their words (N,)."""

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
def show(namer: Critic, tower: nn.Module, doodles: Doodles, share: float) -> Shown:
    """Let both towers see all doodles, each up to a share of its ink."""
    sequences, amounts = read_all(doodles, share)
    tower.eval()
    strokes = [normalize(tower(part).float(), dim=1) for part in sequences.split(512)]
    seen = []
    for some in np.array_split(np.arange(len(doodles)), -(-len(doodles) // 128)):
        pictures = [
            pictured(cut_short(paths_of(doodles, int(i)), share), namer.image_size) for i in some
        ]
        seen.append(namer.encode_images(torch.stack(pictures)))
    return Shown(torch.cat(seen), torch.cat(strokes), amounts, torch.from_numpy(doodles.labels))


def pictured(paths: Sequence[np.ndarray], side: int) -> Tensor:
    """Paths of a doodle, in its box of 1, nearly as a guess sees them, (3, side, side) in [0, 1]:
    what `framing.framed` makes of a sheet with lines of _WIDTH, in a tenth of the time."""
    points = np.concatenate(paths).astype(np.float32)
    width = _WIDTH / 255
    inked = float((points.max(0) - points.min(0)).max()) + width
    inner = round(side * (1 - 2 * _MARGIN))
    offsets = np.cumsum([0, *(len(path) for path in paths)]).astype(np.int64)
    out = np.empty((side, side, 3), np.float32)
    line = inner * width / inked
    render.draw_plain(points, offsets, out, line, (side - inner + line) / 2 / side)
    return torch.from_numpy(out).permute(2, 0, 1)


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
    """The (2, FACTS) trust for what was shown, with the vectors (W, D) of the doodles' words.

    First how much pictures and strokes count beside each other, by the least cross-entropy. Then
    how long both are together, by the same and so that the first word is right as often as is said:
    at each share where that is known, over all of them where it is not.
    """
    known, unknown = list(shown), [one.unknown() for one in shown]
    start = torch.zeros(2, FACTS)
    start[0, _CONSTANT], start[1, _CONSTANT] = 2.9, 2.2

    def apart(trust: Tensor) -> Tensor:
        return torch.stack([_said(one, trust, text)[0] for one in known + unknown]).mean()

    beside = _least(apart, start)

    def together(longer: Tensor) -> Tensor:
        entropies, gaps = zip(
            *(_said(one, beside + longer, text) for one in known + unknown), strict=True
        )
        each, some = torch.stack(gaps).split(len(shown))
        return torch.stack(entropies).mean() + _HONEST * (each.square().mean() + some.mean() ** 2)

    return beside + _least(together, torch.zeros(1, FACTS))


def _said(shown: Shown, trust: Tensor, text: Tensor) -> tuple[Tensor, Tensor]:
    """The cross-entropy of what was shown, and by how much the first word is right less often, in
    the mean, than its probability says."""
    logits = joined(trust, shown.pictures, shown.strokes, shown.amounts) @ text.T
    sure, best = logits.softmax(1).max(1)
    return cross_entropy(logits, shown.labels), (sure - (best == shown.labels).float()).mean()


def _least(loss: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """Where the loss of scales' logarithms (N, FACTS) is least, from `start` on."""
    found = start.clone().requires_grad_(True)
    optimiser = torch.optim.LBFGS([found], max_iter=100, line_search_fn="strong_wolfe")

    def step() -> Tensor:
        optimiser.zero_grad()
        changing = found.square().sum() - found[:, _CONSTANT].square().sum()
        total = loss(found) + _BENT * changing
        total.backward()
        return total

    optimiser.step(step)
    return found.detach()
