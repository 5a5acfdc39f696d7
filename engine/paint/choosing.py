"""The best of many sketches, for people to pick one of."""

from __future__ import annotations

from engine.canvas.drawing import Drawing
from engine.canvas.tidy import tidy
from engine.paint.colour_words import uncoloured
from engine.paint.jury import Jury
from engine.paint.sketches import plain, sketches
from engine.see.critic import Critic

OF = 12
"""How many are sketched to choose from."""


def best_sketches(
    critic: Critic, prompt: str, strokes: int, seed: int, count: int
) -> list[Drawing]:
    """The `count` sketches of OF that the jury likes best, the best first, with tidy lines.

    The same for the same prompt, strokes and seed; those of a smaller count come first in those of
    a larger one. count: 1 to OF.
    """
    name = plain(uncoloured(prompt))  # lines know nothing of colours
    drawn = sketches(critic, name, strokes, seed, OF)
    worth = Jury(critic).worth(drawn, critic.encode_text([name])[0])
    return [tidy(drawn[i]) for i in worth.argsort(descending=True).tolist()[:count]]
