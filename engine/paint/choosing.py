"""The best of many sketches, for people to pick one of."""

from __future__ import annotations

from engine.canvas.drawing import Drawing
from engine.canvas.tidy import tidy
from engine.paint.begin import share, things
from engine.paint.colour.colour_words import uncoloured
from engine.paint.jury import Jury
from engine.paint.sketch.scene import composed
from engine.paint.sketch.sketches import plain, sketches
from engine.see.critic import Critic

OF = 12
"""How many are sketched of each thing to choose from."""


def best_sketches(
    critic: Critic, prompt: str, strokes: int, seed: int, count: int
) -> list[Drawing]:
    """The `count` sketches of OF that the jury likes best, the best first, with tidy lines.

    Of several things, the best of each are put together, then the second best, and so on. The
    same for the same prompt, strokes and seed; those of a smaller count come first in those of a
    larger one. count: 1 to OF.
    """
    jury = Jury(critic)
    all_things = things(critic, prompt)
    best = []
    for number, thing in enumerate(all_things):
        name = plain(uncoloured(thing.text))  # lines know nothing of colours
        budget = share(strokes, thing, all_things)
        drawn = sketches(critic, name, budget, seed + number, OF)
        worth = jury.worth(drawn, critic.encode_text([name])[0])
        best.append([tidy(drawn[i]) for i in worth.argsort(descending=True).tolist()[:count]])
    if len(all_things) == 1:
        return best[0]
    places = [thing.place for thing in all_things]
    return [composed(some, places, critic.image_size) for some in zip(*best, strict=True)]
