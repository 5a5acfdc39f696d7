"""Training of the image tower against the teacher's words.

The loss is a cross-entropy of each picture against **all** words: their fixed embeddings, centred,
through one linear layer that is learned too. Words that mean the same as the right one are left
out of the sum. Half way the pictures grow from 48 to 64 pixels. From then on many batches are
learned twice, then moved against the model along the gradient that the first time left anyway
(Shafahi et al. 2019, "Adversarial training for free!"): the gradients of a robust network draw
(Santurkar et al. 2019, "Image synthesis with a single (robust) classifier").

The schedule is told in time, not in steps: whoever has two hours has two hours' best model.
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
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine import device
from engine.pocket.opinion import OpinionTower
from engine.pocket.tower import PocketTower
from engine.train import augment, render
from engine.train.doodles import Doodles
from engine.train.icons import Rendered

MEAN, STD = 0.85, 0.3
"""Of the pictures' pixels, all three channels alike: most of them are paper."""

EMBED = 256
"""Length of pocket's embeddings."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; everything else is in the code."""

    minutes: float = 105
    batch: int = 128
    others: int = 768
    """Words beside the doodles' that a picture is told from, drawn anew for each batch."""
    doodles: float = 0.7
    """Share of doodles in a batch; the rest are icons."""
    unfinished: float = 0.25
    """Share of the doodles that are cut short."""
    least: float = 0.3
    """Least share of its ink that such a doodle has."""
    vary: tuple[float, float] = (1.0, 1.0)
    """How freely doodles are varied (see `augment.draw_doodle`) at the beginning and at the end;
    between, it changes evenly."""
    rate: float = 2.5e-3
    """Highest learning rate, of AdamW."""
    decay: float = 0.05
    smoothing: float = 0.05
    dropped: float = 0.0
    """Share of the tower's features left out at random (Srivastava et al. 2014, "Dropout")."""
    soft: float = 0.0
    """How much a teacher's opinion of a picture counts, beside its name."""
    grow: float = 0.5
    """Share of the time after which most pictures are large; before, most are 48 pixels wide."""
    size: int = 64
    """Side in pixels of the larger pictures."""
    robust: float = 0.55
    """Share of the time after which batches are learned a second time, moved against the model."""
    again: float = 0.5
    """Share of these later batches for which that is done."""
    brief: bool = False
    """Whether pictures go through the tower in bfloat16 where the processor has it."""
    keep: float = 0.999
    """How slowly the running mean of the weights follows."""
    reach: float = 2.0
    """Longest such move, in the Euclidean norm over a picture's values in [0, 1]."""
    seed: int = 0


