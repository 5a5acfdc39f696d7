"""Fitting where drawings of a word lie beside its name, for the namer tower as it is.

A logistic regression over the doodles' words, whose weights begin at the text tower's vectors and
are held near them. The namer tower has learned from the same doodles, which costs nothing that
could be measured (docs/pocket-training.md, "Word shifts").
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from engine.see.critic import Critic
from engine.train.doodles import Doodles
from engine.train.stroke_trust import pictured
from engine.train.strokes import cut_short, paths_of

SHARES = {0.75: 1, 1.0: 2}
"""Of their ink, and how much drawings with so much of it count: by whole ones alone, those that are
not finished are named less often."""
HELD = 0.05
"""Weight of the squares of shifts; of several, the best one for doodles that were kept back."""


@torch.no_grad()
def seen(namer: Critic, doodles: Doodles) -> tuple[Tensor, Tensor]:
    """What the namer sees of all doodles, plainly drawn up to each of SHARES and as often as it
    counts: unit vectors (3 N, D), and the numbers of their words."""
    found = []
    for share, count in SHARES.items():
        of_share = []
        for some in np.array_split(np.arange(len(doodles)), -(-len(doodles) // 128)):
            paths = [cut_short(paths_of(doodles, int(i)), share) for i in some]
            pictures = [pictured(some_paths, namer.image_size) for some_paths in paths]
            of_share.append(namer.encode_images(torch.stack(pictures)))
        found += count * of_share
    labels = torch.from_numpy(doodles.labels)
    return torch.cat(found), labels.repeat(sum(SHARES.values()))


def fitted(seen: Tensor, labels: Tensor, texts: Tensor, scale: float, held: float = HELD) -> Tensor:
    """The shifts (W, D) of words' unit vectors `texts` (W, D) by which what was `seen` (N, D) is
    named best; `labels` (N,) are the words' numbers, `scale` the cosines' to begin with."""
    shifts = torch.zeros_like(texts, requires_grad=True)
    longer = torch.tensor(scale, requires_grad=True)
    optimiser = torch.optim.LBFGS([shifts, longer], max_iter=60, line_search_fn="strong_wolfe")

    def step() -> Tensor:
        optimiser.zero_grad()
        logits = longer * seen @ normalize(texts + shifts, dim=1).T
        loss = cross_entropy(logits, labels) + held * shifts.square().sum()
        loss.backward()
        return loss

    optimiser.step(step)
    return shifts.detach()
