"""From strokes that have been painted to the drawing that people get."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from torch import Tensor

from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.tidy import is_outline, tidy
from engine.paint.colour.colouring import coloured, without_erasers
from engine.paint.colour.palette import palette
from engine.paint.jury import Jury
from engine.paint.painting import Painting, Part, State
from engine.paint.reveal import weighed
from engine.see.critic import Critic

PRUNING_VIEWS = 4  # fixed views by which each stroke is weighed
RANKING_VIEWS = 2  # the same, where only the order matters
PRUNING_LOSS = 0.005  # of the score, that leaving all idle strokes out may cost
IN_THE_WAY = 0.006  # of the score: a sketch's line that costs less stays, as its eyes and doors do
FAINT_LOSS = 0.01  # of the score, that leaving faint strokes out may cost
PRUNING_MOST = 128  # strokes; with more, one of them hardly matters and weighing them takes long

Judge = Callable[[Sequence[Drawing]], list[float]]
"""The score of each drawing by the same fixed views."""


class Scores(Protocol):
    """As Painter.judge: the score of each drawing towards a target, by so many fixed views."""

    def __call__(
        self,
        drawings: Sequence[Drawing],
        target: Tensor,
        views: int = ...,
        pause: Callable[[], None] | None = ...,
    ) -> list[float]: ...


class Finisher:
    """Finishes paintings for a painter. jury: asked for only where there is something to choose."""

    def __init__(
        self,
        critic: Critic,
        scores: Scores,
        jury: Callable[[], Jury],
        pause: Callable[[], None] | None = None,
    ) -> None:
        self._critic, self._scores, self._jury, self._pause = critic, scores, jury, pause

    def finish(self, painting: Painting) -> State:
        """The painting's last state."""
        chosen = [self._chosen(painting, part) for part in painting.parts]
        scores = [
            self._scores([drawing], part.target, pause=self._pause)[0]
            for drawing, part in zip(chosen, painting.parts, strict=True)
        ]
        opinion = None
        if painting.judged:
            # Of several things, all have to be seen.
            judge = self._jury().opinion
            opinion = math.prod(
                judge(drawing, part.target)
                for drawing, part in zip(chosen, painting.parts, strict=True)
            )
        if painting.spec.ink == "marker":
            chosen = self._coloured(painting, chosen)
        drawing, fillings = fillings_first(painting.put_together(chosen))
        score = sum(scores) / len(scores)
        whole = painting.parts[0].target
        if len(painting.parts) > 1:
            whole = self._critic.encode_text([painting.spec.sentence])[0]

        def rank(some: Sequence[Drawing]) -> list[float]:
            return self._scores(some, whole, RANKING_VIEWS, self._pause)

        return State(
            painting.step,
            painting.steps,
            drawing,
            score,
            final=True,
            fillings=fillings,
            order=weighed(drawing, rank, fillings),
            opinion=opinion,
            known=painting.known,
        )

    def _coloured(self, painting: Painting, lines: Sequence[Drawing]) -> list[Drawing]:
        """Each part coloured in, with what its lines leave of the strokes."""
        spec = painting.spec
        left = spec.strokes - sum(len(drawing.strokes) for drawing in lines)
        coloured_in = []
        for number, (drawing, part) in enumerate(zip(lines, painting.parts, strict=True)):
            share = left // (len(lines) - number)
            colours = palette(self._critic, part.thing.text, spec.seed)
            done = coloured(drawing, colours, share) if share > 0 else drawing
            left -= len(done.strokes) - len(drawing.strokes)
            coloured_in.append(done)
        return coloured_in

    def _chosen(self, painting: Painting, part: Part) -> Drawing:
        """A part's drawing: the best of its restarts."""

        def roughly(some: Sequence[Drawing]) -> list[float]:
            return self._scores(some, part.target, PRUNING_VIEWS, self._pause)

        def exactly(some: Sequence[Drawing]) -> list[float]:
            return self._scores(some, part.target, pause=self._pause)

        if painting.textures is not None:
            # What hardly matters for the prompt may be there for the style.
            return without_erasers(part.best.drawing(painting.side))
        if painting.free:
            return without_faint(
                without_erasers(part.best.drawing(painting.side)), roughly, exactly
            )
        if not painting.sketched:
            return tidy(without_idle(part.best.drawing(painting.side), roughly, exactly, sort=True))
        done = [
            tidy(
                without_idle(
                    restart.drawing(painting.side), roughly, exactly, sort=False, gain=IN_THE_WAY
                )
            )
            for restart in part.restarts
        ]
        if len(done) == 1:
            return done[0]
        return done[int(self._jury().worth(done, part.target).argmax())]


def fillings_first(drawing: Drawing) -> tuple[Drawing, int]:
    """The drawing with what colours it in beneath all its lines, and how many strokes that is."""
    lines = [stroke for stroke in drawing.strokes if is_outline(stroke)]
    fillings = [stroke for stroke in drawing.strokes if not is_outline(stroke)]
    return replace(drawing, strokes=(*fillings, *lines)), len(fillings) if lines else 0


def without_idle(
    drawing: Drawing, roughly: Judge, exactly: Judge, *, sort: bool, gain: float = 0.0
) -> Drawing:
    """A drawing of lines without those that are idle: without which it scores no lower.

    sort: put the others in the order of what they matter, so that a drawing replayed stroke by
    stroke tells early; else they stay in the order in which they are. gain: by how much more it
    has to score without a stroke for that to go.
    """
    strokes = drawing.strokes
    if not 1 < len(strokes) <= PRUNING_MOST:
        return drawing
    whole, *lesser = roughly([drawing, *_without_each(drawing)])
    order = sorted(range(len(strokes)), key=lambda i: lesser[i])  # what matters most first
    needed = max(1, sum(rest < whole + gain for rest in lesser))
    kept = order[:needed] if sort else sorted(order[:needed])
    pruned = _only(drawing, kept)
    before, after = exactly([drawing, pruned])
    return pruned if after >= before - PRUNING_LOSS else drawing


def without_faint(drawing: Drawing, roughly: Judge, exactly: Judge) -> Drawing:
    """A painting without as many strokes as together hardly matter: these are mostly pale traces
    of strokes that faded, which the critic overlooks and people do not."""
    strokes = drawing.strokes
    if not 1 < len(strokes) <= PRUNING_MOST:
        return drawing
    lesser = roughly(_without_each(drawing))
    order = sorted(range(len(strokes)), key=lambda i: lesser[i])
    needed = exactly([drawing])[0] - FAINT_LOSS
    best, few, enough = drawing, 0, len(strokes)
    while enough - few > 1:
        count = (few + enough) // 2
        pruned = _only(drawing, sorted(order[:count]))
        if exactly([pruned])[0] >= needed:
            enough, best = count, pruned
        else:
            few = count
    return best


def _without_each(drawing: Drawing) -> list[Drawing]:
    strokes = drawing.strokes
    return [replace(drawing, strokes=strokes[:i] + strokes[i + 1 :]) for i in range(len(strokes))]


def _only(drawing: Drawing, kept: Sequence[int]) -> Drawing:
    strokes: tuple[Stroke, ...] = tuple(drawing.strokes[i] for i in kept)
    return replace(drawing, strokes=strokes)
