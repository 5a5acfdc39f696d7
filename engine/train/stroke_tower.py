"""Training the stroke tower: doodles as strokes, most of them cut short, named and agreed upon.

The loss names each among the words that ship, by the text tower's vectors, which stay as they
are; and it asks for what the namer tower made of the whole drawing, as a picture (Hinton et al.
2015, "Distilling the knowledge in a neural network"): its opinion of the words and its vector.
"""

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from engine import device
from engine.pocket.stroke_points import FEATURES, POINTS, sequence
from engine.see import hand
from engine.train import fit as fit_image
from engine.train.augment import affine, bend, seed, smooth, uniform
from engine.train.doodles import Doodles
from engine.train.render import jit
from engine.train.strokes import cut_short, paths_of


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of."""

    minutes: float = 82
    """Of processor time."""
    batch: int = 256
    rate: float = 2e-3
    decay: float = 0.05
    whole: float = 0.4
    """Share of the drawings that are not cut short."""
    least: float = 0.15
    """Least share of its ink that any other has."""
    dropped: float = 0.15
    smoothing: float = 0.05
    soft: float = 0.4
    """How much the namer tower's opinion of the whole drawing counts, beside the name."""
    near: float = 1.0
    """Weight of the cosine with the namer tower's vector of the whole drawing."""
    keep: float = 0.998
    seed: int = 0


@jit
def _vary(
    all_points: np.ndarray,
    strokes: np.ndarray,
    whole: float,
    least: float,
    vary: float,
    out: np.ndarray,
) -> float:
    """A doodle (strokes: (S + 1,) offsets into all_points) as a sequence, freely varied; returns
    the share of its ink that is there."""
    first = strokes[0]
    points = all_points[first : strokes[-1]].copy()
    offsets = strokes - first
    # fewer points, as another hand or a coarser pen would have left
    if np.random.random() < 0.4 * vary:
        chance = uniform(0.0, 0.25)
        kept = np.zeros(len(offsets), np.int64)
        n = 0
        for s in range(len(offsets) - 1):
            for i in range(offsets[s], offsets[s + 1]):
                end = i == offsets[s] or i == offsets[s + 1] - 1
                if end or np.random.random() >= chance:
                    points[n] = points[i]
                    n += 1
            kept[s + 1] = n
        points, offsets = points[:n], kept
    for _ in range(np.random.randint(3)):
        points, offsets = smooth(points, offsets)
    count = len(offsets) - 1
    if np.random.random() < 0.3 * vary:  # some draw a line the other way
        for s in range(count):
            if np.random.random() < 0.2:
                points[offsets[s] : offsets[s + 1]] = points[offsets[s] : offsets[s + 1]][
                    ::-1
                ].copy()
    total = 0.0
    for s in range(count):
        for i in range(offsets[s], offsets[s + 1] - 1):
            total += math.hypot(points[i + 1, 0] - points[i, 0], points[i + 1, 1] - points[i, 1])
    share = 1.0 if np.random.random() < whole else uniform(least, 1.0)
    allowed = total * share + (1.0 if share == 1.0 else 0.0)
    dropping = 0.12 if np.random.random() < 0.3 * vary and count > 2 else 0.0
    moved = np.empty((len(points) + 1, 2), np.float32)
    ends = np.zeros(count + 1, np.int64)
    drawn, n, there = 0.0, 0, 0
    wobble = uniform(0.0, 0.025 * vary)
    for s in range(count):
        if drawn >= allowed and n:
            break
        if n and np.random.random() < dropping:
            continue
        shift_x, shift_y = np.random.normal() * wobble, np.random.normal() * wobble
        for i in range(offsets[s], offsets[s + 1]):
            x, y = points[i, 0], points[i, 1]
            over = False
            if i > offsets[s]:
                bx, by = points[i - 1, 0], points[i - 1, 1]
                way = math.hypot(x - bx, y - by)
                if drawn + way >= allowed:
                    t = (allowed - drawn) / way if way > 0 else 1.0
                    x, y = bx + t * (x - bx), by + t * (y - by)
                    over = True
                drawn += way
            moved[n, 0], moved[n, 1] = x + shift_x, y + shift_y
            n += 1
            if over:
                break
        there += 1
        ends[there] = n
    points, offsets = moved[:n], ends[: there + 1]
    bend(points, 0.1 * vary)
    a, b, c, d = affine(vary)
    for i in range(n):
        x, y = points[i, 0] - 0.5, points[i, 1] - 0.5
        points[i, 0], points[i, 1] = a * x + b * y, c * x + d * y
    sequence(points, offsets, out)
    return share


@jit
def vary_all(
    points: np.ndarray,
    strokes: np.ndarray,
    drawings: np.ndarray,
    chosen: np.ndarray,
    whole: float,
    least: float,
    vary: float,
    out: np.ndarray,
    shares: np.ndarray,
) -> None:
    """`_vary` for each index of `chosen` into out (len(chosen), POINTS, FEATURES)."""
    for n in range(len(chosen)):
        i = chosen[n]
        of = strokes[drawings[i] : drawings[i + 1] + 1]
        shares[n] = _vary(points, of, whole, least, vary, out[n])


