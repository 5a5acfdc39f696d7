"""A judge of more words than people drew: an image-text network that pocket has no part in.

Its tower is the judges' after VGG, and it is taught by pictures that pocket never saw: the judges'
part of the doodles, and icons held out (`strangers`). A picture's vector is compared with the
teacher's embeddings of all its words through one linear layer, so that words with few pictures
profit from their neighbours. Like the other judges it takes no part in training or painting.
"""

import math
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from engine.pocket.train import augment, judge
from engine.pocket.train.doodles import Doodles
from engine.pocket.train.icons import Rendered
from engine.pocket.train.judge import SIZE, Judge
from engine.pocket.train.sitting import sit
from engine.pocket.train.words import WIDTH

_EMBED = 256


class Namer(nn.Module):
    """`(B, 3, 64, 64)` pictures in [0, 1] to `(B, words)` logits.

    vectors: `(words, 384)` centred embeddings of length one.
    """

    def __init__(self, vectors: Tensor) -> None:
        super().__init__()
        self.tower = judge.KINDS["plain"](_EMBED)
        self.words = nn.Linear(WIDTH, _EMBED, bias=False)
        self.log_scale = nn.Parameter(torch.tensor(math.log(15.0)))
        self.register_buffer("vectors", vectors)

    def forward(self, pictures: Tensor) -> Tensor:
        seen = normalize(self.tower(2 * pictures - 1), dim=1)
        said = normalize(self.words(self.get_buffer("vectors")), dim=1)
        return self.log_scale.exp().clamp(max=60) * seen @ said.T


def train(
    doodles: Doodles,
    icons: Rendered,
    words: list[str],
    vectors: Tensor,
    out: Path,
    *,
    minutes: float,
    start: Path | None = None,
    batch: int = 128,
    doodle_share: float = 0.3,
    seed: int = 0,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Train for some minutes of processor time and keep it as `out`; goes on if that exists.

    words: all names of doodles and icons, `vectors` their embeddings. start: a trained `plain`
    judge whose layers the tower begins with.
    """
    torch.manual_seed(seed)
    net = Namer(vectors).to(memory_format=torch.channels_last)
    if start is not None:
        learned = torch.load(start, weights_only=True)["net"]
        mine = net.tower.state_dict()
        net.tower.load_state_dict(
            {name: learned[name] if learned[name].shape == mine[name].shape else mine[name]
             for name in mine}
        )  # fmt: skip
    at = {word: i for i, word in enumerate(words)}
    of_doodle = np.array([at[word] for word in doodles.words])[doodles.labels]
    of_icon = np.array([at[name] for name in icons.names])
    # between one vote a picture and one vote a word
    count = Counter(icons.names)
    share = np.array([count[name] ** -0.5 for name in icons.names])
    share /= share.sum()
    pictures = np.empty((batch, SIZE, SIZE, 3), np.float32)
    first = round(batch * doodle_share)

    def loss(rng: Generator) -> Tensor:
        augment.seed(int(rng.integers(2**31)))
        drawn = rng.integers(len(doodles), size=first)
        shown = rng.choice(len(of_icon), batch - first, p=share)
        augment.draw_doodles(
            doodles.points, doodles.strokes, doodles.drawings, drawn, pictures[:first]
        )
        augment.draw_icons(icons.ink, icons.colour, shown, pictures[first:])
        labels = torch.from_numpy(np.concatenate([of_doodle[drawn], of_icon[shown]]))
        logits = net(torch.from_numpy(pictures).permute(0, 3, 1, 2))
        return cross_entropy(logits, labels, label_smoothing=0.1)

    sit(net, loss, out, {"words": words}, minutes=minutes, seed=seed, clock=clock)


def load_namer(path: Path) -> tuple[Judge, list[str]]:
    """A trained judge as a function, and its words; raises FileNotFoundError."""
    kept = torch.load(path, weights_only=True)
    net = Namer(kept["net"]["vectors"])
    net.load_state_dict(kept["net"])
    net.eval().requires_grad_(False)
    return lambda drawings: net(drawings).softmax(1), kept["words"]


def plainly(icons: Rendered, which: list[int]) -> Tensor:
    """`(N, 3, 64, 64)`: icons as they are, on white, at the size that judges look at."""
    pictures = []
    for i in which:
        if i < len(icons.ink):
            alpha = torch.from_numpy(icons.ink[i] / np.float32(255))
            picture = (1 - alpha).expand(3, *alpha.shape)
        else:
            rgba = torch.from_numpy(icons.colour[i - len(icons.ink)] / np.float32(255))
            picture = (1 - rgba[..., 3:] * (1 - rgba[..., :3])).permute(2, 0, 1)
        pictures.append(picture)
    return torch.nn.functional.interpolate(torch.stack(pictures), (SIZE, SIZE), mode="area")


def accuracy(
    named: Judge, words: list[str], icons: Rendered, which: list[int]
) -> tuple[float, float]:
    """Top-1 and top-5 rate on some of the icons."""
    best = named(plainly(icons, which)).topk(5, 1).indices.tolist()
    said = [[words[i] for i in row] for row in best]
    right = [icons.names[i] for i in which]
    pairs = list(zip(right, said, strict=True))
    first = sum(word == row[0] for word, row in pairs) / len(pairs)
    return first, sum(word in row for word, row in pairs) / len(pairs)
