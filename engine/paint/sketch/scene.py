"""Prompts of several things: what they are, and where each has its place.

"a cat on a bicycle", "a house with a sun", "two fish", "a cat, a dog and a tree". The built-in
model sees one thing in a picture and no relation between two, so each thing is drawn by itself, in
a place that the words between them give it. What is not such a phrase is one thing, whatever it
says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.tidy import framed, heaviest_line, is_outline
from engine.see.caption.grammar import singular

MOST = 4
"""Things in a scene."""

_COUNTS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "a pair of": 2}
_SKY = frozenset(
    [
        "sun",
        "moon",
        "star",
        "stars",
        "cloud",
        "clouds",
        "rainbow",
        "lightning",
        "airplane",
        "plane",
        "helicopter",
        "kite",
        "balloon",
        "bird",
        "comet",
    ]
)
_LOW = frozenset(
    ["grass", "flower", "flowers", "pond", "river", "road", "fence", "ball", "beach", "bush"]
)
_ON_FACE = frozenset(
    ["glasses", "eyeglasses", "sunglasses", "spectacles", "mask", "moustache", "goggles"]
)
_AROUND_NECK = frozenset(["necklace", "scarf", "tie", "bow", "bowtie", "bandana"])
_ON_FEET = frozenset(["shoe", "shoes", "boots", "socks", "skates", "sandals", "flip-flops"])


@dataclass(frozen=True, slots=True)
class Place:
    """A square in which a thing is drawn: centre and side, as shares of the canvas.

    layer: what is in a higher one is drawn over what is in a lower one. rests: how deep, as a
    share of the canvas, it sinks into the top of what is in the layers below; None floats.
    """

    x: float
    y: float
    side: float
    layer: int = 0
    rests: float | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a scene: what it is called, and where it is; None is all of the canvas."""

    text: str
    place: Place | None = None


WHOLE = Place(0.5, 0.5, 1.0)

# Where the first and where the second thing is, by the words between them. Squares overlap where
# things touch: what is drawn takes about four fifths of its square.
_PLACES: dict[str, tuple[Place, Place]] = {
    "on": (Place(0.5, 0.30, 0.56, 1, 0.02), Place(0.5, 0.69, 0.60)),
    "riding": (Place(0.5, 0.29, 0.56, 1, 0.05), Place(0.5, 0.67, 0.64)),
    "under": (Place(0.5, 0.71, 0.52, 1), Place(0.5, 0.30, 0.62)),
    "above": (Place(0.5, 0.27, 0.50, 1), Place(0.5, 0.73, 0.54)),
    "in": (Place(0.5, 0.54, 0.42, 1), Place(0.5, 0.5, 0.98)),
    "beside": (Place(0.27, 0.53, 0.54), Place(0.74, 0.53, 0.54)),
    "wearing": (Place(0.5, 0.63, 0.70), Place(0.5, 0.19, 0.40, 1, 0.03)),
    "holding": (Place(0.38, 0.52, 0.76), Place(0.80, 0.55, 0.38, 1)),
    "behind": (Place(0.36, 0.60, 0.60), Place(0.70, 0.40, 0.60, 1)),
}
_WORDS = {
    "on": "on", "on top of": "on", "atop": "on", "sitting on": "on", "standing on": "on",
    "riding": "riding", "riding on": "riding", "driving": "riding",
    "under": "under", "below": "under", "underneath": "under", "beneath": "under",
    "above": "above", "over": "above", "flying over": "above", "jumping over": "above",
    "in": "in", "inside": "in", "inside of": "in", "within": "in",
    "and": "beside", "with": "beside", "beside": "beside", "next to": "beside", "near": "beside",
    "by": "beside", "behind": "behind", "in front of": "behind",
    "wearing": "wearing", "holding": "holding", "carrying": "holding", "eating": "holding",
}  # fmt: skip
_BETWEEN = re.compile(
    r"\s+(" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")\s+"
)
_LISTED = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_DOING = re.compile(r"\s+(is|are|was|sitting|standing|lying|floating|sleeping|swimming|hiding)$")


def scene(prompt: str) -> tuple[Thing, ...]:
    """The things that a prompt speaks of, at most MOST, each with its place.

    A single thing is the prompt as it stands. Which words name things is not known here: whoever
    asks sees to it that each is one (see Painter).
    """
    text = " ".join(prompt.lower().split()).strip(" .!")
    if "," in text:
        return _row(text) or (Thing(prompt),)
    found = _BETWEEN.search(text)
    if not found:
        return _several(Thing(prompt), text)
    first, second = text[: found.start()], text[found.end() :]
    first = _DOING.sub("", first)
    if not first or not second or _BETWEEN.search(second):
        return (Thing(prompt),)
    there, other = _places(found[1], _noun(second))
    things = _several(Thing(first, there), first) + _several(Thing(second, other), second)
    return things if len(things) <= MOST else (Thing(prompt),)


