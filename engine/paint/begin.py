"""From a spec to a painting: what each of its parts is painted towards, and where it starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import torch
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.tidy import outlined
from engine.paint.colour import colour_words
from engine.paint.colour.colour_words import uncoloured
from engine.paint.contrast import rivals
from engine.paint.jury import Jury
from engine.paint.painting import Painting, Part, Restart
from engine.paint.presets import REFINE, Preset
from engine.paint.sketch.parting import parted
from engine.paint.sketch.scene import WHOLE, Thing, scene
from engine.paint.sketch.sketches import sketches
from engine.paint.spec import Settled
from engine.paint.start_strokes import Strokes, from_drawing
from engine.paint.style_loss import textures_of
from engine.paint.styles.like_picture import Manner
from engine.paint.views import homographies, identity
from engine.see.critic import POCKET, Critic
from engine.see.guesser import default_words

SKETCHES = 16
"""Of which the best go on."""
_SIZES = re.compile(r"\b(tiny|small|little|big|large|huge|tall|long|short|wide)\s+", re.IGNORECASE)
KNOWN = 0.6
"""Cosine with a word that ships from which on the model has learned what a text names."""
FOR_FILLING = 0.25
"""Share of a marker's strokes that is kept for colour."""

_OPAQUE = 0.5
"""Of strokes that learn from a picture, at least, when they begin."""


def begin(
    critic: Critic,
    jury: Jury | None,
    spec: Settled,
    preset: Preset,
    start: Drawing | None = None,
    target: Tensor | None = None,
    pause: Callable[[], None] | None = None,
) -> Painting:
    """A painting for a spec; see Painter.begin.

    jury: who chooses among sketches; None where there are none. preset: how it is painted if it
    does not begin with a sketch.
    """
    # There are sketches of words; towards another vector strokes begin anywhere.
    sketched = spec.begin == "sketch" and start is None and target is None
    preset = REFINE if sketched or (spec.begin == "sketch" and start) else preset
    of_words = preset is REFINE and target is None
    found = things(critic, spec.prompt) if of_words else (Thing(spec.prompt),)
    # A start is a sketch that was picked, or what came of one before.
    begun = [start] if start else None
    if start and jury and len(found) > 1:
        lines = outlined(start)
        if len(lines.strokes) < len(found):
            found = (Thing(spec.prompt),)
        else:
            pairs = parted(lines, found, partial(_worth, critic, jury))
            found, begun = zip(*pairs, strict=True)
    parts: list[Part] = []
    for place, thing in enumerate(found):
        # What a sketch is coloured with comes from the palette; its lines know nothing of it.
        name = uncoloured(thing.text) if sketched or len(found) > 1 else thing.text
        sentence = _styled(name, spec.words)
        towards = critic.encode_text([sentence])[0] if target is None else target.to(critic.device)
        none = towards.new_zeros(0, len(towards))
        # Another model would need minutes on a CPU for the words alone, to an unknown good.
        pushed = preset.margin and critic.name == POCKET
        first = sum(len(part.restarts) for part in parts)
        starts: Sequence[Drawing | None]
        if sketched and jury:
            strokes = share(outlines(spec), thing, found)
            starts = _best_sketches(critic, jury, name, strokes, spec, first, pause)
        else:
            starts = [begun[place]] if begun else [None] * spec.seeds
        restarts = [
            _restart(spec, preset, critic.image_size, number, drawing)
            for number, drawing in enumerate(starts, first)
        ]
        parts.append(
            Part(
                thing,
                towards,
                critic.encode_text(spec.avoid) if spec.avoid else none,
                rivals(critic, sentence, towards) if pushed else none,
                restarts,
            )
        )
    judged = critic.name == POCKET and target is None
    known = not judged or all(is_known(critic, uncoloured(thing.text)) for thing in found)
    return Painting(spec, preset, parts, critic.image_size, known, judged)


def learn(
    painting: Painting, picture: Image.Image, manner: Manner, critic: Critic, *, fresh: bool
) -> None:
    """Let a painting that has just been begun learn from an RGB picture, of that manner.

    fresh: it goes on from nothing, and so begins on the picture's paper, in its colours and with
    its weight of line.
    """
    painting.textures = textures_of(picture, manner.weight, critic)
    if not fresh:
        return
    offered = torch.tensor([*manner.colours, manner.line])
    for restart in painting.restarts:
        strokes = restart.strokes
        strokes.background = torch.tensor(manner.ground)
        chance = torch.Generator().manual_seed(restart.number)
        strokes.colours[:, :3] = offered[
            torch.randint(len(offered), (len(strokes.colours),), generator=chance)
        ]
        strokes.colours[:, 3].clamp_(min=_OPAQUE)
        strokes.widths.mul_(manner.weight * painting.side / strokes.widths.median())


