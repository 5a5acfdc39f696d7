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

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.see import several
from engine.see.caption import blocked as words
from engine.see.caption import colours, lexicon
from engine.see.caption.blocked import is_blocked, unsayable
from engine.see.caption.grammar import LONGEST, SLOTS, Noun, Phrase, nouns
from engine.see.caption.looking import Look, look, look_at_hand
from engine.see.critic import NAMER, POCKET, Critic
from engine.see.guesser import evidence

MARGIN = 2.0
"""What another word must raise the similarity by, times the model's scale: as a logit, so that it
means the same for models whose cosines lie closer together or further apart."""

BEAM = 2
"""Phrases that are extended at a time."""
ROUNDS = 3
"""Additions to one phrase, at most."""
COMPANY = 6
"""Second nouns tried for each phrase, where the model was taught captions."""
PARTLY = 0.3
"""Of the ink: a colour of this share that is not said is tried."""
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


def composes(model: str) -> bool:
    """Whether a model, by its name, sees more than one thing in a picture, as captions tell it."""
    return model not in (POCKET, NAMER)


def caption(
    critic: Critic,
    images: Sequence[Image.Image | Drawing],
    top: int = 5,
    blocked: Iterable[str] = (),
    said: Iterable[str] = (),
    *,
    by_hand: bool = True,
) -> list[list[Caption]]:
    """The `top` best captions of each picture, best first, each with another noun; see `search`.

    images: pictures, and drawings, whose strokes count. by_hand: people made these, else the
    engine did; see `several.movements`.
    Raises UnreadablePicture if nothing is drawn in one.
    """
    vectors, blocked, said = lexicon.load(critic), tuple(blocked), tuple(said)
    captions = []
    for image in images:
        looked = _looked(critic, vectors, image, by_hand)
        seen = evidence(critic, looked.views, looked.hands or None)
        pairs = composes(critic.name)
        steps = search(seen, vectors, looked, top, blocked, said, pairs=pairs)
        answer: Tensor | None = None
        while True:
            try:
                asked = next(steps) if answer is None else steps.send(answer)
            except StopIteration as end:
                captions.append(end.value)
                break
            answer = critic.encode_text(asked, critic.templates)
    return captions


def _looked(critic: Critic, vectors: Tensor, shown: Image.Image | Drawing, by_hand: bool) -> Look:
    if isinstance(shown, Image.Image):
        return look(shown, critic.image_size)
    moves = several.movements(critic.name, shown, by_hand=by_hand)
    if moves is None:
        return look(to_image(shown), critic.image_size)
    parting = several.likeliest(moves, vectors)
    return look_at_hand(moves, parting, critic.image_size, several.share(by_hand))


@torch.no_grad()
def search(
    seen: Tensor,
    vectors: Tensor,
    looked: Look,
    top: int = 5,
    blocked: Iterable[str] = (),
    said: Iterable[str] = (),
    *,
    pairs: bool = True,
) -> Search:
    """Find the `top` best captions of a picture, without asking a model itself.

    seen: what is seen in the views (1 + P, D), see `guesser.evidence`. vectors: of the
    vocabulary's nouns (N, D), of length one. blocked: words that must not occur, in whatever
    number or case. said: phrases that are not said again, whatever their articles. pairs: look for
    second nouns; see `composes`.
    """
    forbidden, before = words.forms(blocked), words.said(said)
    scale, things = max(float(seen[0].norm()), 1e-6), nouns()
    picture = seen[0] / scale
    likeness = vectors @ picture
    likeness[list(unsayable(forbidden))] = -torch.inf
    rare = torch.tensor([noun.rare for noun in things], device=likeness.device)
    most = min(max(top + len(before), BEAM), len(things))
    order = (likeness - several.RARE / scale * rare).topk(most).indices
    best = {
        things[i]: (float(likeness[i]), Phrase(things[i]))
        for i in order.tolist()
        if likeness[i] > -torch.inf
    }
    apart = several.phrase(several.log_chances(seen @ vectors.T), looked, forbidden)
    ahead: list[Caption] = []
    if apart is None:
        among = vectors if pairs else None
        yield from _extended(best, picture, likeness, among, scale, looked.inks, forbidden)
    else:
        new = _unsaid(_versions_of_several(apart, looked), before, forbidden)
        if new is not None:
            ahead = [Caption(new, float((yield [str(apart)])[0] @ picture))]
            best.pop(apart.noun, None)
    ranked = sorted(best.values(), key=lambda e: -e[0] + several.RARE / scale * e[1].noun.rare)
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
