"""What a spec leaves open, settled by the model that paints it: here and nowhere else."""

from __future__ import annotations

import re

from engine.paint.names import in_english
from engine.paint.options import COLLAGE, FILMS, GRADIENT, STROKE_STYLES
from engine.paint.painters import find
from engine.paint.presets import HOUSE, REFINE, TRACE, Preset
from engine.paint.spec import DrawingSpec, Settled
from engine.refusal import Refusal
from engine.see.critic import POCKET

_WORDS = "|".join(re.escape(w) for name, others in STROKE_STYLES.items() for w in (name, *others))
_IN_STYLE = re.compile(
    rf"(?:an?\s+)?(?P<style>{_WORDS})(?:\s+(?:painting|drawing|picture|print|sketch|window|sign))?"
    r"\s+of\s+(?P<thing>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""Table 3 of the CLIPDraw paper has prompts like these."""


class NoSketcher(Refusal):
    """A sketch is wanted of a model that makes none; the message says what to do."""


class NotThisPainter(Refusal):
    """A painter is asked for what it does not do; the message says what to do."""


def has_sketcher(model: str) -> bool:
    """Whether a model, by its critic's name, can sketch: only the one that ships can."""
    return model == POCKET


def require_sketcher(model: str) -> None:
    """Raises NoSketcher for a model that makes no sketches."""
    if not has_sketcher(model):
        raise NoSketcher(f"{model} makes no sketches, only the model {POCKET} does")


def stroke_style(text: str) -> str:
    """The style of strokes that a text speaks of, "" where it is none."""
    said = text.casefold()
    for name, others in STROKE_STYLES.items():
        if any(re.search(rf"\b{re.escape(word)}\b", said) for word in (name, *others)):
            return name
    return ""


def is_stroke_style(text: str) -> bool:
    """Whether a text is a style of strokes and says no more than that."""
    said = text.casefold().strip()
    return any(said in (name, *others) for name, others in STROKE_STYLES.items())


def _without_style(prompt: str) -> tuple[str, str]:
    """A prompt and the style of strokes that it begins with: "a watercolour painting of a fox"."""
    found = _IN_STYLE.match(prompt)
    return (found["thing"], stroke_style(found["style"])) if found else (prompt, "")


def settle(
    spec: DrawingSpec,
    model: str,
    preset: Preset = HOUSE,
    *,
    of_picture: bool = False,
    of_patches: bool = False,
) -> Settled:
    """The spec in English, with its ink, beginning, steps and seeds, for a critic of this name.

    The same again for one that is settled already. of_picture: a picture is drawn, which is traced
    and neither sketched nor scribbled; in paint, which comes nearest to it. of_patches: pictures
    are given to be cut up. Raises NoSketcher, or NotThisPainter for a painter that is asked for
    what it does not do.
    """
    way = find(spec.painter)
    if way.weights and way.weights.missing:
        raise NotThisPainter(
            f"the painter {spec.painter} needs weights that do not come along: "
            f"{way.weights.missing}"
        )
    if of_picture and not way.draws_pictures:
        raise NotThisPainter(
            f"the painter {spec.painter} draws no pictures: leave the painter out, or the picture"
        )
    if of_patches and not way.cuts_up:
        raise NotThisPainter(
            f"the painter {spec.painter} cuts no pictures up: leave the patches out, "
            f"or take the painter {COLLAGE}"
        )
    if len(spec.more) > way.most:
        raise NotThisPainter(
            f"the painter {spec.painter} takes {way.most + 1} prompts at most"
            if way.most
            else f"the painter {spec.painter} draws one prompt: leave the others out"
        )
    if spec.frames and spec.painter not in FILMS:
        raise NotThisPainter(
            f"the painter {spec.painter} makes no film: leave the number of frames out"
        )
    if spec.begin == "sketch":
        require_sketcher(model)
    if isinstance(spec, Settled):
        return spec
    by_gradient = spec.painter == GRADIENT
    own = way.ink or ("marker" if has_sketcher(model) and not of_picture else "paint")
    ink = spec.ink or own
    # The paper's way of painting begins as the paper does.
    sketched = by_gradient and has_sketcher(model) and ink != "paint"
    begin = spec.begin or ("sketch" if sketched else "scribbles")
    usual = TRACE if of_picture else REFINE if begin == "sketch" else preset
    steps = usual.steps if by_gradient else way.steps
    reads_english = has_sketcher(model) and not of_picture
    prompt = in_english(spec.prompt) if reads_english else spec.prompt
    look, style = stroke_style(spec.style), spec.style
    if has_sketcher(model):
        # It has learned what things look like and no word for how they are drawn.
        if not style.strip():
            prompt, look = _without_style(prompt)
            style = look
    elif not is_stroke_style(style):
        look = ""
    left_open = {
        "prompt": prompt,
        "style": style,
        "look": look,
        "told": not (look and has_sketcher(model)),
        "more": tuple(map(in_english, spec.more)) if reads_english else spec.more,
        "ink": ink,
        "begin": begin,
        "steps": spec.steps or steps,
        "seeds": spec.seeds or (usual.seeds if by_gradient else 1),
    }
    given = spec.model_dump(include=set(Settled.model_fields))
    return Settled.model_validate(given | left_open)