class Seer(nn.Module):
    """An image tower with its projection, what words go through, and the scale of cosines.

    By default it is that of pocket, untrained, with a linear layer for the teacher's words.
    """

    def __init__(
        self, trunk: PocketTower | OpinionTower | None = None, words: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.trunk = trunk or PocketTower(norm=True)
        self.drop = nn.Dropout(0.0)
        self.proj = nn.Linear(self.trunk.num_features, EMBED, bias=False)
        self.words = words or nn.Linear(384, EMBED, bias=False)
        self.log_scale = nn.Parameter(torch.tensor(math.log(30.0)))
        self.brief = False

    def forward(self, pictures: Tensor) -> Tensor:
        """`(B, 3, H, W)` in [0, 1] to `(B, 256)` of length one."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.brief):
            seen = self.proj(self.drop(self.trunk((pictures - MEAN) / STD)))
        return normalize(seen.float(), dim=-1)

    def logits(self, pictures: Tensor, words: Tensor) -> Tensor:
        """`(B, N)`: scaled cosines with the embeddings `(N, D)` of words."""
        return self.log_scale.exp().clamp(max=100) * self(pictures) @ self.read(words).T

    def read(self, words: Tensor) -> Tensor:
        """Embeddings `(N, D)` of words to `(N, 256)` of length one."""
        return normalize(self.words(words), dim=-1)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a run learns from."""

    doodles: Doodles
    icons: Rendered
    words: list[str]
    """The names of all pictures, sorted."""
    vectors: Tensor
    """`(N, D)` embeddings of `words`: the teacher's, centred, or those of a text tower."""
    same: Tensor
    """`(N, N)` which words are no mistake for each other."""

    drawn: Tensor
    """`(345,)` indices in `words` of the doodles' classes, in their order; ascending."""


class Batches:
    """Batches of pictures, each a function of the seed and its number alone."""

    def __init__(self, material: Material, recipe: Recipe) -> None:
        self._material, self._recipe = material, recipe
        at = {word: i for i, word in enumerate(material.words)}
        drawn = set(material.doodles.words)
        self._of_doodle = material.drawn.numpy()[material.doodles.labels]
        self._of_icon = np.array([at[name] for name in material.icons.names])
        weights = np.array([2.0 if name in drawn else 1.0 for name in material.icons.names])
        self._share = weights / weights.sum()

    def batch(self, number: int, size: int, vary: float) -> tuple[Tensor, Tensor]:
        """`(B, 3, size, size)` pictures and `(B,)` indices of their words; vary: how freely the
        doodles are varied."""
        material, recipe = self._material, self._recipe
        rng = np.random.default_rng([recipe.seed, number])
        augment.seed(int(rng.integers(2**31)))
        count = round(recipe.batch * recipe.doodles)
        doodles = rng.integers(len(material.doodles), size=count)
        icons = rng.choice(len(self._of_icon), recipe.batch - count, p=self._share)
        out = np.empty((recipe.batch, size, size, 3), np.float32)
        drawings = material.doodles
        augment.draw_doodles(
            drawings.points,
            drawings.strokes,
            drawings.drawings,
            doodles,
            out[:count],
            recipe.unfinished,
            recipe.least,
            vary,
        )
        augment.draw_icons(material.icons.ink, material.icons.colour, icons, out[count:])
        labels = np.concatenate([self._of_doodle[doodles], self._of_icon[icons]])
        return torch.from_numpy(out).permute(0, 3, 1, 2), torch.from_numpy(labels)


def cross_entropy(logits: Tensor, labels: Tensor, left_out: Tensor, smoothing: float) -> Tensor:
    """Mean over `(B, N)` logits and `(B,)` labels; words `left_out` `(B, N)` take no part."""
    right = logits.gather(1, labels[:, None])[:, 0]
    mean = logits.masked_fill(left_out, 0.0).sum(1) / (~left_out).sum(1)
    total = logits.masked_fill(left_out, -math.inf).logsumexp(1)
    return (total - (1 - smoothing) * right - smoothing * mean).mean()


class Naming:
    """The loss of a batch: naming each picture among all that people drew and `others` words
    more, and once again each doodle among what people drew alone."""

    def __init__(self, material: Material, labels: Tensor, others: int, rng: Generator) -> None:
        drawn = material.drawn
        more = torch.from_numpy(rng.integers(len(material.words), size=others))
        among = torch.cat([drawn, labels, more]).unique()
        self._vectors = material.vectors[among]
        self._labels = torch.searchsorted(among, labels)
        self._left_out = material.same[labels][:, among]
        self._drawn = torch.searchsorted(among, drawn)
        of_doodle = torch.full((len(material.words),), -1)
        of_doodle[drawn] = torch.arange(len(drawn))
        self._doodle = of_doodle[labels]

    def __call__(
        self,
        model: Seer,
        pictures: Tensor,
        smoothing: float = 0.0,
        teacher: Seer | None = None,
        soft: float = 0.0,
    ) -> Tensor:
        """With a `teacher`, `soft` of it is a cross-entropy with what that takes the pictures for
        (Hinton et al. 2015, "Distilling the knowledge in a neural network")."""
        logits = model.logits(pictures, self._vectors)
        named = (self._doodle >= 0).nonzero()[:, 0]
        doodles = logits[named][:, self._drawn]
        loss = cross_entropy(logits, self._labels, self._left_out, smoothing)
        loss = loss + 0.5 * nn.functional.cross_entropy(
            doodles, self._doodle[named], label_smoothing=smoothing
        )
        if teacher is None:
            return loss
        with torch.no_grad():
            opinion = teacher.logits(pictures, self._vectors)
        agreed = nn.functional.cross_entropy(logits, opinion.softmax(1))
        agreed = agreed + 0.5 * nn.functional.cross_entropy(
            doodles, opinion[named][:, self._drawn].softmax(1)
        )
        return (1 - soft) * loss + soft * agreed


def against(pictures: Tensor, reach: Tensor) -> Tensor:
    """The pictures, each moved by its `reach` `(B,)` to where its loss grew fastest.

    Reads the gradient that the loss has just left in `pictures`.
    """
    if pictures.grad is None:
        raise ValueError("the loss has not been taken back to these pictures")
    length = pictures.grad.flatten(1).norm(dim=1).clamp_min(1e-12)
    return (pictures + (reach / length)[:, None, None, None] * pictures.grad).detach()


@torch.no_grad()
def average(mean: Seer, model: Seer, keep: float) -> None:
    """Move the running mean of all weights and statistics towards the model's."""
    for slow, fast in zip(mean.state_dict().values(), model.state_dict().values(), strict=True):
        if slow.dtype.is_floating_point:
            slow.lerp_(fast, 1 - keep)
        else:
            slow.copy_(fast)


@torch.no_grad()
def cosines(
    see: Callable[[Tensor], Tensor],
    text: Tensor,
    doodles: Doodles,
    most: int | None = None,
    size: int = 64,
) -> tuple[Tensor, Tensor]:
    """`(N, words)` cosines of doodles, black on white, `size` pixels, as they are seen, with the
    `text` `(words, 256)` of their classes; and the `(N,)` indices of the right ones.

    most: doodles, always the same ones; all if None."""
    chosen = np.random.default_rng(0).permutation(len(doodles))[:most]
    found = []
    for part in np.array_split(chosen, math.ceil(len(chosen) / 256)):
        out = np.empty((len(part), size, size, 3), np.float32)
        width = 3 * size / 64
        render.draw_plainly(
            doodles.points, doodles.strokes, doodles.drawings, part, out, width, 0.06
        )
        found.append(see(torch.from_numpy(out).permute(0, 3, 1, 2)) @ text.T)
    return torch.cat(found), torch.from_numpy(doodles.labels[chosen])


def rates(cosines: Tensor, labels: Tensor) -> tuple[float, float]:
    """Top-1 and top-5 rate."""
    hits = cosines.topk(min(5, cosines.shape[1])).indices == labels[:, None]
    return hits[:, 0].float().mean().item(), hits.any(1).float().mean().item()


def calibrated(cosines: Tensor, labels: Tensor) -> float:
    """The scale that makes probabilities of cosines, by the least cross-entropy
    (Guo et al. 2017, "On calibration of modern neural networks", temperature scaling)."""
    scales = torch.linspace(4, 100, 193)
    losses = [torch.nn.functional.cross_entropy(scale * cosines, labels) for scale in scales]
    return scales[torch.stack(losses).argmin()].item()


def _optimiser(model: Seer, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW; what is a vector (biases, gains, the scale) does not decay."""
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": recipe.decay},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, recipe.rate, betas=(0.9, 0.98), fused=True)


def _learn(optimiser: torch.optim.Optimizer, value: Tensor) -> float:
    """One step down a loss; returns it."""
    value.backward()
    optimiser.step()
    optimiser.zero_grad()
    return value.item()


def fit(
    model: Seer,
    material: Material,
    validation: Doodles,
    recipe: Recipe,
    checkpoint: Path,
    clock: Callable[[], float] = time.process_time,
    teacher: Seer | None = None,
) -> Seer:
    """Train `model`, or go on from `checkpoint`; returns the running mean of the weights.

    teacher: whose opinion of the pictures counts as well (`Recipe.soft`); frozen.

    Every three minutes of `clock` (in seconds; other work on the machine does not count) the
    checkpoint is replaced and a line of figures added beside it, to `….jsonl`.
    """
    model = model.to(memory_format=torch.channels_last)
    model.drop.p = recipe.dropped
    mean = copy.deepcopy(model).requires_grad_(False)
    for one in (model, teacher):
        if one is not None:
            one.brief = recipe.brief and device.has_bfloat16()
    optimiser = _optimiser(model, recipe)
    step, spent = 0, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        mean.load_state_dict(kept["mean"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
    batches = Batches(material, recipe)
    since = clock()
    saved, losses = spent, []
    model.train()
    mean.eval()
    while spent < 60 * recipe.minutes:
        progress = spent / (60 * recipe.minutes)
        pace = min(1.0, step / 150) * (0.005 + 0.995 * (1 + math.cos(math.pi * progress)) / 2)
        for group in optimiser.param_groups:
            group["lr"] = pace * recipe.rate
        rng = np.random.default_rng([recipe.seed, step, 1])
        size = 48 if rng.random() < (0.8 if progress < recipe.grow else 0.35) else recipe.size
        freely, at_last = recipe.vary
        vary = freely + progress * (at_last - freely)
        pictures, labels = batches.batch(step, size, vary)
        loss = Naming(material, labels, recipe.others, rng)
        robust = progress >= recipe.robust and rng.random() < recipe.again
        pictures.requires_grad_(robust)
        value = loss(model, pictures, recipe.smoothing, teacher, recipe.soft)
        losses.append(_learn(optimiser, value))
        if robust:
            reach = torch.from_numpy(rng.uniform(0.25, 1, len(pictures)).astype(np.float32))
            moved = against(pictures, reach * recipe.reach)
            _learn(optimiser, loss(model, moved, recipe.smoothing))
        step += 1
        average(mean, model, min(recipe.keep, step / (step + 20)))
        now = clock()
        spent, since = spent + now - since, now
        if spent - saved > 180 or spent >= 60 * recipe.minutes:
            text = mean.read(material.vectors[material.drawn])
            first, fifth = rates(*cosines(mean, text, validation, 2000, recipe.size))
            line = {
                "step": step,
                "minutes": round(spent / 60, 1),
                "loss": round(sum(losses) / len(losses), 3),
                "scale": round(model.log_scale.exp().item(), 1),
                "top1": round(first, 4),
                "top5": round(fifth, 4),
            }
            with checkpoint.with_suffix(".jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            fresh = checkpoint.with_suffix(".new")
            torch.save(
                {
                    "model": model.state_dict(),
                    "mean": mean.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step,
                    "spent": spent,
                    "recipe": asdict(recipe),
                },
                fresh,
            )
            fresh.replace(checkpoint)
            losses.clear()
            saved = spent
            spent, since = spent + clock() - since, clock()
    return mean
