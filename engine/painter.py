"""Painting: gradient descent on strokes until CLIP sees the prompt in every view of them.

This is CLIPDraw's loop (Frans, Soros, Witkowski 2022, section 3) over a batch of works. Works
join and leave between steps. One work's random numbers come from its own generator, so that a
drawing does not depend on who else is being painted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.augment import PAPER, Views, homographies, identity, look
from engine.beginnings import Strokes, cover, from_drawing, scatter
from engine.commission import Commission
from engine.critic import Critic
from engine.drawing import Drawing
from engine.raster import Layout, rasterise, unpack
from engine.stopwatch import Stopwatch

AVOID_WEIGHT = 0.3  # of all negative prompts together (the notebook's)
VIEWS_AT_ONCE = 64  # that the critic looks at in one pass
JUDGING_VIEWS = 16  # fixed views by which beginnings are compared and the result is scored

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True, slots=True)
class Method:
    """How to paint. Lengths are shares of the canvas's side, so any model size paints alike.

    views: random views a step. look: how they are drawn.
    begin: beginnings, see engine/beginnings.py.
    rates: Adam's learning rates for points, full widths, colours.
    schedule: the factor on the points' and widths' rates by share of the run done.
    widths: bounds of a stroke's full width, for a pen and for colour.
    inside: control points stay this far from the canvas's edge; None lets them leave.
    trial: the share of the run after which only the most promising beginning goes on.
    """

    views: int
    look: Views
    begin: Callable[[torch.Generator, int, int, bool], Strokes]
    rates: tuple[float, float, float]
    schedule: Callable[[float], float]
    pen_widths: tuple[float, float]
    widths: tuple[float, float]
    inside: float | None
    trial: float


def _stairs(done: float) -> float:
    """The notebook's schedule: 1.0, from half of the run 0.4, from three quarters 0.1."""
    return 1.0 if done < 0.5 else 0.4 if done < 0.75 else 0.1


def _cosine(done: float) -> float:
    return 0.1 + 0.45 * (1 + float(np.cos(np.pi * done)))


# The notebook's numbers; its widths are half widths, at 224 px.
NOTEBOOK = Method(
    views=4,
    look=PAPER,
    begin=scatter,
    rates=(1.0 / 224, 0.2 / 224, 0.01),
    schedule=_stairs,
    pen_widths=(2 / 224, 100 / 224),
    widths=(2 / 224, 100 / 224),
    inside=None,
    trial=0.0,
)

HOUSE = Method(
    views=6,
    look=Views(perspective=0.25, scale=(0.85, 1.6), ratio=(0.85, 1.18), rotation=12, roam=0.05),
    begin=cover,
    rates=(0.012, 0.004, 0.03),
    schedule=_cosine,
    pen_widths=(0.022, 0.056),
    widths=(0.022, 0.25),
    inside=0.08,
    trial=0.3,
)


@dataclass(frozen=True, slots=True)
class State:
    """A moment of a work: `step` of `steps` done, the drawing, and its score.

    score: mean cosine between prompt and views of the drawing, in [-1, 1]. While painting it is
    smoothed over some steps; of the last state it is measured on fixed views.
    """

    step: int
    steps: int
    drawing: Drawing
    score: float
    final: bool = False


class _Attempt:
    """One beginning of a work: its strokes, Adam's moments, and its views for every step."""

    def __init__(self, strokes: Strokes, views: Tensor) -> None:
        self.strokes = strokes
        self.views = views  # (steps or 1, V, 3, 3)
        self.score = float("nan")
        self.moments = [
            (torch.zeros_like(values), torch.zeros_like(values))
            for values in (strokes.points, strokes.widths, strokes.colours)
        ]

    def observe(self, score: float) -> None:
        self.score = score if np.isnan(self.score) else 0.8 * self.score + 0.2 * score


