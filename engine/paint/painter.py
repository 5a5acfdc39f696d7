"""Painting: gradient descent on strokes until CLIP sees the prompt in every view of them.

This is CLIPDraw's loop (Frans, Soros, Witkowski 2022, section 3) over a batch of paintings. These
join and leave between steps. One painting's random numbers come from its own generator, so that a
drawing does not depend on who else is being painted. Works of other painters
(engine/paint/painters) take turns with the batch, a step at a time.

Strokes, rasteriser, views, critic and optimiser are on the critic's device, whichever that is.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from engine.device import watched
from engine.paint.begin import glimpse, learn
from engine.paint.cpu_parallel import parts, side_by_side
from engine.paint.finishing import Finisher
from engine.paint.jury import Jury
from engine.paint.options import GRADIENT
from engine.paint.painters import find
from engine.paint.painters.way import Commission, Work
from engine.paint.painting import Painting, Part, State
from engine.paint.picture import picture_painting
from engine.paint.presets import HOUSE, Preset
from engine.paint.settling import settle
from engine.paint.spec import DrawingSpec, Settled
from engine.paint.step.batch import Batch, Sent
from engine.paint.step.graph import AFTER, WORTH, Recorder
from engine.paint.step.stopwatch import Marks, Stopwatch
from engine.paint.step.turns import Turns
from engine.paint.styles import styled
from engine.paint.styles.like_picture import Manner, in_manner, manner_of
from engine.paint.views import homographies, look
from engine.raster import pack, rasterise
from engine.see.critic import Critic

VIEWS_AT_ONCE = 64  # that the critic looks at in one go
JUDGING_VIEWS = 16  # fixed views by which beginnings are compared and the result is scored
STRIDE = 5  # steps that an accelerator takes before the host looks, as many as between previews
STRIDE_SECONDS = 0.1  # fewer, where they would take longer


@dataclass(frozen=True, slots=True)
class _Flight:
    """Steps that the device has been asked for: so many of a batch."""

    batch: Batch
    steps: int
    sent: Sent
    marks: Marks


class Painter:
    """Paints any number of paintings together, one step of all at a time."""

    def __init__(self, critic: Critic, preset: Preset = HOUSE) -> None:
        self.critic = critic
        self.preset = preset
        self.side = critic.image_size
        self.views_at_once = VIEWS_AT_ONCE
        self.stopwatch = Stopwatch(critic.device)
        self.paintings: list[Painting] = []  # by gradient, stepped together
        self.works: list[Work] = []  # of other painters, each stepped by itself
        self.stepped: Sequence[Painting | Work] = ()  # in the last step, or the one that broke
        self.stride = STRIDE if self._runs_ahead else 1
        self.taken = 1
        self._batch: Batch | None = None
        self._flight: _Flight | None = None
        self._recorder = Recorder(critic.device)
        self._turns = Turns()

    def begin(
        self,
        spec: DrawingSpec,
        start: Drawing | None = None,
        target: Tensor | None = None,
        picture: Image.Image | None = None,
        pause: Callable[[], None] | None = None,
        style_of: Image.Image | None = None,
        patches: tuple[Image.Image, ...] = (),
    ) -> Painting | Work:
        """A painting for a spec, by the painter that it names; it is painted once it is added.

        start: a drawing to start from instead of a random beginning. target: a unit vector (D,)
        to paint towards instead of the prompt's. picture: an RGB picture to draw; the prompt is but
        its title then. pause: as in step. style_of: an RGB picture whose paper, colours and weight
        of line it is shown in. patches: RGBA pictures to cut up. Raises NoSketcher for one that is
        to begin with a sketch where none can be made, and NotThisPainter.
        """
        settled = settle(
            spec,
            self.critic.name,
            self.preset,
            of_picture=picture is not None,
            of_patches=bool(patches),
        )
        if start is not None:
            start = start.plain or start
        commission = Commission(
            settled,
            self.critic,
            self.judge,
            lambda: self.jury,
            self.preset,
            start,
            target,
            picture,
            patches,
        )
        painting = find(settled.painter).begin(commission, pause)
        if style_of is not None:
            manner = manner_of(style_of)
            if isinstance(painting, Painting) and painting.learns:
                learn(painting, style_of, manner, self.critic, fresh=start is None)
            else:
                painting.manner = manner
        return painting

    def glimpse(self, spec: DrawingSpec) -> State | None:
        """A first picture of what a spec will be, in a fraction of a second; None where it
        does not begin with a sketch."""
        settled = settle(spec, self.critic.name, self.preset)
        drawing = glimpse(self.critic, settled) if settled.painter == GRADIENT else None
        return (
            None if drawing is None else _laid_over(State(0, settled.steps, drawing, 0.0), settled)
        )

    @cached_property
    def jury(self) -> Jury:
        """Who chooses among drawings of the built-in model's."""
        return Jury(self.critic)

    @property
    def under_way(self) -> list[Painting | Work]:
        """All that is being painted."""
        return [*self.paintings, *self.works]

    def add(self, painting: Painting | Work) -> None:
        """Let a painting join at the next step."""
        if isinstance(painting, Work):
            self.works.append(painting)
            return
        self._gather()
        self.paintings.append(painting)
        self._batch = None

    def remove(self, painting: Painting | Work) -> None:
        """Let a painting leave; its strokes stay as they are."""
        if isinstance(painting, Work):
            if painting in self.works:
                self.works.remove(painting)
            return
        self._gather()
        if painting in self.paintings:  # it may just have come to its end
            self.paintings.remove(painting)
        self._batch = None

    def step(self, pause: Callable[[], None] | None = None) -> None:
        """Take the next turn: paint on everything by gradient by a step, on an accelerator by up to
        `stride`, or another painter's work by one; what is done leaves.

        `stepped` says who it was, `taken` how many steps. An accelerator is asked for the next ones
        before those that it has taken are looked at, and so never waits for the host.
        pause: called several times within a step of many views, for what cannot wait so long;
        it must leave the paintings alone.

        Raises ValueError for strokes with numbers that are not finite, DeviceLost, and whatever
        else goes wrong in a step.
        """
        weights: dict[Hashable, int] = {None: len(self.paintings)} if self.paintings else {}
        weights |= dict.fromkeys(self.works, 1)
        if not weights:
            return
        whose = self._turns.next(weights)
        began = time.perf_counter()
        try:
            if isinstance(whose, Work):
                self._advance(whose, pause)
            else:
                self._step_together(pause)
        finally:
            self._turns.took(whose, time.perf_counter() - began, weights[whose])

    def _advance(self, work: Work, pause: Callable[[], None] | None) -> None:
        """A step of another painter's work."""
        self.stepped, self.taken = [work], 1
        self.stopwatch.start()
        with watched(self.critic.device):
            work.advance(pause or (lambda: None))
        work.step += 1
        if work.done:
            self.remove(work)
        self.stopwatch.mark(work.spec.painter)

    def _step_together(self, pause: Callable[[], None] | None) -> None:
        """A step of all that is painted by gradient."""
        self.stepped = list(self.paintings)
        self.stopwatch.start()
        with watched(self.critic.device):
            flight = self._flight or self._launch(pause)
            self._flight = None
            if self._runs_ahead and flight.batch.left > 0:
                self._flight = self._launch(pause)
            self._land(flight, pause)
        self.taken = flight.steps
        self.stopwatch.mark("rest")

    @property
    def _runs_ahead(self) -> bool:
        """Whether the device paintings on while the host looks at what it has done."""
        return self.critic.device.type != "cpu"

    @property
    def records(self) -> bool:
        """Whether steps become graphs, after some."""
        return self._recorder.on

    def _launch(self, pause: Callable[[], None] | None) -> _Flight:
        """Ask the device for some steps, at most until something is to be decided."""
        batch = self._batch = self._batch or Batch(self.paintings, self.side, self.critic)
        self.stopwatch.mark("rest")
        steps = max(1, min(self.stride, batch.left))
        for _ in range(steps):
            if batch.taken == AFTER and batch.left >= WORTH:
                batch.again = self.recorded(batch)
            if batch.again:
                batch.again()
                self.stopwatch.mark("recorded step")
            else:
                self.paint(batch, pause)
            batch.taken += 1
            batch.left -= 1
        sent = batch.send()
        return _Flight(batch, steps, sent, self.stopwatch.take())

    def recorded(self, batch: Batch) -> Callable[[], None] | None:
        """What repeats a step of a batch in one launch; None where that cannot be."""
        if not self.records:
            return None
        # A recorded step has no moments in between that could be timed.
        watch, self.stopwatch = self.stopwatch, Stopwatch()
        try:
            return self._recorder.record(lambda: self.paint(batch))
        finally:
            self.stopwatch = watch

    def paint(self, batch: Batch, pause: Callable[[], None] | None = None) -> None:
        """One step of a batch, from the device to the device: nothing is copied or waited for."""
        images = batch.render()
        self.stopwatch.mark("rasterise")
        scores = self._look_back(batch, images, pause)
        batch.update(scores)
        self.stopwatch.mark("optimiser")

    def _land(self, flight: _Flight, pause: Callable[[], None] | None) -> None:
        """Learn what some steps have come to, and decide what is due."""
        batch = flight.batch
        problem = batch.arrive(flight.sent)
        seconds = self.stopwatch.book(flight.marks) / flight.steps
        if self._runs_ahead and seconds > 0:
            self.stride = max(1, min(STRIDE, int(STRIDE_SECONDS / seconds)))
        if problem:
            raise ValueError(problem)
        for painting in batch.paintings:
            if painting not in self.paintings:
                continue
            trial_over = painting.step >= painting.preset.trial * painting.spec.steps
            for part in painting.parts:
                part.best = max(part.restarts, key=lambda restart: restart.score)
                if trial_over and len(part.restarts) > 1 and not painting.done:
                    self._choose(painting, part, pause)
            patience = painting.preset.patience
            settled = len(painting.restarts) == len(painting.parts)
            if patience and settled and all(a.idle >= patience for a in painting.restarts):
                painting.steps = painting.step
            if painting.done:
                self.remove(painting)
        if batch.left <= 0:
            self._batch = None

    def _gather(self) -> None:
        """Learn what is under way, before paintings join or leave. What breaks in it breaks again
        in the next step."""
        flight, self._flight = self._flight, None
        if flight:
            with contextlib.suppress(ValueError):
                self._land(flight, None)

    @torch.no_grad()
    def judge(
        self,
        drawings: Sequence[Drawing],
        target: Tensor,
        views: int = JUDGING_VIEWS,
        pause: Callable[[], None] | None = None,
    ) -> list[float]:
        """Mean cosine of each drawing to the target over the same fixed views; pause as in step."""
        matrices = homographies(torch.Generator().manual_seed(0), views, self.preset.look)
        scores: list[float] = []
        at_once = max(1, self.views_at_once // views)
        for first in range(0, len(drawings), at_once):
            if pause:
                pause()
            some = [d.scaled(self.side) for d in drawings[first : first + at_once]]
            images, ground = self._rendered(some)
            of_all = matrices.expand(len(images), *matrices.shape)
            seen = look(images, of_all, ground, self.critic.view_size).flatten(0, 1)
            cosines = self.critic.encode_images(seen) @ target.to(self.critic.device)
            scores += cosines.reshape(-1, views).mean(1).tolist()
        return scores

    def _rendered(self, drawings: Sequence[Drawing]) -> tuple[Tensor, Tensor]:
        """Drawings on canvases of the painter's side as images (N, 3, S, S), and their grounds."""
        points, widths, colours, layout, ground = pack(drawings, device=self.critic.device)
        images = rasterise(points, widths, colours, layout, ground)
        for i, drawing in enumerate(drawings):
            if drawing.patches:  # of which the rasteriser knows nothing
                shown = np.asarray(to_image(drawing, self.side), np.float32) / 255
                images[i] = torch.from_numpy(shown).permute(2, 0, 1).to(images.device)
        return images, ground

    def finish(self, painting: Painting | Work, pause: Callable[[], None] | None = None) -> State:
        """A painting's last state: strokes that do not matter left out, lines tidied, the best of
        several restarts, coloured in where it is a marker's; the score by fixed views."""
        return in_style(self._finished(painting, pause), painting)

    def _finished(self, painting: Painting | Work, pause: Callable[[], None] | None) -> State:
        if isinstance(painting, Work):
            return painting.finish(pause or (lambda: None))
        if painting.parts[0].goal:
            target = painting.parts[0].target
            return picture_painting.finish(
                painting, lambda d: self.judge([d], target, pause=pause)[0]
            )
        return Finisher(self.critic, self.judge, lambda: self.jury, pause).finish(painting)

    def _look_back(self, batch: Batch, images: Tensor, pause: Callable[[], None] | None) -> Tensor:
        """Views, critic, loss, backward. Returns each restart's mean cosine to its prompt, (B,)."""
        seen = []
        for members, views in batch.schedule.views():
            whose = images if members is None else images.index_select(0, members)
            ground = batch.background
            ground = ground if members is None else ground.index_select(0, members)
            seen.append(look(whose, views, ground, self.critic.view_size).flatten(0, 1))
        who, shown = batch.who, torch.cat(seen)
        self.stopwatch.mark("augment")
        # The critic takes some views at a time, which bounds its memory and the wait for a pause;
        # the loss is a sum over views, so the gradients are the same.
        apart, gradient = shown.detach(), torch.empty_like(shown)
        totals = apart.new_zeros(len(batch.restarts))

        def look_at(some: slice) -> tuple[Tensor, Stopwatch]:
            watch = self.stopwatch.another()
            leaf = apart[some].requires_grad_()
            vectors = self.critic.encode_images(leaf)  # (V, D)
            watch.mark("critic forward")
            share = batch.share[some]
            cosines = (vectors * batch.targets[who[some]]).sum(1) * share
            loss = -cosines.sum()
            for term in batch.view_terms:
                loss = loss + term(vectors, some, share)
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
            totals.index_add_(0, who[first:last], torch.cat([c for c, _ in looked]))
            self.stopwatch.mark("critic backward")
        (of_images,) = torch.autograd.grad(shown, images, gradient)
        if batch.pixels:
            of_images = of_images + batch.pixels.pull(images)
        if batch.style:
            of_images = of_images + batch.style.pull(images)
        self.stopwatch.mark("augment")
        images.backward(of_images)
        self.stopwatch.mark("rasterise")
        return totals

    def _choose(self, painting: Painting, part: Part, pause: Callable[[], None] | None) -> None:
        """Keep the restart that the jury likes best, or without one the fixed views."""
        drawings = [restart.drawing(self.side) for restart in part.restarts]
        if painting.sketched:
            best = int(self.jury.worth(drawings, part.target).argmax())
        else:
            best = int(np.argmax(self.judge(drawings, part.target, pause=pause)))
        part.choose(part.restarts[best])
        self._batch = None


def in_style(state: State, painting: Painting | Work) -> State:
    """A state as people see it: in the style of strokes or the manner of a picture that is wanted,
    if any is."""
    return _laid_over(state, painting.spec, painting.manner)


def _laid_over(state: State, spec: Settled, manner: Manner | None = None) -> State:
    """In a style, fillings and order would be of strokes that are not there any more."""
    if not state.drawing.strokes:
        return state
    # Before the end nobody is shown the frames of a film.
    made = state.frames if state.final else ()
    if not spec.look:
        if manner is None:
            return state
        frames = tuple(replace(in_manner(one, manner), plain=None) for one in made)
        return replace(state, drawing=in_manner(state.drawing, manner), frames=frames)
    drawing = styled(state.drawing, spec.look, spec.seed)
    frames = tuple(replace(styled(one, spec.look, spec.seed), plain=None) for one in made)
    return replace(state, drawing=drawing, fillings=0, order=(), frames=frames)


def paint(painter: Painter, painting: Painting | Work) -> Iterator[State]:
    """Paint one painting alone: a state after every step, the last one `final`.

    Whoever iterates may stop at any state: it holds a whole drawing.
    """
    painter.add(painting)
    try:
        yield in_style(painting.state(), painting)
        while not painting.done:
            painter.step()
            if painting.done:
                yield painter.finish(painting)
            else:
                yield in_style(painting.state(), painting)
    finally:
        if painting in painter.under_way:
            painter.remove(painting)
