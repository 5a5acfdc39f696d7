from __future__ import annotations

import math

from engine.bench.caption import chosen, measure, together
from engine.bench.doodles import Doodle
from engine.canvas.render import to_image
from engine.see.caption.parts import above, boxes
from engine.see.critic import Critic


def ring(word: str, x: float, y: float) -> Doodle:
    """An ellipse of these radii that fills its box."""
    turns = [math.tau * i / 24 for i in range(25)]
    return Doodle(word, (tuple((x + x * math.cos(t), y + y * math.sin(t)) for t in turns),))


def test_two_drawings_on_one_sheet_stand_apart() -> None:
    flat, tall = ring("pond", 128, 60).drawing(), ring("door", 50, 128).drawing()
    left, right = boxes(to_image(together(flat, tall, down=False)))
    assert left[2] < right[0]
    upper, lower = boxes(to_image(together(flat, tall, down=True)))
    assert above(upper, lower)


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
