"""Generators of random weights, in the folders that the painters of Table 1's baselines read: no
others can be had here. What they draw is noise, moved towards what a critic likes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from engine.paint.painters import biggan, vqgan
from engine.paint.painters.way import Weights


def save_biggan(folder: Path) -> None:
    """A generator of 64 pixels, 12 numbers of noise and five classes."""
    from pytorch_pretrained_biggan import BigGAN, BigGANConfig

    config: dict[str, Any] = {
        "output_dim": 64,
        "z_dim": 12,
        "class_embed_dim": 12,
        "channel_width": 4,
        "num_classes": 5,
        "layers": [[True, 16, 8], [True, 8, 4], [True, 4, 2], [True, 2, 1]],
        "attention_layer_position": 1,
        "n_stats": 3,
    }
    torch.manual_seed(0)
    network = BigGAN(BigGANConfig.from_dict(config))
    last = network.generator.bn  # which its package leaves as the memory was
    torch.nn.init.ones_(last.weight)
    torch.nn.init.zeros_(last.bias)
    with torch.no_grad():
        for _ in range(30):  # each brings what weights are divided by nearer to their norm
            network(torch.randn(1, 12), torch.ones(1, 5) / 5, 1.0)
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    (folder / "config.json").write_text(json.dumps(config))


def save_vqgan(folder: Path) -> None:
    """An autoencoder of 32 codes, each of which stands for 16 × 16 pixels."""
    from diffusers import VQModel

    torch.manual_seed(0)
    network = VQModel(
        down_block_types=("DownEncoderBlock2D",) * 5,
        up_block_types=("UpDecoderBlock2D",) * 5,
        block_out_channels=(4,) * 5,
        norm_num_groups=2,
        latent_channels=3,
        num_vq_embeddings=32,
        mid_block_add_attention=False,
    )
    torch.nn.init.normal_(network.quantize.embedding.weight)
    network.save_pretrained(folder)


GENERATORS: Mapping[str, tuple[Weights, Callable[[Path], None]]] = {
    "biggan": (biggan.WEIGHTS, save_biggan),
    "vqgan": (vqgan.WEIGHTS, save_vqgan),
}
"""By painter: what it wants, and what makes that in a folder."""
