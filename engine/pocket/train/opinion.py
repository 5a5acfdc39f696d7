"""Training the second opinion: doodles that nothing else learns from, and icons, by name."""

import torch
from torch import nn

from engine.pocket.opinion import EMBED, SIDE, OpinionTower
from engine.pocket.train import fit

RECIPE = fit.Recipe(
    minutes=40,
    doodles=0.75,
    unfinished=0.15,
    least=0.4,
    vary=(1.0, 0.6),
    rate=2.5e-3,
    decay=0.08,
    dropped=0.2,
    size=SIDE,
    robust=1.0,  # never
    keep=0.998,
    seed=21,
)


def untrained() -> fit.Seer:
    """The tower with its projection, and a linear layer through which pocket's words go."""
    words = nn.Linear(EMBED, EMBED, bias=False)
    nn.init.eye_(words.weight)
    torch.manual_seed(RECIPE.seed)
    return fit.Seer(OpinionTower(), words)
