"""Captions: the short phrase of a small grammar that CLIP finds most like a picture.

CLIP cannot write, so phrases are searched. All nouns of the vocabulary are ranked; then a beam of
the best phrases is extended, a word or a second noun at a time. An addition stays only if it
raises the similarity by more than `MARGIN`, set so that plain drawings get plain phrases
(`python -m engine bench caption`). The built-in model was taught words, not captions: it does not
see what is beside or on what, so it is asked for no second noun.

What can be counted is not left to CLIP. Things that stand apart are looked at one by one: "two
cats", "a cat above a tree". A colour that makes up most of the ink is said, one that makes up
little is not, in between CLIP decides. What takes up little of its sheet is tiny.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from PIL import Image
from torch import Tensor

from engine.canvas.framing import drawn
from engine.see.caption import colours, lexicon, parts
from engine.see.caption.grammar import LONGEST, SLOTS, Noun, Phrase, nouns
from engine.see.caption.parts import Box
from engine.see.critic import NAMER, POCKET, Critic
from engine.see.framing import framed

MARGIN = 2.0
"""What another word must raise the similarity by, times the model's scale: as a logit, so that it
means the same for models whose cosines lie closer together or further apart."""

RARE = 0.5
"""By how much, on the same scale, a noun that people seldom draw must be ahead of others."""

BEAM = 2
"""Phrases that are extended at a time."""
ROUNDS = 3
"""Additions to one phrase, at most."""
COMPANY = 6
"""Second nouns tried for each phrase, where the model was taught captions."""
MAINLY, PARTLY = 0.7, 0.3
"""Shares of the ink: from the first on a colour is said, from the second on it is tried."""
TINY = 0.2
"""Up to this share of its sheet's longer side a thing is tiny."""

SURE = 0.15
"""How probable, among all nouns, each of the things that stand apart must be to be named."""
ALIKE = 3.0
"""By how many logits for each more thing, all of one kind are likelier than of several kinds."""

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


@dataclass(frozen=True, slots=True)
class Look:
    """What a search wants to know of a picture.

    views: the whole and each thing that stands apart, framed (1 + P, 3, side, side). boxes: of
    those things. inks: see colours.shares. tiny: there is little of it on a large sheet.
    """

    views: Tensor
    boxes: tuple[Box, ...]
    inks: dict[str, float]
    tiny: bool


def look(image: Image.Image, side: int) -> Look:
    """Look at an RGB picture, for a model that takes `side` pixels.

    Raises UnreadablePicture if nothing is drawn there.
    """
    image = drawn(image).image
    found = parts.boxes(image)
    near = [image.crop((x0 - 1, y0 - 1, x1 + 1, y1 + 1)) for x0, y0, x1, y1 in found]
    return Look(
        torch.stack([framed(view, side) for view in (image, *near)]),
        found,
        colours.shares(image),
        0 < parts.extent(image) <= TINY * max(image.size),
    )


def composes(model: str) -> bool:
    """Whether a model, by its name, sees more than one thing in a picture, as captions tell it."""
    return model not in (POCKET, NAMER)


def caption(
    critic: Critic, images: Sequence[Image.Image], top: int = 5, blocked: Iterable[str] = ()
) -> list[list[Caption]]:
    """The `top` best captions of each picture, best first, each with another noun."""
    vectors, blocked = lexicon.load(critic), tuple(blocked)
    captions = []
    for image in images:
        looked = look(image, critic.image_size)
        with torch.no_grad():
            seen = critic.encode_images(looked.views)
        pairs = composes(critic.name)
        steps = search(seen, vectors, critic.scale, looked, top, blocked, pairs=pairs)
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
    seen: Tensor,
    vectors: Tensor,
    scale: float,
    looked: Look,
    top: int = 5,
    blocked: Iterable[str] = (),
    *,
    pairs: bool = True,
) -> Search:
    """Find the `top` best captions of a picture, without asking a model itself.

    seen: unit vectors of the views (1 + P, D). vectors: of the vocabulary's nouns (N, D). scale:
    the model's. blocked: words that must not occur, in whatever number or case. pairs: look for
    second nouns; see `composes`.
    """
    forbidden = _forms(blocked)
    picture, things = seen[0], nouns()
    likeness = vectors @ picture
    likeness[list(_unsayable(forbidden))] = -torch.inf
    rare = torch.tensor([noun.rare for noun in things], device=likeness.device)
    order = (likeness - RARE / scale * rare).topk(min(max(top, BEAM), len(things))).indices
    best = {
        things[i]: (float(likeness[i]), Phrase(things[i]))
        for i in order.tolist()
        if likeness[i] > -torch.inf
    }
    said = _said_of_parts(scale * seen @ vectors.T - RARE * rare, looked.boxes, forbidden)
    ahead: list[tuple[float, Phrase]] = []
    if said is None:
        among = vectors if pairs else None
        yield from _extended(best, picture, likeness, among, scale, looked.inks, forbidden)
    else:
        ahead = [(float((yield [str(said)])[0] @ picture), said)]
        best.pop(said.noun, None)
    main = next((c for c, share in looked.inks.items() if share >= MAINLY), "")
    ranked = sorted(best.values(), key=lambda e: -e[0] + RARE / scale * e[1].noun.rare)
    return [
        Caption(str(_counted(phrase, main, looked.tiny, forbidden)), phrase.noun.text, score)
        for score, phrase in (ahead + ranked)[:top]
    ]


