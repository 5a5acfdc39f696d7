"""Judges: classifiers of people's doodles that decide whether a drawing is recognised.

Two networks of other architectures than pocket's, trained on a part of the doodles that pocket
never sees and on nothing else. They are neither used in training nor in painting, and they do not
ship: `python -m engine.train judges` makes them, in the folder `PENGUESS_JUDGES`.
"""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.train import augment, render
from engine.train.doodles import Doodles

SIZE = 64
"""Side in pixels of what a judge looks at."""

_RATE, _DECAY = 2e-3, 0.05  # of AdamW
_WARM = 200  # steps until the rate is at its highest
_KEPT_EVERY = 120.0  # seconds

Judge = Callable[[Tensor], Tensor]
"""`(B, 3, 64, 64)` drawings on white, values in [0, 1], to `(B, words)` probabilities."""


class DoodleJudge:
    """A trained network as a Judge, and what it sees before it names."""

    def __init__(self, net: nn.Sequential) -> None:
        self._net = net.eval().requires_grad_(False)

    def __call__(self, drawings: Tensor) -> Tensor:
        return self._net[-1](self.features(drawings)).softmax(1)

    def features(self, drawings: Tensor) -> Tensor:
        """`(B, F)`: what is before the last layer, for whoever compares drawings."""
        if drawings.shape[1:] != (3, SIZE, SIZE):
            raise ValueError(f"a judge looks at (B, 3, {SIZE}, {SIZE}), not {drawings.shape}")
        return self._net[:-1](2 * drawings - 1)


def _plain(classes: int) -> nn.Sequential:
    """After VGG (Simonyan & Zisserman 2015): pairs of convolutions, ReLU, maxima."""
    layers: list[nn.Module] = []
    inside = 3
    for width in (24, 48, 96, 192):
        for stride in (2 if inside == 3 else 1, 1):
            conv = nn.Conv2d(inside, width, 3, stride, 1, bias=False)
            layers += [conv, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            inside = width
        layers.append(nn.MaxPool2d(2))
    hidden = nn.Linear(inside * 4, 256, bias=False)
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Dropout(0.3),
        hidden,
        nn.BatchNorm1d(256),
        nn.ReLU(inplace=True),
        nn.Dropout(0.3),
        nn.Linear(256, classes),
    )


