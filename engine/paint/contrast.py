"""Rivals: words that a drawing might be taken for instead of what its prompt says.

A drawing that is only pulled towards its prompt comes to look like everything near it. Pushed away
from its rivals as well, it shows what tells it from them.
"""

from __future__ import annotations

import re

import torch
from torch import Tensor

from engine.see.critic import Critic
from engine.see.guesser import default_words

COUNT = 16
SAME = 0.67  # cosine with the prompt from which on a word is no rival but another name for it


@torch.no_grad()
def rivals(critic: Critic, prompt: str, target: Tensor) -> Tensor:
    """The nearest of the words that ship, as unit vectors (COUNT, D), to the target (D,).

    Words that mean what the prompt means, or have a word in common with it, are left out.
    """
    words = default_words()
    vectors = critic.encode_text(words)
    likeness = vectors @ target
    said = _parts(prompt)
    near = [bool(said & _parts(word)) for word in words]
    likeness[torch.tensor(near, device=likeness.device) | (likeness > SAME)] = -1.0
    return vectors[likeness.topk(COUNT).indices]


def push(cosines: Tensor, scale: float) -> Tensor:
    """How much pictures (N,) look like the likeliest of their rivals, cosines (N, COUNT): a
    maximum, smoothed by the critic's scale, so that it never leaps from one to the next."""
    return (scale * cosines).logsumexp(1) / scale


def _parts(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
