"""Captions: the short phrase of a small grammar that CLIP finds most like a picture.

CLIP cannot write, so phrases are searched. All nouns of the vocabulary are ranked; then a beam of
the best phrases is extended, a word or a second noun at a time. An addition stays only if it
raises the similarity by more than `MARGIN`, which was set so that plain drawings get plain
phrases (`python -m engine bench caption`). Colours are counted in the picture: where one makes up
most of the ink it is said, where it makes up little it is not, in between CLIP decides.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from PIL import Image
from torch import Tensor

from engine.caption import colours, lexicon
from engine.caption.grammar import SLOTS, Phrase, nouns
from engine.critic import Critic
from engine.picture import framed

MARGIN = 1.0
"""What an addition must raise the similarity by, times the model's scale: as a logit, so that it
means the same for models whose cosines lie closer together or further apart."""

RARE = 0.5
"""By how much, on the same scale, a noun that people seldom draw must be ahead of others."""

BEAM = 2
"""Phrases that are extended at a time."""
ROUNDS = 3
"""Additions to one phrase, at most."""
COMPANY = 6
"""Second nouns tried for each phrase."""
MAINLY, PARTLY = 0.7, 0.3
"""Shares of the ink: from the first on a colour is said, from the second on it is tried."""

_SAME = 0.8  # cosine of two nouns from which on they name the same thing


@dataclass(frozen=True, slots=True)
class Caption:
    """A phrase, its first noun, and the cosine of phrase and picture, in [-1, 1].

    A colour that was counted rather than searched for is left out of the cosine.
    """

    phrase: str
    noun: str
    score: float


Search = Generator[list[str], Tensor, list[Caption]]
"""Yields texts and is sent their vectors (N, D); returns the captions, best first."""


def caption(
    critic: Critic, images: Sequence[Image.Image], top: int = 5, blocked: Iterable[str] = ()
) -> list[list[Caption]]:
    """The `top` best captions of each picture, best first, each with another noun."""
    vectors, blocked = lexicon.load(critic), tuple(blocked)
    captions = []
    for image in images:
        with torch.no_grad():
            (seen,) = critic.encode_images(framed(image, critic.image_size)[None])
        steps = search(seen, vectors, critic.scale, colours.shares(image), top, blocked)
        answer: Tensor | None = None
        while True:
            try:
                asked = next(steps) if answer is None else steps.send(answer)
            except StopIteration as end:
                captions.append(end.value)
                break
            answer = critic.encode_text(asked, critic.templates)
    return captions


@torch.no_grad()
def search(
    picture: Tensor,
    vectors: Tensor,
    scale: float,
    inks: dict[str, float],
    top: int = 5,
    blocked: Iterable[str] = (),
) -> Search:
    """Find the `top` best captions of a picture, without asking a model itself.

    picture: unit vector (D,). vectors: of the vocabulary's nouns (N, D). scale: the model's.
    inks: see colours.shares. blocked: words that must not occur, in whatever number or case.
    """
    forbidden = _forms(blocked)
    things = nouns()
    likeness = vectors @ picture
    likeness[list(_unsayable(forbidden))] = -torch.inf
    rare = torch.tensor([noun.rare for noun in things], device=likeness.device)
    order = (likeness - RARE / scale * rare).topk(min(max(top, BEAM), len(things))).indices
    best = {
        things[i]: (float(likeness[i]), Phrase(things[i]))
        for i in order.tolist()
        if likeness[i] > -torch.inf
    }
    place = {noun: i for i, noun in enumerate(things)}
    slots = tuple(slot for slot in SLOTS if slot != "colour")
    tried = [colour for colour, share in inks.items() if PARTLY <= share < MAINLY]
    beam = list(best.values())[:BEAM]
    for _ in range(ROUNDS):
        parents: dict[Phrase, float] = {}
        for score, phrase in beam:
            company = _company(place[phrase.noun], likeness, vectors) if not phrase.other else []
            options = [
                *phrase.additions(slots),
                *(replace(phrase, colour=c) for c in tried if not phrase.colour),
                *(p for i in company for p in phrase.in_company(things[i])),
            ]
            parents |= {p: score for p in options if not _is_blocked(p, forbidden)}
        if not parents:
            break
        scores = ((yield [str(p) for p in parents]) @ picture).tolist()
        kept = [
            (score, phrase)
            for score, (phrase, before) in zip(scores, parents.items(), strict=True)
            if scale * (score - before) > MARGIN
        ]
        beam = sorted(kept, key=lambda entry: -entry[0])[:BEAM]
        if not beam:
            break
        for score, phrase in kept:
            if score > best[phrase.noun][0]:
                best[phrase.noun] = (score, phrase)
    main = next((c for c, share in inks.items() if share >= MAINLY), "")
    ranked = sorted(best.values(), key=lambda e: -e[0] + RARE / scale * e[1].noun.rare)[:top]
    return [
        Caption(str(_coloured(phrase, main, forbidden)), phrase.noun.text, score)
        for score, phrase in ranked
    ]


def _company(head: int, likeness: Tensor, vectors: Tensor) -> list[int]:
    """The nouns that would best explain what the head leaves of the picture unexplained."""
    shared = vectors @ vectors[head]
    left = likeness - shared * likeness[head]
    left[shared > _SAME] = -torch.inf
    found = left.topk(min(COMPANY, len(left)))
    pairs = zip(found.indices.tolist(), found.values.tolist(), strict=True)
    return [i for i, value in pairs if value > -torch.inf]


def _coloured(phrase: Phrase, colour: str, forbidden: frozenset[str]) -> Phrase:
    """With a colour that was counted, unless its noun says one or it may not be said."""
    if not colour or phrase.colour or not phrase.words.isdisjoint(SLOTS["colour"]):
        return phrase
    said = replace(phrase, colour=colour)
    return phrase if _is_blocked(said, forbidden) else said


def _forms(blocked: Iterable[str]) -> frozenset[str]:
    """The words as they are compared: lower case, in the plural as well."""
    words = {" ".join(re.findall(r"[\w'-]+", word.casefold())) for word in blocked} - {""}
    return frozenset(form for word in words for form in (word, f"{word}s", f"{word}es"))


@lru_cache(maxsize=16)
def _unsayable(forbidden: frozenset[str]) -> tuple[int, ...]:
    """The nouns of the vocabulary that are blocked."""
    return tuple(i for i, noun in enumerate(nouns()) if _is_blocked(Phrase(noun), forbidden))


def _is_blocked(phrase: Phrase, forbidden: frozenset[str]) -> bool:
    """Whether it holds a forbidden word, or several in a row that are forbidden together."""
    if not forbidden:
        return False
    if not phrase.words.isdisjoint(forbidden):
        return True
    text = f" {phrase} {phrase.noun.text} {phrase.other.text if phrase.other else ''} ".lower()
    return any(" " in word and f" {word} " in text for word in forbidden)