def _row(text: str) -> tuple[Thing, ...]:
    """The things of a list, such as "a cat, a dog and two trees", side by side; none if it is no
    list of two to MOST things."""
    listed = [part for part in _LISTED.split(text) if part]
    if not 2 <= len(listed) <= MOST or any(_BETWEEN.search(part) for part in listed):
        return ()
    side = 1.0 / len(listed)
    things = tuple(
        thing
        for number, part in enumerate(listed)
        for thing in _several(Thing(part, Place((number + 0.5) * side, 0.53, 1.02 * side)), part)
    )
    return things if len(things) <= MOST else ()


def _places(word: str, second: str) -> tuple[Place, Place]:
    relation = _WORDS[word]
    if relation == "beside" and second in _SKY:
        return Place(0.44, 0.60, 0.76), Place(0.82, 0.19, 0.34)
    if relation == "beside" and second in _LOW:
        return Place(0.44, 0.44, 0.80), Place(0.80, 0.80, 0.36)
    if relation == "wearing" and second in _ON_FACE:
        return Place(0.5, 0.52, 0.92), Place(0.5, 0.36, 0.34, 1)
    if relation == "wearing" and second in _AROUND_NECK:
        return Place(0.5, 0.5, 0.92), Place(0.5, 0.58, 0.30, 1)
    if relation == "wearing" and second in _ON_FEET:
        return Place(0.5, 0.42, 0.78), Place(0.5, 0.85, 0.30, 1)
    if word == "in front of":
        back, front = _PLACES[relation]
        return front, back
    return _PLACES[relation]


def _noun(text: str) -> str:
    return text.rsplit(" ", 1)[-1]


def _several(thing: Thing, text: str) -> tuple[Thing, ...]:
    """As many of a thing as its text counts, side by side in its place."""
    for word, count in _COUNTS.items():
        if text.startswith(f"{word} ") and len(text) > len(word) + 1:
            one = replace(thing, text=singular(text[len(word) + 1 :]))
            return tuple(
                replace(one, place=_within(thing.place or WHOLE, i, count)) for i in range(count)
            )
    return (thing,)


def _within(place: Place, number: int, count: int) -> Place:
    """One of `count` places that share a place: a row of up to three, four as two rows."""
    columns = count if count < 4 else 2
    rows = -(-count // columns)
    side = place.side / max(columns, rows) * 1.02
    column, row = number % columns, number // columns
    x = place.x + place.side * ((column + 0.5) / columns - 0.5)
    y = place.y + side * (row + 0.5 - rows / 2)
    return Place(x, y, side, place.layer)


def composed(drawings: Sequence[Drawing], places: Sequence[Place | None], side: int) -> Drawing:
    """Drawings, each of a whole square, in their places on one square canvas, `side` pixels wide.

    What rests on something is moved down, or up, until it does. Everything is drawn with one pen,
    as fine as a drawing of so many lines wants it.
    """
    layers = sorted(
        zip(drawings, places, strict=True), key=lambda pair: pair[1].layer if pair[1] else 0
    )
    strokes: list[Stroke] = []
    for drawing, place in layers:
        square = place or WHOLE
        part = drawing.fitted(side).scaled(max(1, round(side * square.side)))
        right = side * (square.x - square.side / 2)
        down = side * (square.y - square.side / 2)
        placed = [stroke.moved(right, down) for stroke in part.strokes]
        if square.rests is not None and strokes and placed:
            left, width = _across(placed)
            under = [
                _top(stroke)
                for stroke in strokes
                for other, wide in [_across([stroke])]
                if other < left + width and other + wide > left
            ]
            top = min(under, default=down + side * square.side)
            sunk = top + square.rests * side - max(_bottom(stroke) for stroke in placed)
            placed = [stroke.moved(0.0, sunk) for stroke in placed]
        strokes += placed
    lines = sum(is_outline(stroke) for stroke in strokes)
    width = heaviest_line(lines) * side
    strokes = [replace(s, width=width) if is_outline(s) else s for s in strokes]
    return framed(Drawing(side, side, tuple(strokes), drawings[0].background))


def _across(strokes: Sequence[Stroke]) -> tuple[float, float]:
    """Left edge and width of strokes, by their control points."""
    xs = [x for stroke in strokes for x, _ in stroke.points]
    return min(xs), max(xs) - min(xs)


def _top(stroke: Stroke) -> float:
    return min(y for _, y in stroke.points)


def _bottom(stroke: Stroke) -> float:
    return max(y for _, y in stroke.points)
