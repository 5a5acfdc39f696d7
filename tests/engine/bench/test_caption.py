from __future__ import annotations

import math

from engine.bench.caption import chosen, measure, together
from engine.bench.doodles import Doodle
from engine.bench.own_captions import phrases, tally
from engine.canvas.drawing import Drawing
from engine.canvas.framing import sheet
from engine.canvas.render import to_image
from engine.see.caption.grammar import Phrase, nouns
from engine.see.caption.parts import Box, parts
from engine.see.captioner import Caption
from engine.see.critic import Critic


def ring(word: str, x: float, y: float) -> Doodle:
    """An ellipse of these radii that fills its box."""
    turns = [math.tau * i / 24 for i in range(25)]
    return Doodle(word, (tuple((x + x * math.cos(t), y + y * math.sin(t)) for t in turns),))


def _boxes(drawing: Drawing) -> list[Box]:
    return [part.box for part in parts(sheet(to_image(drawing)))]


def test_two_drawings_on_one_sheet_stand_apart() -> None:
    flat, tall = ring("pond", 128, 60).drawing(), ring("door", 50, 128).drawing()
    left, right = _boxes(together(flat, tall, down=False))
    assert left[2] < right[0]
    upper, lower = _boxes(together(flat, tall, down=True))
    assert upper[3] < lower[1]


def test_drawings_for_tuning_are_others() -> None:
    pool = [ring(str(number), 100, 50) for number in range(1000)]
    tested, tuned = chosen(pool, tune=False), chosen(pool, tune=True)
    assert len(tested) == len(tuned) == 200
    assert not {doodle.word for doodle in tested} & {doodle.word for doodle in tuned}


def test_every_share_is_measured(tiny_critic: Critic) -> None:
    doodles = [ring("cat", 100, 90), ring("dog", 80, 120)]
    report = measure(tiny_critic, doodles, [*doodles, ring("cat", 120, 120), ring("dog", 9, 9)])
    assert (report["drawings"], report["pairs"], report["twins"]) == (2, 1, 1)
    for name in ("head", "top5", "plain", "company", "red", "both", "either", "counted"):
        assert 0 <= report[name] <= 1
    assert report["head"] <= report["top5"]
    assert report["both"] <= report["either"]


def test_what_captions_say_of_the_bots_own_drawings_is_counted() -> None:
    noun = {one.text: one for one in nouns()}
    cat, dog, tree = noun["cat"], noun["dog"], noun["tree"]
    asked = [
        Phrase(cat),
        Phrase(cat, colour="red"),
        Phrase(cat, count="two"),
        Phrase(cat, relation="under", other=tree),
    ]
    told = [
        Phrase(dog, relation="and", other=tree),
        Phrase(cat, colour="red", size="tall"),
        Phrase(cat, count="three"),
        Phrase(tree, relation="above", other=cat),
    ]
    found = tally(asked, [Caption(phrase, 0.5) for phrase in told])
    assert found["captions"][1] == ["a red cat", "a tall red cat"]
    assert found["named"] == (4, 6)
    assert found["found"] == (4, 5)
    assert found["single"] == (2, 3)
    assert found["counted"] == (0, 1)
    assert found["numbers"] == (0, 1)
    assert found["coloured"] == (1, 1)
    assert found["placed"] == (1, 1)


def test_what_the_bot_draws_for_the_bench_are_phrases_of_every_kind() -> None:
    drawn = phrases()
    assert len({str(phrase) for phrase in drawn}) == len(drawn) == 48
    assert any(phrase.count for phrase in drawn)
    assert any(phrase.other for phrase in drawn)
