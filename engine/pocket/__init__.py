"""Pocket: the image-text model that ships with the package.

It is an ordinary open_clip model in a folder (`open_clip_config.json`, safetensors, byte-pair
merges of its own), so it takes the same path as any other; see docs/pocket.md.
"""

from __future__ import annotations

from pathlib import Path

NAME = "pocket"
MERGES = "merges.txt.gz"  # a model's own byte-pair merges, beside its config


def folder() -> Path:
    """Where the shipped model lies."""
    return Path(__file__).parent
