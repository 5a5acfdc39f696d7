"""Where drawings of a word lie beside its name.

The text tower puts words where their meaning is; what people draw for one lies nearby, and not
always there. How it was fitted is `engine.train.word_shifts`.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import normalize


class WordShifts:
    """shifts: (D,) of each word, in lower case and without an article."""

    def __init__(self, shifts: Mapping[str, Tensor]) -> None:
        self._row = {word: row for row, word in enumerate(shifts)}
        self._all = torch.stack([shift.float() for shift in shifts.values()])

    def moved(self, vectors: Tensor, words: Sequence[str]) -> Tensor:
        """Unit vectors (W, D) of lower-case words, those that have a shift moved by it."""
        keys = [word.removeprefix("the ") for word in words]
        rows = [row for row, key in enumerate(keys) if key in self._row]
        shifts = [self._row[keys[row]] for row in rows]
        moved = vectors.clone()
        moved[rows] = normalize(vectors[rows] + self._all[shifts].to(vectors), dim=1)
        return moved
