"""From what was trained to what ships: one open_clip configuration and one checkpoint.

The image tower's normalisation is folded into its convolutions, the words' linear layer into the
text tower's projection; weights are kept in half precision and loaded in single.
"""

import json
import math
import shutil
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.pocket.sketcher import Sketcher
from engine.pocket.tower import SIZE, fold
from engine.train.fit import EMBED, MEAN, STD, Seer
from engine.train.text import CONFIG


def configuration() -> dict:
    """What open_clip reads to build pocket."""
    text = asdict(CONFIG)
    kept = ("context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio")
    return {
        "model_cfg": {
            "embed_dim": EMBED,
            "vision_cfg": {
                "timm_model_name": "penguess_pocket",
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "image_size": SIZE,
            },
            "text_cfg": {name: text[name] for name in kept},
        },
        "preprocess_cfg": {
            "size": [SIZE, SIZE],
            "mean": [MEAN] * 3,
            "std": [STD] * 3,
            "interpolation": "bicubic",
            "resize_mode": "longest",
            "fill_color": 255,
        },
    }


def seeing(seer: Seer, scale: float, trunk: str = "visual.trunk.") -> dict[str, Tensor]:
    """What of a checkpoint sees, in open_clip's names, the tower's weights behind `trunk`;
    `scale` makes logits of cosines."""
    weights = {f"{trunk}{name}": value for name, value in fold(seer.trunk.state_dict()).items()}
    weights["visual.head.proj.weight"] = seer.proj.weight
    weights["logit_scale"] = torch.tensor(math.log(scale))
    return _packed(weights)


def reading(seer: Seer, student: dict[str, Tensor]) -> dict[str, Tensor]:
    """What of a checkpoint reads: `student` is the text tower, giving 384 values."""
    weights = {name: value for name, value in student.items() if name != "attn_mask"}
    weights["text_projection"] = student["text_projection"] @ seer.words.get_parameter("weight").T
    return _packed(weights)


def sketching(sketcher: Sketcher) -> dict[str, Tensor]:
    """What of a sketcher's checkpoint ships."""
    return _packed(sketcher.state_dict())


def reading_strokes(tower: nn.Module, trust: Tensor) -> dict[str, Tensor]:
    """What of the stroke tower's checkpoint ships, with what its word counts."""
    weights = {f"tower.{name}": value for name, value in tower.state_dict().items()}
    return _packed(weights | {"trust": trust})


def opining(seer: Seer, scale: float) -> dict[str, Tensor]:
    """What of the second opinion's checkpoint ships: normalisation folded into convolutions.

    The layers of a tower with and without normalisation are counted alike: the convolution before
    each normalisation takes it up.
    """
    layers = list(seer.trunk.get_submodule("layers").children())
    folded, number = {}, 0
    for layer, behind in pairwise([*layers, None]):
        if isinstance(layer, nn.BatchNorm2d):
            continue
        if isinstance(layer, nn.Conv2d) and behind is not None:
            norm = {name: value.detach() for name, value in behind.state_dict().items()}
            gain = norm["weight"] / (norm["running_var"] + 1e-5).sqrt()
            name = f"trunk.layers.{number}"
            folded[f"{name}.weight"] = layer.weight * gain[:, None, None, None]
            folded[f"{name}.bias"] = norm["bias"] - gain * norm["running_mean"]
        number += 1
    folded["proj.weight"] = seer.proj.weight
    folded["words.weight"] = seer.words.get_parameter("weight")
    return _packed(folded) | {"scale": torch.tensor(scale)}


def _packed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name: value.detach().to(torch.float32 if name == "logit_scale" else torch.float16)
        .clone(memory_format=torch.contiguous_format)
        for name, value in weights.items()
    }  # fmt: skip


def export(
    seer: Seer,
    student: dict[str, Tensor],
    scale: float,
    merges: Path,
    folder: Path,
) -> None:
    """Write configuration, checkpoint and merges of pocket to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = seeing(seer, scale) | reading(seer, student)
    save_file(weights, folder / "open_clip_model.safetensors")
    text = json.dumps(configuration(), indent=2) + "\n"
    (folder / "open_clip_config.json").write_text(text, "utf-8")
    if merges.resolve() != (folder / "merges.txt.gz").resolve():
        shutil.copy(merges, folder / "merges.txt.gz")
