"""Painting: gradient descent on strokes until CLIP sees the prompt in every view of them.

This is CLIPDraw's loop (Frans, Soros, Witkowski 2022, section 3) over a batch of works. Works
join and leave between steps. One work's random numbers come from its own generator, so that a
drawing does not depend on who else is being painted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.batch import Batch
from engine.paint.begin import begin, glimpse
from engine.paint.cpu_parallel import parts, side_by_side
from engine.paint.finishing import Finisher
from engine.paint.jury import Jury
from engine.paint.painting import Part, State, Work
from engine.paint.picture import picture_painting
from engine.paint.presets import HOUSE, Method
from engine.paint.settling import settle
from engine.paint.spec import Commission
from engine.paint.stopwatch import Stopwatch
from engine.paint.views import homographies, look
from engine.raster import pack, rasterise
from engine.see.critic import Critic

VIEWS_AT_ONCE = 64  # that the critic looks at in one go
JUDGING_VIEWS = 16  # fixed views by which beginnings are compared and the result is scored


class Painter:
    """Paints any number of works together, one step of all at a time."""

    def __init__(self, critic: Critic, method: Method = HOUSE) -> None:
        self.critic = critic
        self.method = method
        self.side = critic.image_size
        self.views_at_once = VIEWS_AT_ONCE
        self.stopwatch = Stopwatch()
        self.works: list[Work] = []
        self._batch: Batch | None = None

    def commission(
        self,
        wish: Commission,
        start: Drawing | None = None,
        target: Tensor | None = None,
        picture: Image.Image | None = None,
        pause: Callable[[], None] | None = None,
    ) -> Work:
        """A work for a commission; it is painted once it is added.

        start: a drawing to start from instead of a random beginning. target: a unit vector (D,)
        to paint towards instead of the prompt's. picture: an RGB picture to draw; the prompt is but
        its title then. pause: as in step. Raises NoSketcher for one that is to begin with a sketch
        where none can be made.
        """
        wish = settle(wish, self.critic.name, self.method, of_picture=picture is not None)
        if picture is not None:
            return picture_painting.begin_with(self.critic, wish, picture, start, target, pause)
        jury = self.jury if wish.begin == "sketch" else None
        return begin(self.critic, jury, wish, self.method, start, target, pause)

    def glimpse(self, wish: Commission) -> State | None:
        """A first picture of what a commission will be, in a fraction of a second; None where it
        does not begin with a sketch."""
        settled = settle(wish, self.critic.name, self.method)
        drawing = glimpse(self.critic, settled)
        return None if drawing is None else State(0, settled.steps, drawing, 0.0)

    @cached_property
    def jury(self) -> Jury:
        """Who chooses among drawings of the built-in model's."""
        return Jury(self.critic)

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
        batch = self._batch = self._batch or Batch(self.works, self.side, self.critic.scale)
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
            trial_over = work.step >= work.method.trial * work.commission.steps
            for part in work.parts:
                part.best = max(part.attempts, key=lambda attempt: attempt.score)
                if trial_over and len(part.attempts) > 1 and not work.done:
                    self._choose(part, pause)
            patience = work.method.patience
            settled = len(work.attempts) == len(work.parts)
            if patience and settled and all(a.idle >= patience for a in work.attempts):
                work.steps = work.step
            if work.done:
                self.remove(work)
        self.stopwatch.mark("rest")

    @torch.no_grad()
    def judge(
        self,
        drawings: Sequence[Drawing],
        target: Tensor,
        views: int = JUDGING_VIEWS,
        pause: Callable[[], None] | None = None,
    ) -> list[float]:
        """Mean cosine of each drawing to the target over the same fixed views; pause as in step."""
        matrices = homographies(torch.Generator().manual_seed(0), views, self.method.look)
        scores: list[float] = []
        at_once = max(1, self.views_at_once // views)
        for first in range(0, len(drawings), at_once):
            if pause:
                pause()
            packed = pack([d.scaled(self.side) for d in drawings[first : first + at_once]])
            points, widths, colours, layout, ground = packed
            images = rasterise(points, widths, colours, layout, ground)
            some = matrices.expand(len(images), *matrices.shape)
            seen = look(images, some, ground, self.critic.view_size).flatten(0, 1)
            cosines = self.critic.encode_images(seen) @ target
            scores += cosines.reshape(-1, views).mean(1).tolist()
        return scores

    def finish(self, work: Work, pause: Callable[[], None] | None = None) -> State:
        """A work's last state: strokes that do not matter left out, lines tidied, the best of
        several attempts, coloured in where it is a marker's; the score by fixed views."""
        if work.parts[0].goal:
            target = work.parts[0].target
            return picture_painting.finish(work, lambda d: self.judge([d], target, pause=pause)[0])
        return Finisher(self.critic, self.judge, lambda: self.jury, pause).finish(work)

    def _look_back(
        self, batch: Batch, images: Tensor, pause: Callable[[], None] | None
    ) -> list[float]:
        """Views, critic, loss, backward. Returns each attempt's mean cosine to its prompt."""
        groups: dict[int, list[int]] = {}
        for i, attempt in enumerate(batch.attempts):
            groups.setdefault(attempt.views.shape[1], []).append(i)
        seen, owner = [], []
        for count, members in groups.items():
            views = torch.stack([batch.views_of(i) for i in members])
            index = torch.tensor(members)
            part = look(images[index], views, batch.background[index], self.critic.view_size)
            seen.append(part.flatten(0, 1))
            owner.append(index.repeat_interleave(count))
        who, shown = torch.cat(owner), torch.cat(seen)
        self.stopwatch.mark("augment")
        # The critic takes some views at a time, which bounds its memory and the wait for a pause;
        # the loss is a sum over views, so the gradients are the same.
        apart, gradient = shown.detach(), torch.empty_like(shown)
        share = 1.0 / torch.bincount(who)[who].to(apart)
        totals = torch.zeros(len(batch.attempts))

        def look_at(some: slice) -> tuple[Tensor, Stopwatch]:
            watch = Stopwatch()
            leaf = apart[some].requires_grad_()
            vectors = self.critic.encode_images(leaf)  # (V, D)
            watch.mark("critic forward")
            cosines = (vectors * batch.targets[who[some]]).sum(1) * share[some]
            loss = -cosines.sum()
            for term in batch.view_terms:
                loss = loss + term(vectors, who[some], share[some])
            (gradient[some],) = torch.autograd.grad(loss, leaf)
            watch.mark("critic backward")
            return cosines.detach(), watch

        threads = torch.get_num_threads() if self.critic.device.type == "cpu" else 1
        for first in range(0, len(who), self.views_at_once):
            if pause and first:
                pause()
                self.stopwatch.start()
            last = min(first + self.views_at_once, len(who))
            looked = side_by_side(look_at, parts(first, last, threads))
            self.stopwatch.divide([watch for _, watch in looked])
            totals.index_add_(0, who[first:last], torch.cat([c for c, _ in looked]).cpu())
            self.stopwatch.mark("critic backward")
        (of_images,) = torch.autograd.grad(shown, images, gradient)
        if batch.pixels:
            of_images = of_images + batch.pixels.pull(images)
        self.stopwatch.mark("augment")
        images.backward(of_images)
        self.stopwatch.mark("rasterise")
        return totals.tolist()

    def _choose(self, part: Part, pause: Callable[[], None] | None) -> None:
        """Keep the attempt that the fixed views like best."""
        drawings = [attempt.drawing(self.side) for attempt in part.attempts]
        scores = self.judge(drawings, part.target, pause=pause)
        part.choose(part.attempts[int(np.argmax(scores))])
        self._batch = None


def paint(painter: Painter, work: Work) -> Iterator[State]:
    """Paint one work alone: a state after every step, the last one `final`.

    Whoever iterates may stop at any state: it holds a whole drawing.
    """
    painter.add(work)
    try:
        yield work.state()
        while not work.done:
            painter.step()
            yield painter.finish(work) if work.done else work.state()
    finally:
        if work in painter.works:
            painter.remove(work)
