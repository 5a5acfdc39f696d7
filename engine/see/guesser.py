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
from torch.nn.functional import normalize

from engine import pocket
from engine.canvas.framing import drawn
from engine.refusal import Refusal
from engine.see.critic import NAMER, Critic
from engine.see.framing import fitted
from engine.see.hand import Hand, batch
from engine.see.other_names import known_as
from engine.text_file import NotText, decode_words
from engine.visible_text import is_visible

_MEANT = 0.85
"""How much of a word's vector is that of the name by which the model knows it: not all, so that
the name itself is the better one of the two."""
_LOOKS = 0.5
"""How much of it is what examples looked like: more names them more often and takes from others
(docs/pocket.md has the curve)."""

MAX_WORDS = 20_000
MAX_WORD_LENGTH = 100


_SEPARATORS = re.compile("[,;\t、]")


class InvalidWords(Refusal):
    """A word list that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Example:
    """What drawings of a word looked like: the mean (D,) of what was seen in `count` of them,
    each of length one. space: see `space`."""

    word: str
    vector: Tensor
    space: str
    count: int = 1


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
            found.setdefault(_plain(word), word)
    return list(found.values())


def _plain(word: str) -> str:
    """A word whatever its case and spacing."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


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
    return rank(critic, evidence(critic, pictures), words, top)


@torch.no_grad()
def evidence(critic: Critic, pictures: Tensor, hands: Sequence[Hand] | None = None) -> Tensor:
    """What is seen in framed pictures (N, 3, side, side), as vectors (N, D): their products with
    the unit vectors of words are logits, so that their length says how sure that is.

    hands: the strokes of the same drawings, where people drew them; the built-in model reads them.
    """
    seen = critic.encode_images(pictures)
    if hands is None or critic.name != NAMER:
        return critic.scale * seen
    return pocket.stroke_reader().evidence(seen.cpu(), *batch(hands)).to(seen.device)


def space(critic: Critic) -> str:
    """A name for the vectors of `evidence`: those of the same name can be compared."""
    return f"{critic.name}:{pocket.sight()}" if critic.name == NAMER else critic.name


@torch.no_grad()
def rank(
    critic: Critic,
    seen: Tensor,
    words: Sequence[str],
    top: int = 5,
    examples: Sequence[Example] = (),
) -> list[list[Guess]]:
    """The `top` most likely words for each of what is seen (N, D), see `evidence`, best first.

    Probabilities are a softmax over all of `words`, doubles folded, so that they sum to 1.
    examples: of drawings that have been named before; those of other words are passed over.
    """
    words = folded(words)
    chances = (seen @ vectors(critic, words, examples).T).softmax(1)
    best = chances.topk(min(top, len(words)), dim=1)
    return [
        [Guess(str(words[i]), p) for i, p in zip(row, ps, strict=True)]
        for row, ps in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]


def vectors(critic: Critic, words: Sequence[str], examples: Sequence[Example] = ()) -> Tensor:
    """What pictures are compared with: unit vectors (W, D) of words.

    For the built-in model a word that people drew lies where its drawings are (`WordShifts`). One
    that it knows by another name lies near that, unless that one is among the words, too, and would
    lose its drawings. And a word of which there are examples lies between its name and what they
    looked like (prototypes, Snell et al. 2017). Other models know more words than these, and what
    they see has no place among texts.
    """
    texts = critic.encode_text(words, critic.templates)
    if critic.name != NAMER:
        return texts
    shifts, plain = pocket.word_shifts(), [_plain(word) for word in words]
    texts = shifts.moved(texts, plain)
    rows_of = {word: i for i, word in enumerate(plain)}
    others = [
        (i, name)
        for i, word in enumerate(words)
        if (name := known_as(word)) and _plain(name) not in rows_of
    ]
    if others:
        rows = [i for i, _ in others]
        names = [name for _, name in others]
        meant = shifts.moved(critic.encode_text(names), names)
        texts[rows] = normalize(torch.lerp(texts[rows], meant, _MEANT), dim=1)
    here = space(critic)
    for example in examples:
        row = rows_of.get(_plain(example.word))
        comparable = example.space == here and example.vector.shape == texts.shape[1:]
        if row is not None and comparable:
            own = normalize(example.vector.to(texts), dim=0)
            texts[row] = normalize(torch.lerp(texts[row], own, _LOOKS), dim=0)
    return texts
