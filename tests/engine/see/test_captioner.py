from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from zlib import crc32

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from torch import Tensor

from engine.canvas.decoder import UnreadablePicture
from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.render import to_image
from engine.see import captioner, critic
from engine.see.caption.grammar import Phrase, nouns
from engine.see.caption.looking import Look, look
from engine.see.caption.parts import Box
from engine.see.caption.places import Points
from engine.see.captioner import Caption, search
from engine.see.critic import Critic

ASIDE = 32  # dimensions that no view looks along


class Eye:
    """A judge that sees what a test says: likenesses of phrases, by name, to one picture."""

    def __init__(self, **seen: float) -> None:
        self.views = [_named(seen)]
        self.places: tuple[Points, ...] = ()

    def thing(self, box: Box, **seen: float) -> Eye:
        """With another thing that stands apart, which looks like this by itself."""
        self.views.append(_named(seen))
        self.places = (*self.places, frame(box))
        return self

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors with a value for each view, the rest of their length in a direction of
        their own."""
        likeness = torch.tensor([[view.get(text, 0.0) for view in self.views] for text in texts])
        rest = (1 - likeness.square().sum(1, keepdim=True)).clamp(min=0).sqrt()
        own = torch.stack([_direction(text) for text in texts])
        return torch.cat((likeness, rest * own), 1)

    def captions(
        self,
        top: int = 5,
        inks: dict[str, float] | None = None,
        blocked: Sequence[str] = (),
        said: Sequence[str] = (),
        *,
        tiny: bool = False,
        shape: str = "",
        each: tuple[dict[str, float], ...] = (),
        pairs: bool = True,
    ) -> list[Caption]:
        views = torch.eye(len(self.views), len(self.views) + ASIDE)
        framed = torch.zeros(len(self.views), 3, 1, 1)
        looked = Look(framed, self.places, inks or {}, tiny, shape, each)
        texts = [str(Phrase(noun)) for noun in nouns()]
        steps = search(20.0 * views, self.vectors(texts), looked, top, blocked, said, pairs=pairs)
        try:
            asked = next(steps)
            while True:
                asked = steps.send(self.vectors(asked))
        except StopIteration as end:
            return end.value


def frame(box: Box) -> Points:
    """Places on the lines of a rectangle that fills a box."""
    x0, y0, x1, y1 = box
    across, down = np.linspace(x0, x1, 40), np.linspace(y0, y1, 40)
    sides = [np.stack((across, np.full(40, y)), 1) for y in (y0, y1)]
    sides += [np.stack((np.full(40, x), down), 1) for x in (x0, x1)]
    return np.concatenate(sides)


@cache
def _direction(text: str) -> Tensor:
    chance = torch.Generator().manual_seed(crc32(text.encode()))
    return F.normalize(torch.randn(ASIDE, generator=chance), dim=0)


def _named(seen: dict[str, float]) -> dict[str, float]:
    return {name.replace("_", " "): value for name, value in seen.items()}


def test_a_plain_picture_gets_a_plain_phrase() -> None:
    best, *_ = Eye(a_cat=0.5, a_dog=0.4, a_happy_cat=0.5).captions()
    assert best.phrase == "a cat"
    assert best.noun == "cat"
    assert best.score == pytest.approx(0.5)


def test_an_addition_stays_if_it_helps_by_more_than_the_margin() -> None:
    assert Eye(a_cat=0.5, a_happy_cat=0.65).captions()[0].phrase == "a happy cat"
    little = 0.5 + 0.9 * captioner.MARGIN / 20
    assert Eye(a_cat=0.5, a_happy_cat=little).captions()[0].phrase == "a cat"


def test_additions_build_on_each_other() -> None:
    eye = Eye(a_cat=0.5, two_cats=0.62, two_cats_at_night=0.74)
    assert eye.captions()[0].phrase == "two cats at night"


def test_a_second_noun_stays_if_it_helps_and_the_model_was_taught_captions() -> None:
    enough = 0.4 + 1.1 * captioner.MARGIN / 20
    eye = Eye(a_cat=0.4, a_tree=0.3, a_cat_on_a_tree=enough)
    assert eye.captions()[0].phrase == "a cat on a tree"
    assert eye.captions(pairs=False)[0].phrase == "a cat"
    assert captioner.composes("ViT-B-32:openai")
    assert not captioner.composes("pocket")


LEFT, RIGHT, BELOW = (0, 0, 9, 9), (20, 0, 29, 9), (10, 20, 19, 29)


def test_things_of_a_kind_that_stand_apart_are_counted() -> None:
    eye = Eye(a_bicycle=0.3).thing(LEFT, a_cat=0.7).thing(RIGHT, a_cat=0.7)
    best, second, *_ = eye.captions()
    assert (best.phrase, best.noun) == ("two cats", "cat")
    assert second.phrase == "a bicycle"
    assert eye.thing(BELOW, a_mouse=0.7).captions()[0].phrase == "two cats above a mouse"


def test_what_might_be_of_a_kind_is() -> None:
    eye = Eye().thing(LEFT, a_cat=0.6).thing(RIGHT, a_cat=0.55, a_dog=0.58)
    assert eye.captions()[0].phrase == "two cats"
    eye = Eye().thing(LEFT, a_cat=0.6).thing(RIGHT, a_cat=0.2, a_dog=0.7)
    assert eye.captions()[0].phrase == "a cat beside a dog"


def test_things_that_stand_apart_are_where_they_are() -> None:
    def said(*boxes: Box) -> str:
        eye = Eye()
        for box, name in zip(boxes, ("a_cat", "a_dog", "a_cat"), strict=False):
            eye.thing(box, **{name: 0.7})
        return eye.captions()[0].phrase

    assert said(LEFT, RIGHT) == "a cat beside a dog"
    assert said(LEFT, (20, 8, 29, 17)) == "a cat and a dog"
    assert said(LEFT, BELOW) == "a cat above a dog"
    assert said(BELOW, LEFT, (0, 20, 5, 29)) == "two cats under a dog"


def test_both_of_two_kinds_may_be_several() -> None:
    eye = Eye(a_cat=0.3).thing(LEFT, a_cloud=0.7).thing(BELOW, a_house=0.7)
    eye.thing((30, 20, 39, 29), a_house=0.7)
    assert eye.captions()[0].phrase == "a cloud above two houses"


def test_things_that_stand_apart_have_their_own_colours() -> None:
    eye = Eye().thing(LEFT, a_cat=0.7).thing(RIGHT, a_dog=0.7)
    each = ({"red": 0.8}, {"blue": 0.5, "green": 0.02})
    assert eye.captions(each=each)[0].phrase == "a red cat beside a blue dog"
    twins = Eye().thing(LEFT, a_cat=0.7).thing(RIGHT, a_cat=0.7)
    assert twins.captions(each=each)[0].phrase == "two cats"


def test_things_that_are_no_surer_sight_than_the_whole_are_not_named() -> None:
    eye = Eye(a_face=0.9).thing(LEFT, a_circle=0.5).thing(RIGHT, a_circle=0.5)
    assert eye.captions()[0].phrase == "a face"
    faint = Eye(a_face=0.05).thing(LEFT, a_cat=0.3).thing(RIGHT, a_dog=0.7)
    assert faint.captions()[0].phrase == "a face"


def test_what_has_no_plural_is_not_counted() -> None:
    bread = Eye(a_cat=0.3).thing(LEFT, bread=0.7).thing(RIGHT, bread=0.7)
    assert bread.captions()[0].phrase == "a cat"


def test_several_kinds_are_listed() -> None:
    three = Eye(a_cat=0.3).thing(LEFT, a_dog=0.7).thing(RIGHT, a_tree=0.7).thing(BELOW, a_hat=0.7)
    assert three.captions()[0].phrase == "a dog, a tree and a hat"
    assert three.captions(blocked=["hats"])[0].phrase != "a dog, a tree and a hat"
    four = three.thing((30, 20, 39, 29), a_tree=0.7)
    assert four.captions()[0].phrase == "a dog, two trees and a hat"
    assert four.captions(said=["a dog, two trees and a hat"])[0].phrase == "a cat"


def test_of_two_things_nobody_knows_which_is_red_or_tiny() -> None:
    eye = Eye().thing(LEFT, a_cat=0.7).thing(RIGHT, a_dog=0.7)
    assert eye.captions(inks={"red": 0.9}, tiny=True)[0].phrase == "a cat beside a dog"
    twins = Eye().thing(LEFT, a_cat=0.7).thing(RIGHT, a_cat=0.7)
    assert twins.captions(inks={"red": 0.9})[0].phrase == "two red cats"


def test_blocked_things_that_stand_apart_are_not_said() -> None:
    eye = Eye(a_tree=0.3).thing(LEFT, a_cat=0.7).thing(RIGHT, a_dog=0.7)
    for word in ("dog", "cats", "beside"):
        assert eye.captions(blocked=[word])[0].phrase == "a tree"


def test_little_on_a_large_sheet_is_tiny() -> None:
    assert Eye(a_cat=0.5).captions(inks={"red": 0.9}, tiny=True)[0].phrase == "a tiny red cat"
    assert Eye(a_cat=0.5).captions(tiny=True, blocked=["tiny"])[0].phrase == "a cat"
    sheet = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(sheet).ellipse((30, 30, 100, 80), outline="black", width=3)
    assert look(sheet, 32).tiny
    ImageDraw.Draw(sheet).ellipse((30, 30, 130, 80), outline="black", width=3)
    assert not look(sheet, 32).tiny


def test_a_look_shows_the_whole_and_each_thing() -> None:
    sheet = Image.new("RGB", (400, 200), "white")
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((30, 30, 150, 150), outline="black", width=4)
    pen.rectangle((230, 30, 350, 150), outline="red", width=4)
    looked = look(sheet, 48)
    assert looked.views.shape == (3, 3, 48, 48)
    assert [points.min(0).round(-1).tolist() for points in looked.places] == [[30, 30], [230, 30]]
    assert looked.inks["red"] == pytest.approx(0.55, abs=0.05)
    assert (looked.views[1, 0] == looked.views[1, 1]).all()  # no red in the ring's view


def test_runners_up_have_other_nouns() -> None:
    found = Eye(a_cat=0.5, a_happy_cat=0.65, a_dog=0.55, an_owl=0.4).captions(top=3)
    assert [c.phrase for c in found] == ["a happy cat", "a dog", "an owl"]


def test_a_colour_that_makes_up_most_of_the_ink_is_said() -> None:
    assert Eye(a_cat=0.5).captions(inks={"red": 0.9})[0].phrase == "a red cat"
    assert Eye(a_red_panda=0.5).captions(inks={"red": 0.9})[0].phrase == "a red panda"


def test_a_colour_that_makes_up_some_of_the_ink_must_help() -> None:
    half = {"red": 0.3, "blue": 0.1, "green": 0.1}
    assert Eye(a_cat=0.5).captions(inks=half)[0].phrase == "a cat"
    assert Eye(a_cat=0.5, a_red_cat=0.65).captions(inks=half)[0].phrase == "a red cat"
    assert Eye(a_cat=0.5, a_red_cat=0.65).captions()[0].phrase == "a cat"


def test_two_colours_that_share_a_thing_are_both_said() -> None:
    assert Eye(a_cat=0.5).captions(inks={"red": 0.4, "blue": 0.3})[0].phrase == "a red and blue cat"
    assert Eye(a_cat=0.5).captions(inks={"red": 0.2, "blue": 0.1})[0].phrase == "a cat"


def test_a_phrase_that_was_said_is_not_said_again() -> None:
    eye = Eye(a_cat=0.5, a_dog=0.4)
    assert eye.captions(said=["The cat"])[0].phrase == "a dog"
    assert eye.captions(said=["cat", "a dog"], shape="tall")[0].phrase == "a tall cat"
    red = {"red": 0.9}
    assert eye.captions(inks=red, said=["cat"])[0].phrase == "a red cat"
    assert eye.captions(inks=red, said=["a red cat"])[0].phrase == "a cat"
    assert eye.captions(inks=red, shape="long", said=["a red cat"])[0].phrase == "a long red cat"
    found = eye.captions(top=3, said=["a cat", "a dog", "a cake"])
    assert len(found) == 3
    assert not {"a cat", "a dog", "a cake"} & {one.phrase for one in found}


def test_of_things_that_stand_apart_another_version_is_said() -> None:
    eye = Eye(a_tree=0.3).thing(LEFT, a_cat=0.7).thing(RIGHT, a_dog=0.7)
    said = ["cat beside dog"]
    assert eye.captions(said=said)[0].phrase == "a cat and a dog"
    assert eye.captions(said=[*said, "a cat and a dog"])[0].phrase == "a tree"


@pytest.mark.parametrize("word", ["cat", "Cat", "cats", " cat "])
def test_blocked_words_are_never_said(word: str) -> None:
    eye = Eye(a_cat=0.9, two_cats=0.95, a_dog=0.5, a_dog_with_a_cat=0.8)
    found = eye.captions(top=20, blocked=[word])
    assert found[0].phrase == "a dog"
    assert not any("cat" in c.phrase.split() or "cats" in c.phrase.split() for c in found)


def test_blocked_words_do_not_block_words_that_hold_them() -> None:
    assert Eye(a_peacock=0.9).captions(blocked=["cock"])[0].phrase == "a peacock"


def test_blocked_additions_and_phrases_are_left_out() -> None:
    eye = Eye(a_cat=0.5, a_happy_cat=0.65, a_hot_dog=0.7)
    assert eye.captions(blocked=["happy", "hot dog"])[0].phrase == "a cat"
    assert eye.captions(inks={"red": 0.9}, blocked=["red", "happy", "hot dog"])[0].phrase == "a cat"


def test_where_all_is_blocked_nothing_is_said() -> None:
    everything = [word for noun in nouns() for word in noun.text.split()]
    assert Eye(a_cat=0.5).captions(blocked=everything) == []


def test_any_model_captions_any_picture(tiny_critic: Critic) -> None:
    picture = Image.effect_noise((40, 30), 80).convert("RGB")
    ((best, *rest),) = captioner.caption(tiny_critic, [picture], top=4)
    assert best.phrase
    assert len(rest) == 3
    assert -1 <= best.score <= 1


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu")


def test_the_built_in_model_says_what_a_plain_drawing_shows(pocket: Critic) -> None:
    sun = Image.new("RGB", (300, 300), "white")
    pen = ImageDraw.Draw(sun)
    pen.ellipse((100, 100, 200, 200), outline="black", width=8)
    for x0, y0, x1, y1 in ((150, 80, 150, 20), (150, 220, 150, 280), (80, 150, 20, 150),
                           (220, 150, 280, 150), (100, 100, 60, 60), (200, 100, 240, 60),
                           (100, 200, 60, 240), (200, 200, 240, 240)):  # fmt: skip
        pen.line((x0, y0, x1, y1), fill="black", width=8)
    (row,) = captioner.caption(pocket, [sun])
    assert "sun" in [c.noun for c in row]


def test_there_is_nothing_to_say_of_an_empty_sheet(pocket: Critic) -> None:
    with pytest.raises(UnreadablePicture, match="nothing is drawn here"):
        captioner.caption(pocket, [to_image(Drawing(64, 64))], top=1)


def test_the_colour_of_strokes_is_said(tiny_critic: Critic) -> None:
    stroke = Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 6.0, (0.9, 0.1, 0.1, 1.0))
    ((best,),) = captioner.caption(tiny_critic, [to_image(Drawing(64, 64, (stroke,)))], top=1)
    assert "red" in best.phrase.split()