@dataclass(eq=False)
class Work:
    """One commission being painted. `Painter.commission` makes it; the painter moves it on."""

    commission: Commission
    target: Tensor  # (D,)
    avoid: Tensor  # (A, D)
    attempts: list[_Attempt]
    side: int
    step: int = 0
    best: _Attempt = field(init=False)

    def __post_init__(self) -> None:
        self.best = self.attempts[0]

    @property
    def done(self) -> bool:
        return self.step >= self.commission.steps

    def state(self) -> State:
        """The most promising attempt as it stands."""
        score = 0.0 if np.isnan(self.best.score) else self.best.score
        return State(self.step, self.commission.steps, self.drawing(), score)

    def drawing(self) -> Drawing:
        s = self.best.strokes
        layout = Layout(s.segments, np.array([len(s.segments)]), self.side, self.side)
        return unpack(s.points, s.widths, s.colours, layout, s.background)[0]


class Painter:
    """Paints any number of works together, one step of all at a time."""

    def __init__(self, critic: Critic, method: Method = HOUSE) -> None:
        self.critic = critic
        self.method = method
        self.side = critic.image_size
        self.views_at_once = VIEWS_AT_ONCE
        self.stopwatch = Stopwatch()
        self.works: list[Work] = []
        self._batch: _Batch | None = None

    def commission(
        self, wish: Commission, start: Drawing | None = None, target: Tensor | None = None
    ) -> Work:
        """A work for a commission; it is painted once it is added.

        start: a drawing to start from instead of a random beginning. target: a unit vector (D,)
        to paint towards instead of the prompt's, such as a picture's embedding.
        """
        if target is None:
            target = self.critic.encode_text([wish.sentence])[0]
        avoid = (
            self.critic.encode_text(wish.avoid) if wish.avoid else target.new_zeros(0, len(target))
        )
        pen = wish.ink == "pen"
        attempts = []
        for number in range(1 if start else wish.seeds):
            generator = torch.Generator().manual_seed((wish.seed * 1_000_003 + number) % 2**63)
            if start is None:
                strokes = self.method.begin(generator, wish.strokes, self.side, pen)
            else:
                strokes = from_drawing(start, self.side, pen)
            views = identity(1)[None]
            if wish.augment:
                per_step = self.method.views
                flat = homographies(generator, wish.steps * per_step, self.method.look)
                views = flat.reshape(wish.steps, per_step, 3, 3)
            attempts.append(_Attempt(strokes, views))
        return Work(wish, target, avoid, attempts, self.side)

    def add(self, work: Work) -> None:
        """Let a work join at the next step."""
        self.works.append(work)
        self._batch = None

    def remove(self, work: Work) -> None:
        """Let a work leave; its strokes stay as they are."""
        self.works.remove(work)
        self._batch = None

    def step(self, pause: Callable[[], None] | None = None) -> None:
        """Paint one step of every work; finished works leave.

        pause: called several times within a step of many views, for what cannot wait so long;
        it must leave the works alone.
        """
        if not self.works:
            return
        self.stopwatch.start()
        batch = self._batch = self._batch or _Batch(self.works, self.side, self.method)
        self.stopwatch.mark("rest")
        images = batch.render()
        self.stopwatch.mark("rasterise")
        scores = self._look_back(batch, images, pause)
        batch.update()
        self.stopwatch.mark("optimiser")
        for attempt, score in zip(batch.attempts, scores, strict=True):
            attempt.observe(score)
        for work in list(self.works):
            work.step += 1
            work.best = max(work.attempts, key=lambda attempt: attempt.score)
            trial_over = work.step >= self.method.trial * work.commission.steps
            if trial_over and len(work.attempts) > 1:
                self._choose(work)
            if work.done:
                self.remove(work)
        self.stopwatch.mark("rest")

    def judge(self, drawings: Sequence[Drawing], target: Tensor) -> list[float]:
        """Mean cosine of each drawing to the target over the same fixed views."""
        generator = torch.Generator().manual_seed(0)
        views = homographies(generator, JUDGING_VIEWS, self.method.look)
        scores = []
        with torch.no_grad():
            for drawing in drawings:
                s = from_drawing(drawing, self.side, pen=False)
                layout = Layout(s.segments, np.array([len(s.segments)]), self.side, self.side)
                image = rasterise(s.points, s.widths, s.colours, layout, s.background)
                seen = look(image, views[None], s.background[None], self.side)[0]
                scores.append(float((self.critic.encode_images(seen) @ target).mean()))
        return scores

    def _look_back(
        self, batch: _Batch, images: Tensor, pause: Callable[[], None] | None
    ) -> list[float]:
        """Views, critic, loss, backward. Returns each attempt's mean cosine to its prompt."""
        groups: dict[int, list[int]] = {}
        for i, attempt in enumerate(batch.attempts):
            groups.setdefault(attempt.views.shape[1], []).append(i)
        seen, owner = [], []
        for count, members in groups.items():
            views = torch.stack([batch.views_of(i) for i in members])
            index = torch.tensor(members)
            part = look(images[index], views, batch.background[index], self.side)
            seen.append(part.flatten(0, 1))
            owner.append(index.repeat_interleave(count))
        who, shown = torch.cat(owner), torch.cat(seen)
        self.stopwatch.mark("augment")
        # The critic takes some views at a time, which bounds its memory and the wait for a pause;
        # the loss is a sum over views, so the gradients are the same.
        leaf = shown.detach().requires_grad_()
        share = 1.0 / torch.bincount(who)[who].to(leaf)
        totals = torch.zeros(len(batch.attempts))
        for first in range(0, len(who), self.views_at_once):
            if pause and first:
                pause()
                self.stopwatch.start()
            some = slice(first, first + self.views_at_once)
            vectors = self.critic.encode_images(leaf[some])  # (V, D)
            self.stopwatch.mark("critic forward")
            cosines = (vectors * batch.targets[who[some]]).sum(1) * share[some]
            loss = -cosines.sum()
            for i, avoid in batch.avoids:
                mine = who[some] == i
                likeness = (vectors[mine] @ avoid.T).mean(1) * share[some][mine]
                loss = loss + AVOID_WEIGHT * likeness.sum()
            loss.backward()
            totals.index_add_(0, who[some], cosines.detach().cpu())
            self.stopwatch.mark("critic backward")
        (of_images,) = torch.autograd.grad(shown, images, leaf.grad)
        self.stopwatch.mark("augment")
        images.backward(of_images)
        self.stopwatch.mark("rasterise")
        return totals.tolist()

    def _choose(self, work: Work) -> None:
        """Keep the attempt that the fixed views like best."""
        drawings = []
        for attempt in work.attempts:
            work.best = attempt
            drawings.append(work.drawing())
        scores = self.judge(drawings, work.target)
        work.best = work.attempts[int(np.argmax(scores))]
        work.attempts = [work.best]
        self._batch = None


