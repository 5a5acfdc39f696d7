"""What a spec leaves open, settled by the model that paints it: here and nowhere else."""

from __future__ import annotations

from engine.paint.names import in_english
from engine.paint.options import GRADIENT
from engine.paint.painters import find
from engine.paint.presets import HOUSE, REFINE, TRACE, Preset
from engine.paint.spec import DrawingSpec, Settled
from engine.refusal import Refusal
from engine.see.critic import POCKET


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


def settle(
    spec: DrawingSpec, model: str, preset: Preset = HOUSE, *, of_picture: bool = False
) -> Settled:
    """The spec in English, with its ink, beginning, steps and seeds, for a critic of this name.

    The same again for one that is settled already. of_picture: a picture is drawn, which is traced
    and neither sketched nor scribbled; in paint, which comes nearest to it. Raises NoSketcher, or
    NotThisPainter where a picture is to be drawn by one that draws none.
    """
    way = find(spec.painter)
    if of_picture and not way.draws_pictures:
        raise NotThisPainter(
            f"the painter {spec.painter} draws no pictures: leave the painter out, or the picture"
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
    left_open = {
        "prompt": in_english(spec.prompt) if reads_english else spec.prompt,
        "ink": ink,
        "begin": begin,
        "steps": spec.steps or steps,
        "seeds": spec.seeds or (usual.seeds if by_gradient else 1),
    }
    given = spec.model_dump(include=set(Settled.model_fields))
    return Settled.model_validate(given | left_open)