def glimpse(critic: Critic, spec: Settled) -> Drawing | None:
    """The first sketch for a spec that begins with one: a picture at once, before others
    are drawn and compared. None for other beginnings and for scenes."""
    if spec.begin != "sketch" or len(things(critic, spec.prompt)) > 1:
        return None
    name = uncoloured(things(critic, spec.prompt)[0].text)
    (first,) = sketches(critic, name, outlines(spec), spec.seed * 1_009, 1)
    return first


def things(critic: Critic, prompt: str) -> tuple[Thing, ...]:
    """The things that a prompt speaks of, if the built-in model knows each; else all as one."""
    found = scene(prompt)
    if any(not any(named.text for named in colour_words.things(thing.text)) for thing in found):
        return (_known(critic, Thing(prompt)),)  # "a brown and red owl"
    known = tuple(_known(critic, thing) for thing in found)
    if len(known) > 1 and not all(is_known(critic, uncoloured(thing.text)) for thing in known):
        return (Thing(prompt),)
    return known


def _known(critic: Critic, thing: Thing) -> Thing:
    """Without the words of its size where the model knows the thing but not at that size: it
    would draw something else for "a tall owl"."""
    text = _SIZES.sub("", thing.text)
    if text == thing.text or is_known(critic, uncoloured(thing.text)):
        return thing
    return replace(thing, text=text) if is_known(critic, uncoloured(text)) else thing


def is_known(critic: Critic, text: str) -> bool:
    """Whether the built-in model has learned what a text names: it reads anything, and what it
    has never seen comes out as what is spelled or meant most alike."""
    (vector,) = critic.encode_text([text])
    return bool((critic.encode_text(default_words()) @ vector).max() >= KNOWN)


def outlines(spec: Settled) -> int:
    """How many strokes lines may have, of those that are asked for."""
    if spec.ink != "marker" or spec.strokes == 1:
        return spec.strokes
    return spec.strokes - max(1, round(FOR_FILLING * spec.strokes))


def share(strokes: int, thing: Thing, among: Sequence[Thing]) -> int:
    """A thing's share of a scene's strokes, by how large it is; at least one."""
    sides = [(other.place or WHOLE).side for other in among]
    return max(1, int(strokes * (thing.place or WHOLE).side / sum(sides)))


def _worth(critic: Critic, jury: Jury, text: str, drawings: Sequence[Drawing]) -> list[float]:
    return jury.worth(drawings, critic.encode_text([uncoloured(text)])[0]).tolist()


def _styled(text: str, words: str) -> str:
    return f"{text}, {words}" if words else text


def _best_sketches(
    critic: Critic,
    jury: Jury,
    name: str,
    strokes: int,
    spec: Settled,
    first: int,
    pause: Callable[[], None] | None,
) -> list[Drawing]:
    """The sketches that a part's restarts begin with: of SKETCHES those worth most."""
    seed = spec.seed * 1_009 + first
    drawn = sketches(critic, name, strokes, seed, SKETCHES, pause=pause)
    worth = jury.worth(drawn, critic.encode_text([name])[0])
    return [drawn[i] for i in worth.argsort(descending=True).tolist()[: spec.seeds]]


def _restart(
    spec: Settled, preset: Preset, side: int, number: int, start: Drawing | None
) -> Restart:
    generator = torch.Generator().manual_seed((spec.seed * 1_000_003 + number) % 2**63)
    lines = spec.ink != "paint"
    strokes: Strokes
    if start is not None:
        # What coloured its lines in is laid beneath them anew.
        strokes = from_drawing(outlined(start) if lines else start, side, lines)
    else:
        strokes = preset.begin(generator, spec.strokes, side, lines)
    views = identity(1)[None]
    if spec.augment:
        flat = homographies(generator, spec.steps * preset.views, preset.look)
        views = flat.reshape(spec.steps, preset.views, 3, 3)
    return Restart(strokes, views, number)