class _Separable(nn.Module):
    """An inverted bottleneck (Sandler et al. 2018): widen, filter each channel, narrow."""

    def __init__(self, inside: int, out: int, stride: int) -> None:
        super().__init__()
        wide = 4 * inside
        self.layers = nn.Sequential(
            nn.Conv2d(inside, wide, 1, bias=False),
            nn.BatchNorm2d(wide),
            nn.Hardswish(inplace=True),
            nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            nn.Hardswish(inplace=True),
            nn.Conv2d(wide, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )
        self.skip = stride == 1 and inside == out

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.skip else self.layers(x)


def _separable(classes: int) -> nn.Sequential:
    """After MobileNetV2: depthwise separable convolutions, patches of 4 × 4 first."""
    blocks: list[nn.Module] = [nn.Conv2d(3, 32, 4, 4, bias=False), nn.BatchNorm2d(32)]
    inside = 32
    for width, stride in ((32, 1), (64, 2), (64, 1), (64, 1), (128, 2), (128, 1), (128, 1)):
        blocks.append(_Separable(inside, width, stride))
        inside = width
    blocks += [nn.Conv2d(inside, 384, 1, bias=False), nn.BatchNorm2d(384), nn.Hardswish()]
    return nn.Sequential(
        *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(384, classes)
    )


KINDS: dict[str, Callable[[int], nn.Sequential]] = {"plain": _plain, "separable": _separable}


def train(
    kind: str,
    doodles: Doodles,
    out: Path,
    *,
    minutes: float,
    batch: int = 128,
    seed: int = 0,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Train one judge for some minutes of processor time and keep it as `out`; goes on from there
    if it exists."""
    torch.manual_seed(seed)
    net = KINDS[kind](len(doodles.words)).to(memory_format=torch.channels_last)
    pictures = np.empty((batch, SIZE, SIZE, 3), np.float32)

    def loss(rng: Generator) -> Tensor:
        augment.seed(int(rng.integers(2**31)))
        chosen = rng.integers(len(doodles), size=batch)
        augment.draw_doodles(doodles.points, doodles.strokes, doodles.drawings, chosen, pictures)
        logits = net(2 * torch.from_numpy(pictures).permute(0, 3, 1, 2) - 1)
        labels = torch.from_numpy(doodles.labels[chosen])
        return cross_entropy(logits, labels, label_smoothing=0.1)

    about = {"kind": kind, "words": doodles.words}
    _run(net, loss, out, about, minutes=minutes, seed=seed, clock=clock)


def _run(
    net: nn.Module,
    loss: Callable[[Generator], Tensor],
    out: Path,
    about: dict[str, Any],
    *,
    minutes: float,
    seed: int,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Lower a loss of `net`, a function of random numbers of the step's own, for some minutes of
    processor time.

    The learning rate falls by a cosine. `out` is replaced every two minutes and at the end: a
    dictionary of the `net`'s state, `optimiser`, `step`, `spent` and what there is to say `about`
    it. If it exists, training goes on from there.
    """
    optimiser = torch.optim.AdamW(net.parameters(), _RATE, weight_decay=_DECAY, fused=True)
    step, spent = 0, 0.0
    if out.exists():
        kept = torch.load(out, weights_only=True)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
    net.train()
    since, saved = clock(), spent
    while spent < 60 * minutes:
        progress = spent / (60 * minutes)
        pace = 0.005 + 0.995 * (1 + math.cos(math.pi * progress)) / 2
        for group in optimiser.param_groups:
            group["lr"] = _RATE * pace * min(1.0, (step + 1) / _WARM)
        loss(np.random.default_rng([seed, step])).backward()
        optimiser.step()
        optimiser.zero_grad()
        step += 1
        now = clock()
        spent, since = spent + now - since, now
        if spent - saved > _KEPT_EVERY or spent >= 60 * minutes:
            saved = spent
            state = {
                **about,
                "net": net.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "spent": spent,
            }
            fresh = out.with_suffix(".new")
            torch.save(state, fresh)
            fresh.replace(out)


def words(path: Path) -> list[str]:
    """What a judge can say, in the order of its probabilities."""
    return torch.load(path, weights_only=True)["words"]


def load_judge(path: Path) -> DoodleJudge:
    """A trained judge; raises FileNotFoundError if it has not been trained."""
    kept = torch.load(path, weights_only=True)
    net = KINDS[kept["kind"]](len(kept["words"]))
    net.load_state_dict(kept["net"])
    return DoodleJudge(net)


def accuracy(judge: Judge, doodles: Doodles, width: float = 3.0) -> tuple[float, float]:
    """Top-1 and top-5 rate on people's doodles, drawn plainly, `width` pixels of 64 wide."""
    first = fifth = 0
    every = np.arange(len(doodles))
    for part in np.array_split(every, math.ceil(len(every) / 256)):
        out = np.empty((len(part), SIZE, SIZE, 3), np.float32)
        render.draw_plainly(
            doodles.points, doodles.strokes, doodles.drawings, part, out, width, 0.06
        )
        best = (
            judge(torch.from_numpy(out).permute(0, 3, 1, 2))
            .topk(min(5, len(doodles.words)))
            .indices
        )
        hit = best == torch.from_numpy(doodles.labels[part])[:, None]
        first += int(hit[:, 0].sum())
        fifth += int(hit.sum())
    return first / len(every), fifth / len(every)


def report(folder: Path, doodles: Doodles) -> str:
    """One JSON object: each judge of `folder` with its rates on these doodles."""
    rates = {}
    for kind in KINDS:
        path = folder / f"{kind}.pt"
        if not path.exists():
            continue
        first, fifth = accuracy(load_judge(path), doodles)
        rates[kind] = {"top1": round(first, 4), "top5": round(fifth, 4)}
    return json.dumps(rates)
