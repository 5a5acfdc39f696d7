"""pocket's image tower: a small smooth residual network, registered with timm.

Smooth (SiLU instead of ReLU) because a painter descends its gradient with respect to pixels.
Trained with batch normalisation; what ships has it folded into the convolutions (`fold`), so
that looking at a picture is convolutions and SiLU alone, forward and backward.
"""

from collections import OrderedDict

import torch
from timm.models import register_model
from torch import Tensor, nn

SIZE = 64
"""Side in pixels of the pictures the tower was made for; any multiple of 16 works."""


class _Conv(nn.Sequential):
    """Convolution, then normalisation where `norm`, then SiLU where `act`."""

    def __init__(
        self, inside: int, out: int, kernel: int, stride: int, *, norm: bool, act: bool
    ) -> None:
        conv = nn.Conv2d(inside, out, kernel, stride, kernel // 2, bias=not norm)
        parts: OrderedDict[str, nn.Module] = OrderedDict(conv=conv)
        if norm:
            parts["norm"] = nn.BatchNorm2d(out)
        if act:
            parts["act"] = nn.SiLU(inplace=True)
        super().__init__(parts)


class _Residual(nn.Module):
    def __init__(self, width: int, *, norm: bool) -> None:
        super().__init__()
        self.first = _Conv(width, width, 3, 1, norm=norm, act=True)
        self.second = _Conv(width, width, 3, 1, norm=norm, act=False)
        self.act = nn.SiLU()
        if norm:  # each block starts as the identity
            nn.init.zeros_(self.second.get_parameter("norm.weight"))

    def forward(self, x: Tensor) -> Tensor:
        return self.act(x + self.second(self.first(x)))


class PocketTower(nn.Module):
    """`(B, 3, H, W)` normalised pictures to `(B, num_features)`.

    Args:
        stem: channels at half the resolution.
        widths: channels of the stages, each at half the resolution of the one before.
        blocks: residual blocks of each stage.
        features: channels of the last, pointwise layer, averaged over the picture.
        norm: batch normalisation for training; False for folded weights.
    """

    def __init__(
        self,
        stem: int = 32,
        widths: tuple[int, ...] = (48, 96, 192),
        blocks: tuple[int, ...] = (1, 2, 2),
        features: int = 512,
        *,
        norm: bool = False,
    ) -> None:
        super().__init__()
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        layers["stem"] = _Conv(3, stem, 3, 2, norm=norm, act=True)
        inside = stem
        for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
            layers[f"down{stage}"] = _Conv(inside, width, 3, 2, norm=norm, act=True)
            for block in range(count):
                layers[f"block{stage}{block}"] = _Residual(width, norm=norm)
            inside = width
        layers["last"] = _Conv(inside, features, 1, 1, norm=norm, act=True)
        self.layers = nn.Sequential(layers)
        self.num_features = features
        self.default_cfg = {"input_size": (3, SIZE, SIZE), "pool_size": None}

    def reset_classifier(self, num_classes: int, global_pool: str = "avg") -> None:
        """Part of timm's interface: the tower has no classifier and averages always."""
        if num_classes or global_pool not in ("", "avg"):
            raise ValueError("the tower of pocket only gives its averaged features")

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x.contiguous(memory_format=torch.channels_last)).mean((2, 3))


@torch.no_grad()
def fold(state: dict[str, Tensor], eps: float = 1e-5) -> dict[str, Tensor]:
    """The weights of a tower with `norm` as those of one without: the same function in eval mode.

    Each `….norm` of running mean m, variance v, weight g and bias b turns its convolution W into
    W·g/√(v+eps) with the bias b − m·g/√(v+eps).
    """
    folded = {}
    for name, value in state.items():
        stem, _, leaf = name.rpartition(".conv.")
        if leaf == "weight" and f"{stem}.norm.weight" in state:
            norm = f"{stem}.norm."
            gain = state[norm + "weight"] / (state[norm + "running_var"] + eps).sqrt()
            folded[name] = value * gain[:, None, None, None]
            folded[f"{stem}.conv.bias"] = state[norm + "bias"] - gain * state[norm + "running_mean"]
        elif ".norm." not in name:
            folded[name] = value
    return folded


@register_model
def penguess_pocket(pretrained: bool = False, **kwargs: object) -> PocketTower:
    """The tower as open_clip's configuration names it; the weights come with the checkpoint."""
    if pretrained:
        raise ValueError("penguess_pocket has no weights of its own; load the folder of pocket")
    return PocketTower(norm=bool(kwargs.get("norm", False)))