def _extended(
    best: dict[Noun, tuple[float, Phrase]],
    picture: Tensor,
    likeness: Tensor,
    vectors: Tensor | None,
    scale: float,
    inks: dict[str, float],
    forbidden: frozenset[str],
) -> Generator[list[str], Tensor, None]:
    """Put better phrases into `best`, by noun: a beam of them grows, an addition at a time.

    vectors: of the nouns that may come second, or None if none may.
    """
    things = nouns()
    place = {noun: i for i, noun in enumerate(things)}
    slots = tuple(slot for slot in SLOTS if slot not in ("colour", "size"))
    tried = [colour for colour, share in inks.items() if PARTLY <= share < MAINLY]
    beam = list(best.values())[:BEAM]
    for _ in range(ROUNDS):
        parents: dict[Phrase, float] = {}
        for score, phrase in beam:
            company = []
            if vectors is not None and phrase.other is None:
                company = _company(place[phrase.noun], likeness, vectors)
            options = [
                *phrase.additions(slots),
                *(replace(phrase, colour=c) for c in tried if not phrase.colour),
                *(p for i in company for p in phrase.in_company(things[i])),
            ]
            parents |= {p: score for p in options if not _is_blocked(p, forbidden)}
        if not parents:
            return
        scores = ((yield [str(p) for p in parents]) @ picture).tolist()
        kept = [
            (score, phrase)
            for score, (phrase, before) in zip(scores, parents.items(), strict=True)
            if scale * (score - before) > MARGIN
        ]
        beam = sorted(kept, key=lambda entry: -entry[0])[:BEAM]
        for score, phrase in kept:
            if score > best[phrase.noun][0]:
                best[phrase.noun] = (score, phrase)


def _said_of_parts(
    logits: Tensor, boxes: Sequence[Box], forbidden: frozenset[str]
) -> Phrase | None:
    """How many of what stand apart, or what stands where; None unless each thing is a surer
    sight than the whole. logits: of the whole and of each thing (1 + P, N)."""
    if not boxes:
        return None
    things, chances = nouns(), logits.log_softmax(1)
    chances[:, list(_unsayable(forbidden))] = -torch.inf
    least = max(float(chances[0].max()), math.log(SURE))
    each, kinds = chances[1:].max(1)
    together, kind = chances[1:].sum(0).max(0)
    if float(together) + ALIKE * (len(boxes) - 1) >= float(each.sum()):
        each, kinds = chances[1:, kind], kind.expand(len(boxes))
    if float(each.min()) < least:
        return None
    named = [things[i] for i in kinds.tolist()]
    counts = Counter(named).most_common()
    (first, many), *others = counts
    if len(others) > 1 or any(count > 1 for _, count in others) or (many > 1 and not first.plural):
        return None
    said = Phrase(first, count=("", "two", "three", "four")[many - 1])
    if others:
        ((other, _),) = others
        mine = [box for box, noun in zip(boxes, named, strict=True) if noun == first]
        (its,) = (box for box, noun in zip(boxes, named, strict=True) if noun == other)
        relation = "and"
        if all(parts.above(box, its) for box in mine):
            relation = "above"
        elif all(parts.above(its, box) for box in mine):
            relation = "under"
        said = replace(said, relation=relation, other=other)
    return None if len(str(said)) > LONGEST or _is_blocked(said, forbidden) else said


def _company(head: int, likeness: Tensor, vectors: Tensor) -> list[int]:
    """The nouns that would best explain what the head leaves of the picture unexplained."""
    shared = vectors @ vectors[head]
    left = likeness - shared * likeness[head]
    left[shared > _SAME] = -torch.inf
    found = left.topk(min(COMPANY, len(left)))
    pairs = zip(found.indices.tolist(), found.values.tolist(), strict=True)
    return [i for i, value in pairs if value > -torch.inf]


def _counted(phrase: Phrase, colour: str, tiny: bool, forbidden: frozenset[str]) -> Phrase:
    """With a colour that was counted, unless its noun says one, and tiny if it is; not with what
    may not be said. Of two nouns nobody knows which has it."""
    if phrase.other is None and colour and not phrase.colour:
        said = replace(phrase, colour=colour)
        if phrase.words.isdisjoint(SLOTS["colour"]) and not _is_blocked(said, forbidden):
            phrase = said
    said = replace(phrase, size="tiny")
    return said if tiny and phrase.other is None and not _is_blocked(said, forbidden) else phrase


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
