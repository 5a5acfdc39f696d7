"""pocket's image tower: a small smooth residual network, registered with timm.

Smooth (SiLU instead of ReLU) because a painter descends its gradient with respect to pixels.
Trained with batch normalisation; what ships has it folded into the convolutions (`fold`), so
that looking at a picture is convolutions and SiLU alone, forward and backward.
"""

import math
from collections import OrderedDict

import torch
from timm.models import register_model
from torch import Tensor, nn
from torch.nn.functional import affine_grid, grid_sample, interpolate

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
    """Adds what two convolutions find to what is there; without `act`, and with that nothing yet,
    it changes nothing, so that a trained tower can be given more of them."""

    def __init__(self, width: int, *, norm: bool, act: bool = True) -> None:
        super().__init__()
        self.first = _Conv(width, width, 3, 1, norm=norm, act=True)
        self.second = _Conv(width, width, 3, 1, norm=norm, act=False)
        self.act = nn.SiLU() if act else nn.Identity()
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
        more: further ones of each stage, without activation behind the sum.
        features: channels of the last, pointwise layer, averaged over the picture.
        norm: batch normalisation for training; False for folded weights.
    """

    def __init__(
        self,
        stem: int = 32,
        widths: tuple[int, ...] = (48, 96, 192),
        blocks: tuple[int, ...] = (1, 2, 2),
        more: tuple[int, ...] = (0, 0, 0),
        features: int = 512,
        *,
        norm: bool = False,
    ) -> None:
        super().__init__()
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        layers["stem"] = _Conv(3, stem, 3, 2, norm=norm, act=True)
        inside = stem
        for stage, (width, count, extra) in enumerate(zip(widths, blocks, more, strict=True)):
            layers[f"down{stage}"] = _Conv(inside, width, 3, 2, norm=norm, act=True)
            for block in range(count):
                layers[f"block{stage}{block}"] = _Residual(width, norm=norm)
            for block in range(extra):
                layers[f"more{stage}{block}"] = _Residual(width, norm=norm, act=False)
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


def _look(degrees: float, mirror: float) -> list[list[float]]:
    """From a view to the picture, as affine_grid takes it; mirror: -1, or 1 for none."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [[mirror * cos, -mirror * sin, 0.0], [sin, cos, 0.0]]


class NamerTower(nn.Module):
    """Pictures `(B, 3, H, W)` to the mean of what a deeper tower finds in several looks at each:
    as it is and tilted a little, and both mirrored."""

    SIDE = 48
    """In pixels, of the pictures that it was taught with and brings others to."""
    MORE = (0, 1, 2)
    """Its residual blocks beyond those of the tower that paints."""
    LOOKS = tuple(_look(degrees, mirror) for degrees in (0.0, 5.0) for mirror in (1.0, -1.0))

    def __init__(self) -> None:
        super().__init__()
        self.trunk = PocketTower(more=self.MORE)
        self.num_features = self.trunk.num_features
        self.default_cfg = self.trunk.default_cfg
        self.reset_classifier = self.trunk.reset_classifier
        self.register_buffer("looks", torch.tensor(self.LOOKS), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        side, count = self.SIDE, len(self.LOOKS)
        if x.shape[-1] != side:
            x = interpolate(x, (side, side), mode="bilinear", antialias=True)
        looks = self.get_buffer("looks").to(x).repeat(len(x), 1, 1)
        grid = affine_grid(looks, [len(looks), 3, side, side], align_corners=False)
        views = grid_sample(
            x.repeat_interleave(count, 0), grid, padding_mode="border", align_corners=False
        )
        return self.trunk(views).unflatten(0, (-1, count)).mean(1)


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


@register_model
def penguess_eye(pretrained: bool = False, **kwargs: object) -> NamerTower:
    """What looks; the weights come with the checkpoint."""
    if pretrained:
        raise ValueError("penguess_eye has no weights of its own; load the namer's folder")
    return NamerTower()
