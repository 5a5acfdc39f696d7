"""Captions: the short phrase of a small grammar that CLIP finds most like a picture.

CLIP cannot write, so phrases are searched. All nouns of the vocabulary are ranked; then a beam of
the best phrases is extended, a word or a second noun at a time. An addition stays only if it
raises the similarity by more than `MARGIN`, set so that plain drawings get plain phrases
(`python -m engine bench caption`). The built-in model was taught words, not captions: it does not
see what is beside or on what, so it is asked for no second noun.

What can be counted is not left to CLIP. Things that stand apart are looked at one by one: "two
cats", "a red cat above a tree". A colour that makes up most of what is in colour is said, so are
two that share it; one that makes up little is not, in between CLIP decides. What takes up little of
its sheet is tiny.

In a chain nobody wants to hear a phrase twice. Of phrases that were said, another version that is
as true is taken ("a tall owl"), and where there is none, the next best noun.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from PIL import Image
from torch import Tensor

from engine.canvas.framing import drawn
from engine.see.caption import blocked as words
from engine.see.caption import colours, lexicon, parts
from engine.see.caption.blocked import is_blocked, unsayable
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
PARTLY = 0.3
"""Of the ink: a colour of this share that is not said is tried."""
TINY = 0.2
"""Up to this share of its sheet's longer side a thing is tiny."""
TALL, LONG = 1.6, 2.0
"""So many times as high as it is wide, a thing is tall; so many times as wide, long."""

SURE = 0.15
"""How probable, among all nouns, each of the things that stand apart must be to be named."""
ALIKE = 3.0
"""By how many logits for each more thing, all of one kind are likelier than of several kinds."""