def read_all(doodles: Doodles, share: float = 1.0) -> tuple[Tensor, Tensor]:
    """All doodles, each up to a `share` of its ink: sequences (N, POINTS, FEATURES) and amounts
    (N, 3), see `StrokeReader.evidence`."""
    hands = [
        hand.of_paths(cut_short(paths_of(doodles, i), share), share) for i in range(len(doodles))
    ]
    amounts = [(one.strokes, one.ink, one.share) for one in hands]
    return torch.from_numpy(np.stack([one.sequence for one in hands])), torch.tensor(amounts)


class Reader(nn.Module):
    """The tower and the scale of its cosines."""

    def __init__(self, tower: nn.Module) -> None:
        super().__init__()
        self.tower = tower
        self.log_scale = nn.Parameter(torch.tensor(math.log(20.0)))

    def forward(self, x: Tensor) -> Tensor:
        return normalize(self.tower(x).float(), dim=-1)

    @property
    def scale(self) -> Tensor:
        return self.log_scale.exp().clamp(max=60)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from: doodles, the text vectors of all words (those of the doodles' first,
    (W, EMBED)), and the namer tower's vector of each drawing (N, EMBED) with its scale."""

    doodles: Doodles
    text: Tensor
    seen: Tensor
    scale: float


@torch.no_grad()
def rates(model: Reader, doodles: Doodles, text: Tensor, share: float) -> tuple[float, float]:
    """Top-1 and top-5 among the doodles' words with a `share` of the ink there."""
    sequences, _ = read_all(doodles, share)
    own = text[: len(doodles.words)].T
    found = torch.cat([model(part) @ own for part in sequences.split(512)])
    return fit_image.rates(found, torch.from_numpy(doodles.labels))


def fit(
    model: Reader,
    lesson: Lesson,
    validation: Doodles,
    recipe: Recipe,
    checkpoint: Path,
    clock: Callable[[], float] = time.process_time,
) -> Reader:
    """Train, or go on from `checkpoint`; returns the running mean of the weights.

    Every three minutes of `clock` the checkpoint is replaced and a line of figures added beside
    it, to `….jsonl`.
    """
    mean = copy.deepcopy(model).requires_grad_(False).eval()
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": recipe.decay},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, recipe.rate, betas=(0.9, 0.98), fused=True)
    step, spent = 0, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        mean.load_state_dict(kept["mean"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
    doodles = lesson.doodles
    own = len(doodles.words)
    x = np.empty((recipe.batch, POINTS, FEATURES), np.float32)
    shares = np.empty(recipe.batch, np.float32)
    brief = device.has_bfloat16()
    since, saved, losses = clock(), spent, []
    model.train()
    while spent < 60 * recipe.minutes:
        progress = spent / (60 * recipe.minutes)
        pace = min(1.0, (step + 1) / 200) * (0.005 + 0.995 * (1 + math.cos(math.pi * progress)) / 2)
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * pace
        rng = np.random.default_rng([recipe.seed, step])
        seed(int(rng.integers(2**31)))
        chosen = rng.integers(len(doodles), size=recipe.batch)
        vary_all(doodles.points, doodles.strokes, doodles.drawings, chosen,
                 recipe.whole, recipe.least, 1.0 - 0.4 * progress, x, shares)  # fmt: skip
        labels = torch.from_numpy(doodles.labels[chosen])
        seen = lesson.seen[chosen]
        with torch.autocast("cpu", torch.bfloat16, enabled=brief):
            found = model.tower(torch.from_numpy(x))
        found = normalize(found.float(), dim=-1)
        logits = model.scale * found @ lesson.text.T
        named = cross_entropy(logits[:, :own], labels, label_smoothing=recipe.smoothing)
        among_all = cross_entropy(logits, labels, label_smoothing=recipe.smoothing)
        opinion = (lesson.scale * seen @ lesson.text[:own].T).softmax(1)
        agreed = cross_entropy(logits[:, :own], opinion)
        near = (torch.from_numpy(shares) * (1 - (found * seen).sum(1))).mean()
        loss = (1 - recipe.soft) * (named + 0.5 * among_all) + 1.5 * recipe.soft * agreed
        (loss + recipe.near * near).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        optimiser.zero_grad()
        losses.append(named.item())
        step += 1
        with torch.no_grad():
            keep = min(recipe.keep, step / (step + 20))
            for slow, fast in zip(
                mean.state_dict().values(), model.state_dict().values(), strict=True
            ):
                if slow.dtype.is_floating_point:
                    slow.lerp_(fast, 1 - keep)
        now = clock()
        spent, since = spent + now - since, now
        if spent - saved > 180 or spent >= 60 * recipe.minutes:
            figures = [rates(mean, validation, lesson.text, s) for s in (1.0, 0.5)]
            line = {
                "step": step,
                "minutes": round(spent / 60, 1),
                "loss": round(sum(losses) / len(losses), 3),
                "scale": round(model.scale.item(), 1),
                "whole": [round(rate, 4) for rate in figures[0]],
                "half": [round(rate, 4) for rate in figures[1]],
            }
            losses.clear()
            with checkpoint.with_suffix(".jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            fresh = checkpoint.with_suffix(".new")
            torch.save(
                {
                    "model": model.state_dict(), "mean": mean.state_dict(),
                    "optimiser": optimiser.state_dict(), "step": step, "spent": spent,
                    "recipe": asdict(recipe),
                },
                fresh,
            )  # fmt: skip
            fresh.replace(checkpoint)
            saved = spent
            spent, since = spent + clock() - since, clock()
    return mean
