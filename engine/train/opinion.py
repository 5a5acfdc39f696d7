"""Training the second opinion: doodles that nothing else learns from, and icons, by name."""

import torch
from torch import Tensor, nn

from engine.pocket.opinion import EMBED, SIDE, Opinion, OpinionTower
from engine.train import fit
from engine.train.doodles import Doodles

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


def measured(opinion: Opinion, words: Tensor, unseen: Doodles) -> tuple[float, dict[str, float]]:
    """The scale that makes true probabilities of its cosines on unseen doodles, and its rates.

    words: (345, 256) pocket's vectors of the doodles' classes.
    """
    found, right = fit.cosines(opinion.see, opinion.read(words), unseen)
    first, fifth = fit.rates(found, right)
    return fit.calibrated(found, right), {"top1": round(first, 4), "top5": round(fifth, 4)}
