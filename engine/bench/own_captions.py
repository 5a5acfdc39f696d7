"""How well a model captions what the bot draws: of the things that a caption names, which are
there, and what it tells of their number, their colour and their places.

The bot draws phrases of every kind that the engine composes, and the captioner sees them as in
a chain that the bot plays alone: as pictures and by their outlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.bench.drawings import draw_all
from engine.paint.options import Ink
from engine.paint.spec import DrawingSpec
from engine.see.caption.grammar import Phrase, nouns
from engine.see.captioner import Caption, caption
from engine.see.critic import Critic

STROKES = 24

SAID = {
    "named": "things that captions name which are there",
    "found": "things that are there which captions name",
    "single": "captions of things of one kind that name no other",
    "counted": "numbers drawn that are told right",
    "numbers": "numbers told that are right",
    "coloured": "colours drawn that are told",
    "placed": "of two things, both told with their places",
}
"""What is counted, in words."""

_PLAIN = (
    *("snowman", "bicycle", "owl", "guitar", "pizza", "lighthouse", "teapot", "giraffe"),
    *("umbrella", "rocket", "butterfly", "cactus", "castle", "crab"),
)
_COUNTED = (
    *(("two", "cat"), ("three", "apple"), ("two", "tree"), ("four", "star"), ("three", "duck")),
    *(("two", "house"), ("four", "flower"), ("two", "mushroom")),
)
_COLOURED = (
    *(("red", "apple"), ("blue", "whale"), ("yellow", "duck"), ("green", "cactus")),
    *(("purple", "butterfly"), ("pink", "pig"), ("brown", "bear"), ("orange", "pumpkin")),
)
_PLACED = (
    *(("cloud", "above", "tree"), ("star", "above", "mountain"), ("bird", "above", "sailboat")),
    *(("shark", "under", "sailboat"), ("mouse", "under", "table"), ("cat", "beside", "tree")),
    *(("car", "beside", "bus"), ("apple", "beside", "banana"), ("dog", "beside", "house")),
    *(("cup", "beside", "book"), ("owl", "beside", "cactus"), ("hat", "above", "shoe")),
)
_TOUCHING = (
    *(("cat", "on", "chair"), ("cake", "on", "table"), ("frog", "on", "mushroom")),
    *(("dog", "on", "bicycle"), ("bird", "on", "house"), ("bear", "wearing", "hat")),
)


def phrases() -> tuple[Phrase, ...]:
    """What is drawn: single things, several of a kind, coloured ones, two that stand apart, two
    that touch."""
    known = {noun.text: noun for noun in nouns()}
    return (
        *(Phrase(known[one]) for one in _PLAIN),
        *(Phrase(known[one], count=count) for count, one in _COUNTED),
        *(Phrase(known[one], colour=colour) for colour, one in _COLOURED),
        *(
            Phrase(known[one], relation=relation, other=known[other])
            for one, relation, other in (*_PLACED, *_TOUCHING)
        ),
    )


def measure(critic: Critic, ink: Ink, keep: Path | None) -> dict[str, Any]:
    """Counts of what captions say of the bot's drawings of `phrases`, and the captions themselves.

    keep: where the drawings lie, as for `draw_all`. Raises WrongFolder, OSError.
    """
    asked = phrases()
    specs = [
        DrawingSpec(prompt=str(phrase), strokes=STROKES, ink=ink, seed=number)
        for number, phrase in enumerate(asked)
    ]
    drawings = draw_all(critic, specs, keep)
    said = [
        best
        for drawing in drawings
        for (best,) in caption(critic.namer, [drawing], top=1, by_hand=False)
    ]
    return {"model": critic.name, "ink": ink, **tally(asked, said)}


def tally(asked: Sequence[Phrase], captions: Sequence[Caption]) -> dict[str, Any]:
    """What captions have right, as pairs (right, of) by the keys of `SAID`, and `captions`: what
    was asked for and what was said."""
    rows = list(zip(asked, (one.said for one in captions), strict=True))
    return {
        "captions": [[str(wanted), str(said)] for wanted, said in rows],
        "named": _pair(thing in _things(w) for w, s in rows for thing in _things(s)),
        "found": _pair(thing in _things(s) for w, s in rows for thing in _things(w)),
        "single": _pair(s.other is None for w, s in rows if w.other is None),
        "counted": _pair(_numbers(w) == _numbers(s) for w, s in rows if w.count),
        "numbers": _pair(_numbers(w) == _numbers(s) for w, s in rows if _numbers(s)),
        "coloured": _pair(w.colour in s.words for w, s in rows if w.colour),
        "placed": _pair(_places(w) == _places(s) for w, s in rows if w.other),
    }


def _pair(hits: Any) -> tuple[int, int]:
    found = [bool(hit) for hit in hits]
    return sum(found), len(found)


def _things(phrase: Phrase) -> tuple[str, ...]:
    return (phrase.noun.text, *((phrase.other.text,) if phrase.other else ()))


def _numbers(phrase: Phrase) -> frozenset[tuple[str, str]]:
    """Which things are how many, where it says so."""
    counts = ((phrase.noun, phrase.count), (phrase.other, phrase.other_count))
    return frozenset((noun.text, count) for noun, count in counts if noun and count)


def _places(phrase: Phrase) -> frozenset[tuple[str, str]]:
    """What is where: the upper and the lower thing, or both where they are level."""
    if phrase.other is None:
        return frozenset()
    one, other = _things(phrase)
    match phrase.relation:
        case "above" | "on":
            return frozenset([(one, "up"), (other, "down")])
        case "under":
            return frozenset([(one, "down"), (other, "up")])
        case "wearing":
            return frozenset([(one, "down"), (other, "up")])
        case _:
            return frozenset([(one, "level"), (other, "level")])