_SAME = 0.8  # cosine of two nouns from which on they name the same thing


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said, and the cosine of phrase and picture, in [-1, 1].

    What was counted rather than searched for is left out of the cosine.
    """

    said: Phrase
    score: float

    @property
    def phrase(self) -> str:
        """In words: "a cat under an umbrella"."""
        return str(self.said)

    @property
    def noun(self) -> str:
        """Its first noun, as listed."""
        return self.said.noun.text


Search = Generator[list[str], Tensor, list[Caption]]
"""Yields texts and is sent their vectors (N, D); returns the captions, best first."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a search wants to know of a picture.

    views: the whole and each thing that stands apart, framed (1 + P, 3, side, side). boxes: of
    those things. inks: see colours.shares. tiny: there is little of it on a large sheet. shape:
    "tall", "long" or "". each: the inks of each thing.
    """

    views: Tensor
    boxes: tuple[Box, ...]
    inks: dict[str, float]
    tiny: bool
    shape: str = ""
    each: tuple[dict[str, float], ...] = ()


def look(image: Image.Image, side: int) -> Look:
    """Look at an RGB picture, for a model that takes `side` pixels.

    Raises UnreadablePicture if nothing is drawn there.
    """
    image = drawn(image).image
    found = parts.parts(image)
    width, height = parts.measures(image)
    return Look(
        torch.stack([framed(view, side) for view in (image, *(part.image for part in found))]),
        tuple(part.box for part in found),
        colours.shares(image),
        0 < max(width, height) <= TINY * max(image.size),
        "tall" if height >= TALL * width else "long" if width >= LONG * height else "",
        tuple(colours.shares(part.image) for part in found),
    )


def composes(model: str) -> bool:
    """Whether a model, by its name, sees more than one thing in a picture, as captions tell it."""
    return model not in (POCKET, NAMER)


def caption(
    critic: Critic,
    images: Sequence[Image.Image],
    top: int = 5,
    blocked: Iterable[str] = (),
    said: Iterable[str] = (),
) -> list[list[Caption]]:
    """The `top` best captions of each picture, best first, each with another noun; see `search`."""
    vectors, blocked, said = lexicon.load(critic), tuple(blocked), tuple(said)
    captions = []
    for image in images:
        looked = look(image, critic.image_size)
        with torch.no_grad():
            seen = critic.encode_images(looked.views)
        pairs = composes(critic.name)
        steps = search(seen, vectors, critic.scale, looked, top, blocked, said, pairs=pairs)
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
    said: Iterable[str] = (),
    *,
    pairs: bool = True,
) -> Search:
    """Find the `top` best captions of a picture, without asking a model itself.

    seen: unit vectors of the views (1 + P, D). vectors: of the vocabulary's nouns (N, D). scale:
    the model's. blocked: words that must not occur, in whatever number or case. said: phrases that
    are not said again, whatever their articles. pairs: look for second nouns; see `composes`.
    """
    forbidden, before = words.forms(blocked), words.said(said)
    picture, things = seen[0], nouns()
    likeness = vectors @ picture
    likeness[list(unsayable(forbidden))] = -torch.inf
    rare = torch.tensor([noun.rare for noun in things], device=likeness.device)
    most = min(max(top + len(before), BEAM), len(things))
    order = (likeness - RARE / scale * rare).topk(most).indices
    best = {
        things[i]: (float(likeness[i]), Phrase(things[i]))
        for i in order.tolist()
        if likeness[i] > -torch.inf
    }
    apart = _said_of_parts(scale * seen @ vectors.T - RARE * rare, looked, forbidden)
    ahead: list[Caption] = []
    if apart is None:
        among = vectors if pairs else None
        yield from _extended(best, picture, likeness, among, scale, looked.inks, forbidden)
    else:
        new = _unsaid(_versions_of_several(apart, looked), before, forbidden)
        if new is not None:
            ahead = [Caption(new, float((yield [str(apart)])[0] @ picture))]
            best.pop(apart.noun, None)
    ranked = sorted(best.values(), key=lambda e: -e[0] + RARE / scale * e[1].noun.rare)
    found = (
        (_unsaid(_versions(phrase, looked), before, forbidden), score) for score, phrase in ranked
    )
    return [*ahead, *(Caption(new, score) for new, score in found if new is not None)][:top]


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
    plain = not colours.called(inks)
    tried = [colour for colour, share in inks.items() if plain and share >= PARTLY]
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
            parents |= {p: score for p in options if not is_blocked(p, forbidden)}
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


def _said_of_parts(logits: Tensor, looked: Look, forbidden: frozenset[str]) -> Phrase | None:
    """How many of what stand apart, or what stands where; None unless each thing is a surer
    sight than the whole. logits: of the whole and of each thing (1 + P, N)."""
    boxes = looked.boxes
    if not boxes:
        return None
    things, chances = nouns(), logits.log_softmax(1)
    chances[:, list(unsayable(forbidden))] = -torch.inf
    least = max(float(chances[0].max()), math.log(SURE))
    each, kinds = chances[1:].max(1)
    together, kind = chances[1:].sum(0).max(0)
    if float(together) + ALIKE * (len(boxes) - 1) >= float(each.sum()):
        each, kinds = chances[1:, kind], kind.expand(len(boxes))
    if float(each.min()) < least:
        return None
    named = [things[i] for i in kinds.tolist()]
    counts = Counter(named)
    if len(counts) > 2 or any(count > 1 and not noun.plural for noun, count in counts.items()):
        return None
    first, *others = counts
    inks = {noun: _common(looked.each, named, noun) for noun in counts}
    said = Phrase(first, count=_NUMBERS[counts[first]], colour=inks[first])
    if others:
        (other,) = others
        ours = [box for box, noun in zip(boxes, named, strict=True) if noun == first]
        theirs = [box for box, noun in zip(boxes, named, strict=True) if noun == other]
        said = replace(
            said,
            relation=_relation(ours, theirs),
            other=other,
            other_count=_NUMBERS[counts[other]],
            other_colour=inks[other],
        )
    return None if len(str(said)) > LONGEST or is_blocked(said, forbidden) else said


_NUMBERS = ("", "", "two", "three", "four")


def _relation(ours: Sequence[Box], theirs: Sequence[Box]) -> str:
    """Where some things are, as to others."""
    for relation, holds in (
        ("above", parts.above),
        ("under", lambda one, other: parts.above(other, one)),
        ("beside", parts.beside),
    ):
        if all(holds(one, other) for one in ours for other in theirs):
            return relation
    return "and"


def _common(each: Sequence[dict[str, float]], named: Sequence[Noun], noun: Noun) -> str:
    """The colour that all things of a name have; "" if they have none, or several."""
    called = {colours.called(inks) for inks, one in zip(each, named, strict=False) if one == noun}
    return called.pop() if len(called) == 1 else ""


def _company(head: int, likeness: Tensor, vectors: Tensor) -> list[int]:
    """The nouns that would best explain what the head leaves of the picture unexplained."""
    shared = vectors @ vectors[head]
    left = likeness - shared * likeness[head]
    left[shared > _SAME] = -torch.inf
    found = left.topk(min(COMPANY, len(left)))
    pairs = zip(found.indices.tolist(), found.values.tolist(), strict=True)
    return [i for i, value in pairs if value > -torch.inf]


def _versions(phrase: Phrase, looked: Look) -> Iterator[Phrase]:
    """What may be said of a thing with a colour, a size and a shape as they were counted and
    measured: what is said at first, then what says more, or less. Of two things nobody knows
    which has them, and a noun may say a colour itself."""
    if phrase.other is not None:
        yield phrase
        return
    size = "tiny" if looked.tiny else ""
    colour = phrase.colour
    if not colour and phrase.words.isdisjoint(SLOTS["colour"]):
        colour = colours.called(looked.inks)
    shape = size or looked.shape
    for of_size, of_colour in ((size, colour), (shape, colour), (shape, ""), ("", colour)):
        yield replace(phrase, size=of_size, colour=of_colour or phrase.colour)
    yield replace(phrase, size=size)
    yield phrase


def _versions_of_several(phrase: Phrase, looked: Look) -> Iterator[Phrase]:
    """The same of things that stand apart."""
    if phrase.other is None and not phrase.colour:
        phrase = replace(phrase, colour=colours.called(looked.inks))
    yield phrase
    plain = replace(phrase, colour="", other_colour="")
    yield plain
    if phrase.other is not None:
        yield replace(phrase, relation="and")
        yield replace(plain, relation="and")


def _unsaid(
    versions: Iterable[Phrase], before: frozenset[str], forbidden: frozenset[str]
) -> Phrase | None:
    """The first that may be said, and has not been."""
    return next(
        (
            phrase
            for phrase in versions
            if len(str(phrase)) <= LONGEST
            and not is_blocked(phrase, forbidden)
            and words.said([str(phrase)]).isdisjoint(before)
        ),
        None,
    )
