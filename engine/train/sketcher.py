"""Training the sketcher: doodles by people and icons made of lines, by name, as strokes."""

import copy
import hashlib
import json
import math
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from engine.pocket.sketcher import DOODLE, SCALE, Layout, Sketcher, Wanted
from engine.train.strokes import Sketches

HELD_OUT_WORDS = 30
"""Of the doodles' words, that the sketcher never sees, neither as doodles nor as icons."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of."""

    minutes: float = 110
    batch: int = 128
    icons: float = 0.2
    """Share of icons in a batch."""
    rate: float = 2e-3
    """Highest learning rate."""
    unnamed: float = 0.1
    """Share of drawings whose text is not told."""
    unmeasured: float = 0.5
    """Share of drawings whose length of line is not told."""
    keep: float = 0.998
    """How slowly the running mean of the weights follows."""
    width: int = 192
    layers: int = 6
    heads: int = 6
    optimiser: str = "adamw"
    seed: int = 0


def held_out(words: Collection[str], count: int) -> set[str]:
    """Those `count` of the words whose hashes are the least: the same on every machine."""
    return set(sorted(words, key=lambda word: hashlib.blake2b(word.encode()).digest())[:count])


def learned(sketches: Sketches) -> np.ndarray:
    """(N,) bool: the drawings that are learned from.

    Left out are HELD_OUT_WORDS of the doodles' words with everything of that name, and a tenth of
    the icons' other names.
    """
    words = np.array(sketches.words)
    drawn = set(words[np.unique(sketches.names[sketches.kinds == DOODLE])].tolist())
    others = [word for word in sketches.words if word not in drawn]
    kept_back = held_out(drawn, HELD_OUT_WORDS) | held_out(others, len(others) // 10)
    return np.array([word not in kept_back for word in sketches.words])[sketches.names]


class Batches:
    """Batches of drawings, each varied anew; a function of the seed and its number alone."""

    def __init__(
        self, sketches: Sketches, learned: np.ndarray, vectors: Tensor, recipe: Recipe
    ) -> None:
        self._sketches, self._vectors, self._recipe = sketches, vectors, recipe
        self._points = torch.from_numpy(sketches.points)
        doodle = sketches.kinds == DOODLE
        self._doodles = np.flatnonzero(learned & doodle)
        self._icons = np.flatnonzero(learned & ~doodle)

    def batch(self, number: int) -> tuple[Tensor, Wanted, Tensor]:
        """(T, 2 POINTS) points of all strokes times SCALE, what they are, and the text (B, 256)
        of each as it is even where `Wanted` does not tell it."""
        recipe, sketches = self._recipe, self._sketches
        rng = np.random.default_rng([recipe.seed, number])
        icons = rng.choice(self._icons, round(recipe.batch * recipe.icons))
        doodles = rng.choice(self._doodles, recipe.batch - len(icons))
        chosen = np.concatenate([doodles, icons])
        count = np.diff(sketches.first)[chosen]
        strokes = np.concatenate(
            [np.arange(int(sketches.first[i]), int(sketches.first[i + 1])) for i in chosen]
        )
        owner = torch.from_numpy(np.repeat(np.arange(len(chosen)), count))
        points = varied(self._points[strokes], owner, len(chosen), rng)
        lengths = points.diff(dim=1).norm(dim=2).sum(1)
        ink = torch.zeros(len(chosen)).index_add(0, owner, lengths)
        text = self._vectors[sketches.names[chosen]]
        unnamed = torch.from_numpy(rng.random(len(chosen)) < recipe.unnamed)
        unmeasured = torch.from_numpy(rng.random(len(chosen)) < recipe.unmeasured)
        wanted = Wanted(
            torch.where(unnamed[:, None], 0.0, text),
            torch.from_numpy(count),
            torch.where(unmeasured, math.nan, ink.clamp_min(0.05)),
            torch.from_numpy(sketches.kinds[chosen]),
        )
        return points.flatten(1) * SCALE, wanted, text


def varied(points: Tensor, owner: Tensor, drawings: int, rng: Generator) -> Tensor:
    """Points (S, POINTS, 2) of drawings, each mirrored, turned, sheared, stretched and moved a
    little; `owner` (S,) says whose a stroke is."""
    turn = rng.uniform(-0.12, 0.12, drawings)
    shear = rng.uniform(-0.12, 0.12, drawings)
    stretch = np.exp(rng.uniform(-0.18, 0.1, (drawings, 2)))
    stretch[:, 0] *= np.where(rng.random(drawings) < 0.5, -1.0, 1.0)
    cos, sin = np.cos(turn), np.sin(turn)
    maps = np.stack([[cos, cos * shear - sin], [sin, sin * shear + cos]]).transpose(2, 0, 1)
    maps = torch.from_numpy((maps * stretch[:, None, :]).astype(np.float32))
    moves = torch.from_numpy(rng.uniform(-0.05, 0.05, (drawings, 2)).astype(np.float32))
    return torch.einsum("spi,sji->spj", points, maps[owner]) + moves[owner][:, None]


def loss(
    model: Sketcher, points: Tensor, wanted: Wanted, text: Tensor, noise: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Of the velocity (mean square), and of the number of strokes (cross-entropy)."""
    layout = Layout(wanted.count)
    # Most is to be learned between noise and drawing (Esser et al. 2024).
    time = torch.sigmoid(torch.randn(len(wanted.count), generator=noise))
    start = torch.randn(points.shape, generator=noise)
    between = torch.lerp(start, points, time[layout.owner][:, None])
    velocity = model(between, time, model.condition(wanted), layout)
    logits = model.counts(text, wanted.kind)
    counted = nn.functional.cross_entropy(logits, wanted.count - 1)
    return (velocity - (points - start)).square().mean(), counted


def optimisers(model: Sketcher, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al. 2024) for the blocks' matrices, AdamW for the rest."""
    matrices = [p for p in model.blocks.parameters() if p.ndim == 2 and min(p.shape) > 6]
    if recipe.optimiser != "muon":
        matrices = []
    taken = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in taken]
    found: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(rest, recipe.rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
    ]
    if matrices:
        found.append(
            torch.optim.Muon(
                matrices, recipe.rate, weight_decay=0.01, momentum=0.95,
                adjust_lr_fn="match_rms_adamw",
            )
        )  # fmt: skip
    return found


def fit(
    model: Sketcher,
    batches: Batches,
    recipe: Recipe,
    checkpoint: Path,
    clock: Callable[[], float] = time.process_time,
) -> Sketcher:
    """Train, or go on from `checkpoint`; returns the running mean of the weights.

    Every two minutes of `clock` (seconds of processor time by default) the checkpoint is replaced
    and a line of figures added beside it, to `….jsonl`.
    """
    mean = copy.deepcopy(model).requires_grad_(False)
    learners = optimisers(model, recipe)
    step, spent = 0, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        mean.load_state_dict(kept["mean"])
        for learner, state in zip(learners, kept["optimisers"], strict=True):
            learner.load_state_dict(state)
        step, spent = kept["step"], kept["spent"]
    since, saved = clock(), spent
    velocities: list[float] = []
    counts: list[float] = []
    while spent < 60 * recipe.minutes:
        done = spent / (60 * recipe.minutes)
        pace = min(1.0, (step + 1) / 200) * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)
        for learner in learners:
            for group in learner.param_groups:
                group["lr"] = recipe.rate * pace
        points, wanted, text = batches.batch(step)
        noise = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        moved, counted = loss(model, points, wanted, text, noise)
        (moved + 0.05 * counted).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for learner in learners:
            learner.step()
            learner.zero_grad()
        step += 1
        velocities.append(moved.item())
        counts.append(counted.item())
        with torch.no_grad():
            keep = min(recipe.keep, step / (step + 20))
            for slow, fast in zip(mean.parameters(), model.parameters(), strict=True):
                slow.lerp_(fast, 1 - keep)
        now = clock()
        spent, since = spent + now - since, now
        if spent - saved > 120 or spent >= 60 * recipe.minutes:
            saved = spent
            line = {
                "step": step,
                "minutes": round(spent / 60, 1),
                "velocity": round(sum(velocities) / len(velocities), 4),
                "count": round(sum(counts) / len(counts), 3),
            }
            velocities.clear()
            counts.clear()
            with checkpoint.with_suffix(".jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            fresh = checkpoint.with_suffix(".new")
            torch.save(
                {
                    "model": model.state_dict(),
                    "mean": mean.state_dict(),
                    "optimisers": [learner.state_dict() for learner in learners],
                    "step": step,
                    "spent": spent,
                    "recipe": asdict(recipe),
                },
                fresh,
            )
            fresh.replace(checkpoint)
    return mean
