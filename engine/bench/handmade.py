"""Whether drawings could be a person's: what tells them from people's, in a judge's eyes.

All figures are of a judge's features (N, F), the layer before its words, of drawings of the same
words, by us and by people.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.bench.doodles import Doodle
from engine.canvas.drawing import Drawing
from engine.canvas.tidy import heaviest_line
from engine.paint.sketch.sketches import as_drawing
from engine.train.strokes import sketch

_FOLDS = 5
_DECAY = 1.0  # of the classifier's weights, over standardised features


def as_ours(doodle: Doodle, side: int) -> Drawing:
    """A person's doodle with our pen: its lines as the same cubics, as wide, as far from the
    edges as those of a sketch with 16 strokes."""
    points = sketch([torch.tensor(path).numpy() for path in doodle.paths])
    return as_drawing(points, side, heaviest_line(16))


def area_under_curve(ours: Tensor, theirs: Tensor) -> float:
    """How well a fresh linear classifier tells ours from theirs: .5 not at all, 1 always.

    The area under the receiver's operating characteristic, every drawing judged by a logistic
    regression that learned from the other four fifths (drawn by lot, the same each time).
    """
    features = torch.cat((ours, theirs)).double()
    labels = torch.cat((torch.ones(len(ours)), torch.zeros(len(theirs)))).double()
    features = (features - features.mean(0)) / features.std(0).clamp_min(1e-6)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    scores = torch.empty_like(labels)
    for fold in range(_FOLDS):
        tested = order[fold::_FOLDS]
        learned = torch.ones(len(labels), dtype=torch.bool)
        learned[tested] = False
        weights = _classifier(features[learned], labels[learned])
        scores[tested] = features[tested] @ weights[:-1] + weights[-1]
    return _ranked(scores[labels == 1], scores[labels == 0])


def _classifier(features: Tensor, labels: Tensor) -> Tensor:
    """(F + 1,): weights and bias; both kinds count alike, however many there are of each."""
    weights = torch.zeros(features.shape[1] + 1, dtype=features.dtype, requires_grad=True)
    share = torch.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum())
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        logits = features @ weights[:-1] + weights[-1]
        wrong = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, labels, weight=share, reduction="sum"
        )
        total = wrong + _DECAY / len(labels) * weights[:-1].square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    return weights.detach()


def _ranked(higher: Tensor, lower: Tensor) -> float:
    """The share of pairs in which the first is higher (ties count half)."""
    apart = higher[:, None] - lower[None]
    return float((apart > 0).double().mean() + 0.5 * (apart == 0).double().mean())


def kernel_distance(ours: Tensor, theirs: Tensor) -> float:
    """The kernel inception distance (Bińkowski et al. 2018): the squared maximum mean discrepancy
    under the kernel (a·b / F + 1)³, without bias, so that it may be a little below 0."""

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a.double() @ b.double().T / a.shape[1] + 1) ** 3

    def within(a: Tensor) -> Tensor:
        k = kernel(a, a)
        return (k.sum() - k.diagonal().sum()) / (len(a) * (len(a) - 1))

    return float(within(ours) + within(theirs) - 2 * kernel(ours, theirs).mean())


def spread(groups: Sequence[Tensor]) -> float:
    """How different several drawings of one word are: the mean distance of two of a group
    (N, F), over groups."""
    return float(torch.stack([torch.pdist(group.double()).mean() for group in groups]).mean())
