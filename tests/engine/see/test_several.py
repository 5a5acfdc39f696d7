from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.canvas.decoder import UnreadablePicture
from engine.canvas.drawing import Drawing, polyline
from engine.see import critic, several
from engine.see.caption.grammar import nouns
from engine.see.caption.looking import Look
from engine.see.captioner import caption
from engine.see.critic import Critic

Line = list[tuple[float, float]]


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu").namer


def drawn(*lines: Line) -> Drawing:
    return Drawing(600, 300, tuple(s for line in lines for s in polyline(line, 5.0)))


def sun(x: float, y: float, radius: float) -> list[Line]:
    """A disc, and rays around it."""

    def at(turn: float, far: float) -> tuple[float, float]:
        return x + far * math.cos(turn), y + far * math.sin(turn)

    turns = [math.tau * i / 24 for i in range(25)]
    rays = [[at(turn, 1.3 * radius), at(turn, 1.9 * radius)] for turn in turns[:24:3]]
    return [[at(turn, radius) for turn in turns], *rays]


def house(x: float, y: float, side: float) -> list[Line]:
    """Walls, a roof, a door and a window, from its upper left corner."""

    def box(left: float, upper: float, right: float, lower: float) -> Line:
        corners = [(left, upper), (right, upper), (right, lower), (left, lower), (left, upper)]
        return [(x + side * a, y + side * b) for a, b in corners]

    roof = [(x, y + 0.4 * side), (x + 0.5 * side, y), (x + side, y + 0.4 * side)]
    return [box(0, 0.4, 1, 1), roof, box(0.4, 0.65, 0.6, 1), box(0.15, 0.5, 0.3, 0.65)]


def test_what_was_drawn_one_after_the_other_is_told_apart(pocket: Critic) -> None:
    ((best,),) = caption(pocket, [drawn(*sun(110, 150, 50), *house(350, 60, 180))], top=1)
    assert [noun.text for noun in best.said.nouns] == ["sun", "house"]
    assert best.phrase == "the sun beside a house"


def test_things_of_one_kind_are_counted_by_their_strokes(pocket: Critic) -> None:
    ((best,),) = caption(pocket, [drawn(*house(60, 60, 180), *house(350, 60, 180))], top=1)
    assert best.phrase == "two houses"


def test_one_thing_of_many_strokes_is_one(pocket: Critic) -> None:
    found = caption(pocket, [drawn(*sun(300, 150, 60)), drawn(*house(200, 40, 220))], top=1)
    assert [best.phrase for (best,) in found] == ["the sun", "a house"]


def test_a_line_beside_a_thing_is_a_detail_of_it(pocket: Critic) -> None:
    ground = [(120.0, 270.0), (470.0, 270.0)]
    ((best,),) = caption(pocket, [drawn(*house(200, 20, 180), ground)], top=1)
    assert best.phrase == "a house"


@pytest.mark.parametrize(
    ("seen", "phrase"),
    [
        (["house", "line"], "a house"),
        (["zigzag", "house"], "a house"),
        (["house", "squiggle", "house"], "two houses"),
        (["tree", "house", "line"], "a tree beside a house"),
        (["line", "zigzag"], "a line beside a zigzag"),
        (["line", "line"], "two lines"),
    ],
)
def test_mere_strokes_are_named_only_among_themselves(seen: list[str], phrase: str) -> None:
    place = {noun.text: i for i, noun in enumerate(nouns())}
    chances = torch.full((1 + len(seen), len(place)), -20.0)
    chances[0, place["house"]] = -3.0
    for i, noun in enumerate(seen, start=1):
        chances[i, place[noun]] = -0.1
    places = tuple(np.array([(9.0 * i, 0.0), (9.0 * i + 5, 5.0)]) for i in range(len(seen)))
    looked = Look(torch.empty(0), places, {}, tiny=False, each=({},) * len(seen))
    assert str(several.phrase(chances, looked)) == phrase


def test_other_models_look_at_the_picture_alone(tiny_critic: Critic) -> None:
    assert several.movements(tiny_critic.name, drawn(*sun(110, 150, 50))) is None
    ((best,),) = caption(tiny_critic, [drawn(*sun(110, 150, 50))], top=1)
    assert best.phrase


def test_strokes_that_nobody_sees_are_nothing(pocket: Critic) -> None:
    white = polyline([(10.0, 10.0), (90.0, 10.0)], 4.0, (1.0, 1.0, 1.0, 1.0))
    assert several.movements(pocket.name, Drawing(100, 100, tuple(white))) is None
    with pytest.raises(UnreadablePicture, match="nothing is drawn here"):
        caption(pocket, [Drawing(100, 100, tuple(white))], top=1)


def marker(first: Line, second: Line) -> Drawing:
    """Two outlines, each coloured in beneath, as the engine draws them."""
    fills = [
        stroke
        for line, colour in ((first, (0.9, 0.1, 0.1, 1.0)), (second, (0.1, 0.2, 0.9, 1.0)))
        for stroke in polyline([line[0], line[len(line) // 2]], 30.0, colour)
    ]
    return replace(drawn(first, second), strokes=(*fills, *drawn(first, second).strokes))


def test_the_engines_own_lines_are_read_and_not_what_colours_them_in(pocket: Critic) -> None:
    (left, *_), (right, *_) = house(60, 60, 180), house(350, 60, 180)
    coloured = marker(left, right)
    moves = several.movements(pocket.name, coloured, by_hand=False)
    assert moves
    assert len(moves.all) == 2
    assert moves.drawing == coloured
    by_hand = several.movements(pocket.name, coloured)
    assert by_hand
    assert len(by_hand.all) == 4


def test_each_thing_keeps_the_colour_beneath_its_lines(pocket: Critic) -> None:
    (left, *_), (right, *_) = house(60, 60, 180), house(350, 60, 180)
    moves = several.movements(pocket.name, marker(left, right), by_hand=False)
    assert moves
    reds = [moves.alone([i], 100, 0.04, coloured=True).strokes[0].colour[0] for i in range(2)]
    assert reds == [0.9, 0.1]
    assert len(moves.alone([0], 100, 0.04).strokes) == 1
    assert moves.alone([0], 100, 0.04).strokes[0].colour == (0.0, 0.0, 0.0, 1.0)


def test_a_painting_is_a_picture(pocket: Critic) -> None:
    free = polyline([(10.0, 10.0), (300.0, 200.0)], 30.0, (0.9, 0.5, 0.1, 1.0))
    painted = replace(drawn(), strokes=(*drawn(*sun(110, 150, 50)).strokes, *free))
    assert several.movements(pocket.name, painted, by_hand=False) is None
