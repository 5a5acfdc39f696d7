from __future__ import annotations

import math
import random

import numpy as np
import pytest

from engine.bench import compositions, things
from engine.bench.compositions import KINDS, alone, composed, sheets
from engine.bench.doodles import Doodle
from engine.see.caption.grammar import Phrase, nouns
from engine.see.caption.places import meet


def ring(word: str, wide: float = 100, high: float = 60) -> Doodle:
    turns = [math.tau * i / 24 for i in range(25)]
    outline = tuple((wide + wide * math.cos(t), high + high * math.sin(t)) for t in turns)
    return Doodle(word, (outline, ((wide, high), (wide + 5, high))))


POOL = [ring(word, wide) for word in ("cat", "dog", "tree", "hat") for wide in (60, 80, 120)]


@pytest.mark.parametrize("kind", KINDS)
def test_doodles_are_put_together_apart_or_so_that_they_meet(kind: str) -> None:
    for sheet in sheets(kind, POOL, 6, seed=2):
        assert len(sheet.words) == (3 if kind == "three" else 2)
        assert (len(set(sheet.words)) == 1) == kind.endswith("twins")
        assert len(sheet.paths) == len(sheet.owners) == 2 * len(sheet.words)
        first, second, *_ = (
            np.concatenate(
                [compositions._dense([p]) for p, o in zip(sheet.paths, sheet.owners, strict=True)
                 if o == thing]
            )
            for thing in range(2)
        )  # fmt: skip
        assert meet(first, second) == sheet.touching
        drawing = sheet.drawing()
        points = np.array([point for stroke in drawing.strokes for point in stroke.points])
        assert points.min() >= 0
        assert (points.max(0) <= (drawing.width, drawing.height)).all()


def test_a_late_stroke_is_the_first_things() -> None:
    chance = random.Random(0)
    late = [s for s in (composed("beside", POOL[:2], chance) for _ in range(40)) if s.late]
    assert 1 <= len(late) < 30
    assert all(sheet.owners == (0, 1, 1, 0) for sheet in late)
    assert alone(POOL[0]).owners == (0, 0)


def test_what_is_said_is_compared_with_what_is_there() -> None:
    noun = {one.text: one for one in nouns()}
    cat, dog = noun["cat"], noun["dog"]
    above = composed("above", [ring("cat"), ring("dog")], random.Random(1))
    told = [
        Phrase(cat, relation="above", other=dog),
        Phrase(dog, relation="under", other=cat),
        Phrase(dog, relation="above", other=cat),
        Phrase(cat),
        Phrase(cat, count="two"),
    ]
    found = things.tally([above] * len(told), told)["above"]
    assert found["sheets"] == 5
    assert found["several"] == found["counted"] == 0.8
    assert found["named"] == 0.6
    assert found["either"] == 1.0
    assert found["placed"] == 0.4
    twins = composed("twins", [ring("cat"), ring("cat", 80)], random.Random(1))
    assert things.tally([twins], [told[4]])["twins"]["named"] == 1.0


def test_halves_share_no_doodle() -> None:
    one, other = things.halves(POOL)
    assert len(one) + len(other) == len(POOL)
    assert not {id(doodle) for doodle in one} & {id(doodle) for doodle in other}


def test_weights_that_tell_right_from_wrong_are_found() -> None:
    chance = np.random.default_rng(0)
    choices = []
    for _ in range(60):
        rows = chance.normal(size=(4, 2))
        best = int(rows[:, 0].argmax())
        choices.append((rows, best + 1 if rows[best, 0] > 0.5 else 0))
    weights = things._logit(choices)
    assert weights[0] > 1
    assert abs(weights[1]) < weights[0] / 3