class _Batch:
    """The strokes of all attempts in one set of tensors; attempts hold slices of them."""

    def __init__(self, works: Sequence[Work], side: int, method: Method) -> None:
        self.attempts = [attempt for work in works for attempt in work.attempts]
        self._works = [work for work in works for _ in work.attempts]
        self._method, self._side = method, side
        strokes = [attempt.strokes for attempt in self.attempts]
        counts = np.array([len(s.segments) for s in strokes])
        self.layout = Layout(np.concatenate([s.segments for s in strokes]), counts, side, side)
        self.values = [
            torch.cat([s.points for s in strokes]),
            torch.cat([s.widths for s in strokes]),
            torch.cat([s.colours for s in strokes]),
        ]
        self.moments = [
            tuple(torch.cat([a.moments[k][m] for a in self.attempts]) for m in (0, 1))
            for k in range(3)
        ]
        self.background = torch.stack([s.background for s in strokes])
        self.targets = torch.stack([work.target for work in self._works])
        self.avoids = [(i, work.avoid) for i, work in enumerate(self._works) if len(work.avoid)]
        of_stroke = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))
        segments = torch.from_numpy(self.layout.segments)
        of_point = of_stroke.repeat_interleave(3 * segments + 1)
        self._owner = (of_point, of_stroke, of_stroke)
        self._pen = torch.tensor([work.commission.ink == "pen" for work in self._works])
        low, high = zip(
            *(method.pen_widths if pen else method.widths for pen in self._pen), strict=True
        )
        self._low = (torch.tensor(low) * side)[of_stroke]
        self._high = (torch.tensor(high) * side)[of_stroke]
        self._hand_out()

    def _hand_out(self) -> None:
        sizes = [len(a.strokes.points) for a in self.attempts]
        counts = [len(a.strokes.segments) for a in self.attempts]
        parts = [
            values.split(n) for values, n in zip(self.values, (sizes, counts, counts), strict=True)
        ]
        moments = [
            [both.split(n) for both in pair]
            for pair, n in zip(self.moments, (sizes, counts, counts), strict=True)
        ]
        for i, attempt in enumerate(self.attempts):
            s = attempt.strokes
            s.points, s.widths, s.colours = (part[i] for part in parts)
            attempt.moments = [(first[i], second[i]) for first, second in moments]

    def views_of(self, i: int) -> Tensor:
        views = self.attempts[i].views
        return views[min(self._works[i].step, len(views) - 1)]

    def render(self) -> Tensor:
        """All drawings, (B, 3, side, side), ready to send gradients back to the strokes."""
        free = (True, True, not bool(self._pen.all()))
        self._leaves = [
            v.detach().requires_grad_(f) for v, f in zip(self.values, free, strict=True)
        ]
        points, widths, colours = self._leaves
        return rasterise(points, widths, colours, self.layout, self.background)

    @torch.no_grad()
    def update(self) -> None:
        """One step of Adam with each work's own step count and schedule, then the clamps."""
        method = self._method
        steps = torch.tensor([work.step + 1.0 for work in self._works])
        fade = torch.tensor([method.schedule(w.step / w.commission.steps) for w in self._works])
        correction1, correction2 = 1 - _BETA1**steps, 1 - _BETA2**steps
        point_rate, width_rate, colour_rate = method.rates
        colour = torch.where(self._pen, 0.0, colour_rate)
        rates = (point_rate * self._side * fade, width_rate * self._side * fade, colour)
        for leaf, value, (first, second), rate, owner in zip(
            self._leaves, self.values, self.moments, rates, self._owner, strict=True
        ):
            if leaf.grad is None:
                continue
            first.lerp_(leaf.grad, 1 - _BETA1)
            second.lerp_(leaf.grad.square(), 1 - _BETA2)
            per_row = [
                t[owner].reshape(-1, *[1] * (value.dim() - 1))
                for t in (rate / correction1, correction2)
            ]
            value -= per_row[0] * first / ((second / per_row[1]).sqrt() + _EPSILON)
        points, widths, colours = self.values
        torch.clamp(widths, self._low, self._high, out=widths)
        colours.clamp_(0.0, 1.0)
        if method.inside is not None:
            points.clamp_(method.inside * self._side, (1 - method.inside) * self._side)


def paint(painter: Painter, work: Work) -> Iterator[State]:
    """Paint one work alone: a state after every step, the last one `final`.

    Whoever iterates may stop at any state: it holds a whole drawing.
    """
    painter.add(work)
    try:
        yield work.state()
        while not work.done:
            painter.step()
            state = work.state()
            if work.done:
                score = painter.judge([state.drawing], work.target)[0]
                state = State(state.step, state.steps, state.drawing, score, final=True)
            yield state
    finally:
        if work in painter.works:
            painter.remove(work)
