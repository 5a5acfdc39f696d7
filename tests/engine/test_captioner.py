from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from engine import captioner, critic
from engine.caption.grammar import Phrase, nouns
from engine.captioner import Caption, search
from engine.critic import Critic
from engine.drawing import Drawing, Stroke
from engine.render import to_image


class Eye:
    """A judge that sees what a test says: likenesses of phrases, by name, to one picture."""

    def __init__(self, **seen: float) -> None:
        self.seen = {name.replace("_", " "): value for name, value in seen.items()}

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors whose first value is the likeness, each otherwise a thing of its own."""
        likeness = torch.tensor([self.seen.get(text, 0.0) for text in texts])
        rows = torch.zeros(len(texts), 2)
        rows[:, 0], rows[:, 1] = likeness, (1 - likeness**2).sqrt()
        return rows

    def captions(
        self, top: int = 5, inks: dict[str, float] | None = None, blocked: Sequence[str] = ()
    ) -> list[Caption]:
        picture = torch.tensor([1.0, 0.0])
        texts = [str(Phrase(noun)) for noun in nouns()]
        steps = search(picture, self.vectors(texts), 20.0, inks or {}, top, blocked)
        try:
            asked = next(steps)
            while True:
                asked = steps.send(self.vectors(asked))
        except StopIteration as end:
            return end.value


def test_a_plain_picture_gets_a_plain_phrase() -> None:
    best, *_ = Eye(a_cat=0.5, a_dog=0.4, a_happy_cat=0.5).captions()
    assert best.phrase == "a cat"
    assert best.noun == "cat"
    assert best.score == pytest.approx(0.5)


def test_an_addition_stays_if_it_helps_by_more_than_the_margin() -> None:
    assert Eye(a_cat=0.5, a_happy_cat=0.6).captions()[0].phrase == "a happy cat"
    little = 0.5 + 0.9 * captioner.MARGIN / 20
    assert Eye(a_cat=0.5, a_happy_cat=little).captions()[0].phrase == "a cat"


def test_additions_build_on_each_other() -> None:
    eye = Eye(a_cat=0.5, two_cats=0.6, two_cats_at_night=0.7)
    assert eye.captions()[0].phrase == "two cats at night"


def test_runners_up_have_other_nouns() -> None:
    found = Eye(a_cat=0.5, a_happy_cat=0.6, a_dog=0.55, an_owl=0.4).captions(top=3)
    assert [c.phrase for c in found] == ["a happy cat", "a dog", "an owl"]


def test_a_colour_that_makes_up_most_of_the_ink_is_said() -> None:
    assert Eye(a_cat=0.5).captions(inks={"red": 0.9})[0].phrase == "a red cat"
    assert Eye(a_red_panda=0.5).captions(inks={"red": 0.9})[0].phrase == "a red panda"


def test_a_colour_that_makes_up_some_of_the_ink_must_help() -> None:
    half = {"red": 0.5}
    assert Eye(a_cat=0.5).captions(inks=half)[0].phrase == "a cat"
    assert Eye(a_cat=0.5, a_red_cat=0.6).captions(inks=half)[0].phrase == "a red cat"
    assert Eye(a_cat=0.5, a_red_cat=0.6).captions()[0].phrase == "a cat"


@pytest.mark.parametrize("word", ["cat", "Cat", "cats", " cat "])
def test_blocked_words_are_never_said(word: str) -> None:
    eye = Eye(a_cat=0.9, two_cats=0.95, a_dog=0.5, a_dog_with_a_cat=0.8)
    found = eye.captions(top=20, blocked=[word])
    assert found[0].phrase == "a dog"
    assert not any("cat" in c.phrase.split() or "cats" in c.phrase.split() for c in found)


def test_blocked_words_do_not_block_words_that_hold_them() -> None:
    assert Eye(a_peacock=0.9).captions(blocked=["cock"])[0].phrase == "a peacock"


def test_blocked_additions_and_phrases_are_left_out() -> None:
    eye = Eye(a_cat=0.5, a_happy_cat=0.6, a_hot_dog=0.7)
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


def test_an_empty_sheet_has_a_caption_too(pocket: Critic) -> None:
    (row,) = captioner.caption(pocket, [to_image(Drawing(64, 64))], top=1)
    assert len(row) == 1


def test_the_colour_of_strokes_is_said(tiny_critic: Critic) -> None:
    stroke = Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 6.0, (0.9, 0.1, 0.1, 1.0))
    ((best,),) = captioner.caption(tiny_critic, [to_image(Drawing(64, 64, (stroke,)))], top=1)
    assert "red" in best.phrase.split()
