"""Guessing: which of some words a picture shows, with probabilities."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from engine import pocket
from engine.canvas.framing import drawn
from engine.refusal import Refusal
from engine.see.critic import Critic
from engine.see.framing import fitted
from engine.text_file import NotText, decode_words
from engine.visible_text import is_visible

MAX_WORDS = 20_000
MAX_WORD_LENGTH = 100


_SEPARATORS = re.compile("[,;\t、]")


class InvalidWords(Refusal):
    """A word list that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A word and the probability in [0, 1] that it is the right one of those asked about."""

    word: str
    p: float


def default_words() -> list[str]:
    """The list that ships: things that people draw."""
    return parse_words(pocket.WORDS.read_text("utf-8"))


def parse_words(text: str) -> list[str]:
    """Words or phrases, one a line or with commas, semicolons or tabs between them.

    Quotes of a spreadsheet go; blank lines and lines that begin with # are skipped; of words that
    differ in case or spacing alone the first counts. Raises InvalidWords for an empty list, too
    long a one, or too long a word.
    """
    lines = (line for line in text.splitlines() if not line.strip().startswith("#"))
    entries = (entry for line in lines for entry in _SEPARATORS.split(line))
    words = folded(" ".join(entry.strip().strip('"').split()) for entry in entries)
    if not words:
        raise InvalidWords("the word list is empty: write one word a line")
    if len(words) > MAX_WORDS:
        raise InvalidWords(f"the word list has {len(words):,} words, over {MAX_WORDS:,}")
    for word in words:
        if len(word) > MAX_WORD_LENGTH:
            raise InvalidWords(f"a word has over {MAX_WORD_LENGTH} characters: {word[:40]}…")
    return words


def folded(words: Iterable[str]) -> list[str]:
    """The words without those that differ from an earlier one in case or spacing alone."""
    found: dict[str, str] = {}
    for word in words:
        if is_visible(word):
            found.setdefault(" ".join(unicodedata.normalize("NFKC", word).casefold().split()), word)
    return list(found.values())


def read_words(path: Path) -> list[str]:
    """The word list in a text file. Raises InvalidWords or OSError."""
    try:
        return parse_words(decode_words(path.read_bytes()))
    except NotText as error:
        raise InvalidWords(f"{path} is not UTF-8 text") from error


def guess(
    critic: Critic, images: Sequence[Image.Image], words: Sequence[str], top: int = 5
) -> list[list[Guess]]:
    """The `top` most likely words for each picture, best first, with `rank`'s probabilities.

    Raises UnreadablePicture if nothing is drawn in one.
    """
    pictures = torch.stack([fitted(drawn(image), critic.image_size) for image in images])
    return rank(critic, pictures, words, top)


@torch.no_grad()
def rank(critic: Critic, pictures: Tensor, words: Sequence[str], top: int = 5) -> list[list[Guess]]:
    """The `top` most likely words for each of framed pictures (N, 3, side, side), best first.

    Probabilities are a softmax over all of `words`, doubles folded, so that they sum to 1.
    """
    words = folded(words)
    texts = critic.encode_text(words, critic.templates)  # (W, D)
    chances = (critic.scale * critic.encode_images(pictures) @ texts.T).softmax(1)
    best = chances.topk(min(top, len(words)), dim=1)
    return [
        [Guess(str(words[i]), p) for i, p in zip(row, ps, strict=True)]
        for row, ps in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
