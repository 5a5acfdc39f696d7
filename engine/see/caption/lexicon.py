"""The vectors of all nouns for one model: computed once, kept on disk for the next start."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.see.caption.grammar import Phrase, nouns
from engine.see.critic import Critic

log = logging.getLogger(__name__)

_PROBES = 8  # nouns by which a file of vectors is compared with the model
_NEAR = 1e-3  # two computations of one vector differ less


def texts() -> list[str]:
    """The nouns as the plainest phrases: "a cat"."""
    return [str(Phrase(noun)) for noun in nouns()]


def load(critic: Critic) -> Tensor:
    """The nouns' vectors (N, D), from disk or, which takes some seconds, computed and put there."""
    found = from_disk(critic)
    if found is None:
        found = critic.encode_text(texts(), critic.templates)
        to_disk(critic, found)
    return found


def from_disk(critic: Critic) -> Tensor | None:
    """What `to_disk` kept, if this very model made it: some vectors are computed to compare."""
    path = _path(critic)
    if not path.is_file():
        return None
    try:
        vectors = load_file(path)["vectors"].to(critic.device)
    except (OSError, SafetensorError, KeyError) as error:
        log.warning("the kept vectors of nouns cannot be read: %s", error)
        return None
    names = texts()
    some = range(0, len(names), -(-len(names) // _PROBES))
    probes = critic.encode_text([names[i] for i in some], critic.templates)
    if vectors.shape != (len(names), probes.shape[1]):
        return None
    return vectors if torch.allclose(vectors[list(some)], probes, atol=_NEAR) else None


def to_disk(critic: Critic, vectors: Tensor) -> None:
    """Keep the vectors for `from_disk`; where nothing can be written, nothing is kept."""
    path = _path(critic)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent)
        os.close(handle)
        try:
            save_file({"vectors": vectors.cpu().contiguous()}, fresh)
            Path(fresh).replace(path)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        log.info("the vectors of nouns are not kept: %s", error)


def _path(critic: Critic) -> Path:
    """A file in the user's cache folder, by model, its precision, and what it is asked."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    asked = "\n".join((critic.name, str(critic.dtype), *critic.templates, *texts()))
    key = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return Path(cache).expanduser() / "penguess" / f"nouns-{key}.safetensors"
