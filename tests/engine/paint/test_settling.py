from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from engine.paint.painter import Painter
from engine.paint.presets import HOUSE, REFINE
from engine.paint.settling import NoSketcher, settle
from engine.paint.spec import DrawingSpec, Settled
from engine.see.critic import Critic


def spec(**fields: object) -> DrawingSpec:
    return DrawingSpec.model_validate({"prompt": "a cat", **fields})


def test_colour_is_another_name_for_paint():
    assert spec(ink="colour").ink == "paint"
    assert json.loads(spec(ink="colour").model_dump_json())["ink"] == "paint"
    with pytest.raises(ValidationError):
        spec(ink="crayon")


@pytest.mark.parametrize(
    ("model", "ink", "begin"),
    [("pocket", "marker", "sketch"), ("ViT-B-32:openai", "paint", "scribbles")],
)
def test_what_is_left_open_is_up_to_the_model(model: str, ink: str, begin: str):
    settled = settle(spec(), model)
    steps = (REFINE if begin == "sketch" else HOUSE).steps
    assert (settled.ink, settled.begin, settled.steps) == (ink, begin, steps)


@pytest.mark.parametrize("model", ["pocket", "ViT-B-32:openai"])
def test_what_is_said_stays(model: str):
    said = spec(ink="pen", begin="scribbles", steps=7, seed=3, seeds=4, avoid=("a dog",))
    settled = settle(said, model)
    assert settled.model_dump() == said.model_dump()
    assert settle(settled, model) is settled


@pytest.mark.parametrize("kind", [DrawingSpec, Settled])
def test_a_sketch_takes_a_model_that_can_sketch(kind: type[DrawingSpec]):
    sketched = kind.model_validate(settle(spec(begin="sketch"), "pocket").model_dump())
    with pytest.raises(NoSketcher, match=r"^tiny makes no sketches, only the model pocket does$"):
        settle(sketched, "tiny")


def test_the_painter_settles_what_it_is_given(tiny_critic: Critic):
    painter = Painter(tiny_critic)
    painting = painter.begin(spec(strokes=3))
    assert (painting.spec.ink, painting.steps) == ("paint", HOUSE.steps)
    with pytest.raises(NoSketcher):
        painter.begin(spec(begin="sketch"))


@pytest.mark.parametrize("ink", ["marker", "pen"])
def test_lines_are_black_and_stay_so(tiny_critic: Critic, ink: str):
    painter = Painter(tiny_critic)
    painting = painter.begin(spec(strokes=3, steps=2, seeds=1, ink=ink))
    painter.add(painting)
    while not painting.done:
        painter.step()
    assert {stroke.colour for stroke in painting.drawing().strokes} == {(0.0, 0.0, 0.0, 1.0)}


@pytest.mark.parametrize(("begin", "seeds"), [("sketch", 1), ("scribbles", 2)])
def test_sketches_are_compared_before_and_scribbles_are_tried(begin: str, seeds: int):
    assert settle(spec(begin=begin), "pocket").seeds == seeds
    assert settle(spec(begin=begin, seeds=3), "pocket").seeds == 3


@pytest.mark.parametrize(
    ("style", "model", "look", "words"),
    [
        ("neon", "pocket", "neon", ""),
        ("Neon ", "ViT-B-32:openai", "neon", "Neon "),
        ("in the glow of a neon sign", "pocket", "neon", ""),
        ("in the glow of a neon sign", "ViT-B-32:openai", "", "in the glow of a neon sign"),
        ("a Japanese woodblock print", "pocket", "woodcut", ""),
        ("cubist", "pocket", "", "cubist"),
        ("neonatal", "pocket", "", "neonatal"),
        ("", "pocket", "", ""),
    ],
)
def test_words_choose_the_strokes_where_the_model_does_not_know_them(
    style: str, model: str, look: str, words: str
):
    settled = settle(spec(style=style), model)
    assert (settled.look, settled.words, settled.style) == (look, words.strip(), style)


@pytest.mark.parametrize(
    ("prompt", "thing", "look"),
    [
        ("a watercolor painting of a fire truck", "a fire truck", "watercolour"),
        ("Woodcut of two owls", "two owls", "woodcut"),
        ("a neon sign of a cat", "a cat", "neon"),
        ("a picture of a neon sign", "a picture of a neon sign", ""),
        ("chalk", "chalk", ""),
        ("a crayon", "a crayon", ""),
        ("watercolor of", "watercolor of", ""),
    ],
)
def test_a_prompt_may_begin_with_a_style(prompt: str, thing: str, look: str):
    settled = settle(spec(prompt=prompt), "pocket")
    assert (settled.prompt, settled.look, settled.words) == (thing, look, "")
    assert settle(spec(prompt=prompt), "ViT-B-32:openai").prompt == prompt
