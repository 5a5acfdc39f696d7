"""The namer tower: deeper, only looks, taught by one that was trained on from the painter tower.

What paints has to be robust, and pays for it; what looks does not, and is shown many doodles that
are not finished. It keeps the text tower of what paints, so that no word is learned anew.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from engine.pocket.tower import NamerTower, PocketTower
from engine.train import fit

_FIRST = fit.Recipe(
    minutes=90,
    doodles=0.8,
    unfinished=0.35,
    least=0.2,
    vary=(0.7, 0.7),
    rate=1e-3,
    size=NamerTower.SIDE,  # more pictures teach it more than larger ones
    robust=1.0,  # never
    keep=0.998,
    seed=1,
)
_BORN_AGAIN = replace(
    _FIRST,
    minutes=105,
    unfinished=0.3,
    vary=(1.0, 0.5),
    rate=1.2e-3,
    decay=0.1,
    dropped=0.2,
    soft=0.5,
    seed=11,
)
RUNS = (
    _FIRST,
    replace(_FIRST, minutes=33, vary=(0.6, 0.6), rate=6e-4, smoothing=0.08, seed=2),
    _BORN_AGAIN,
    replace(
        _BORN_AGAIN,
        minutes=32,
        vary=(1.0, 0.6),
        rate=8e-4,
        dropped=0.25,
        soft=0.7,
        seed=31,
    ),
)
"""One after the other, each from where the one before has come to, which is its teacher as well
where it has one (`soft`; Furlanello et al. 2018, "Born-again neural networks"): what keeps it
from learning its doodles by heart is what else each of them was taken for."""
ANEW = replace(
    _BORN_AGAIN,
    minutes=120,
    vary=(1.0, 0.6),
    rate=2e-3,
    soft=0.4,
    brief=True,
    keep=0.999,
    seed=41,
)
"""The run of the tower that ships: it begins with nothing, with what these come to as its teacher,
and learns from the further doodles as well."""


@torch.no_grad()
def unfold(tower: nn.Module, folded: dict[str, Tensor], pictures: Tensor) -> None:
    """Give `tower`, which has normalisation, the weights of one without: the same function of
    `pictures` `(B, 3, H, W)`, which become its statistics.

    Residual blocks that `folded` does not have change nothing yet. Inverse of `tower.fold`, but
    for the length of each filter, to which normalisation makes the function blind: it becomes 1,
    as steps of Adam would be too small for long filters and too large for short ones.
    """
    hooks = []
    for name, conv in tower.named_modules():
        weight = folded.get(f"{name}.weight")
        if not isinstance(conv, nn.Conv2d) or weight is None:
            continue
        norm = tower.get_submodule(f"{name.removesuffix('.conv')}.norm")
        if not isinstance(norm, nn.BatchNorm2d):
            raise TypeError("the tower has no normalisation to put behind its convolutions")
        length = weight.flatten(1).norm(dim=1).clamp_min(1e-6)
        conv.weight.copy_(weight / length[:, None, None, None])
        bias = folded[f"{name}.bias"]
        hooks.append(conv.register_forward_hook(_settle(norm, length, bias)))
    tower.eval()(pictures)
    for hook in hooks:
        hook.remove()


def _settle(norm: nn.BatchNorm2d, length: Tensor, bias: Tensor) -> Callable[..., None]:
    """A hook behind a convolution: let `norm` undo what was done to its filters."""

    def hook(_: nn.Module, __: tuple[Tensor, ...], found: Tensor) -> None:
        mean, variance = found.mean((0, 2, 3)), found.var((0, 2, 3), unbiased=False)
        norm.get_buffer("running_mean").copy_(mean)
        norm.get_buffer("running_var").copy_(variance)
        norm.weight.copy_(length * (variance + norm.eps).sqrt())
        norm.bias.copy_(bias + length * mean)

    return hook


def untrained() -> fit.Seer:
    """A namer tower. Its words are vectors of the model's text tower: they go through nothing
    more."""
    return fit.Seer(PocketTower(more=NamerTower.MORE, norm=True), nn.Identity())


def grown(folded: dict[str, Tensor], pictures: Tensor) -> fit.Seer:
    """A namer tower to train that sees what a shipped tower sees, the painter's or an earlier
    namer's, whose checkpoint is `folded`."""
    seer = untrained()
    stem = "layers.stem.conv.weight"
    trunk = next(name for name in folded if name.endswith(stem)).removesuffix(stem)
    weights = {k.removeprefix(trunk): v.float() for k, v in folded.items() if k.startswith(trunk)}
    unfold(seer.trunk, weights, (pictures - fit.MEAN) / fit.STD)
    seer.proj.weight.data.copy_(folded["visual.head.proj.weight"])
    seer.log_scale.data.copy_(folded["logit_scale"])
    return seer
