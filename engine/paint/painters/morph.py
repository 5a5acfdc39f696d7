"""A film: one drawing becomes the next, through drawings that are each something.

Each frame has its own point on the arc between two texts' embeddings, starts from where the frame
before it has got to, and is pulled by gradient towards that point. Where it starts: the built-in
model sketches every frame from the same noise (engine/paint/sketch/sketch_path.py), so that
strokes travel; with other models, and from a drawing that is given, the drawings of the prompts
come first, and their strokes are matched and interpolated (engine/canvas/morphing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.canvas.morphing import Pair, between, paired
from engine.canvas.tidy import tidy
from engine.paint.begin import begin, outlines
from engine.paint.colour.blend import blended
from engine.paint.colour.colour_words import uncoloured
from engine.paint.colour.colouring import coloured
from engine.paint.colour.palette import palette
from engine.paint.finishing import Finisher
from engine.paint.options import FRAMES, MAX_MORE
from engine.paint.painters.likeness import likeness
from engine.paint.painters.way import Commission, Given, Pause, Way, Work
from engine.paint.painting import State
from engine.paint.presets import HOUSE
from engine.paint.sketch.sketch_path import best_noise, sketched
from engine.paint.sketch.sketches import plain
from engine.paint.spec import Settled
from engine.paint.start_strokes import cover
from engine.paint.step.optimiser import adam
from engine.raster import Layout, pack, rasterise, unpack
from engine.see.critic import POCKET

STEPS = 60  # of descent on the frames from one drawing to the next, all together
RATE = 0.004  # of points, as a share of the canvas's side
_OWN = 20  # steps of descent on a sketch that is a prompt's own
_KEPT = 0.9  # of what descent has made of a frame, in the next one
_SETTLES = 0.3  # share of the way, at its end, in which that fades out where the end is given


@dataclass(frozen=True, slots=True)
class Act:
    """One step's work: on all sketches, on a prompt's drawing, or on a frame on the way to one.

    corner: the number of the prompt. share: of the way to its drawing, in (0, 1].
    first, last: of the steps on the same thing.
    """

    kind: Literal["sketches", "corner", "frame"]
    corner: int = 0
    share: float = 1.0
    first: bool = True
    last: bool = True


class Morph(Work):
    """A film under way: `frames` are done, `now` is what is worked at."""

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission)
        spec, critic = self.spec, commission.critic
        self._side = critic.image_size
        prompts = [spec.prompt, *spec.more]
        texts = [spec.model_copy(update={"prompt": prompt}).sentence for prompt in prompts]
        targets = critic.encode_text(texts)
        if commission.target is not None:
            targets[0] = self.target
        self._corners: list[Drawing | None] = [None] * len(prompts)
        given = commission.start and commission.start.fitted(self._side)
        if given is None and len(prompts) == 1:  # it comes out of scribbles
            given = self._scribbles()
        if given and len(prompts) == 1:
            prompts, targets = prompts * 2, targets[[0, 0]]
            self._corners.append(None)
        self._corners[0] = given and replace(given, patches=())
        self._prompts, self._targets = prompts, targets
        self._sketched = critic.name == POCKET and spec.ink != "paint"
        self._flowing = self._sketched and given is None
        self._acts = self._planned()
        self.steps = len(self._acts)
        self.now = self._corners[0] or Drawing(self._side, self._side)
        self.frames = [] if self._corners[0] is None else [self.now]
        self._lines = self.now  # what is worked at, before it is coloured in
        self._sketches: list[Drawing] = []  # of every frame, where the sketcher draws all
        self._moments: list[Tensor] = []
        self._taken = 0  # steps of descent on what is worked at
        self._pairs: dict[int, list[Pair]] = {}

    def _planned(self) -> list[Act]:
        ways = len(self._prompts) - 1
        frames = self.spec.frames or 1 + ways * (FRAMES - 1)
        inner = max(ways, frames - len(self._prompts))
        acts = [Act("sketches")] if self._flowing else []
        for corner in range(len(self._prompts)):
            if not self._flowing and self._corners[corner] is None:
                each = 1 if self._sketched else 2 * self.spec.steps
                acts += _repeated(Act("corner", corner), each)
            if corner:
                count = inner // ways + (corner <= inner % ways)
                each = max(1, round(self.spec.steps / count))
                for frame in range(1, count + 1):
                    acts += _repeated(Act("frame", corner, frame / (count + 1)), each)
            if self._flowing:
                acts += _repeated(Act("frame", corner), min(_OWN, self.spec.steps))
        return acts

    def _scribbles(self) -> Drawing:
        random = torch.Generator().manual_seed(self.spec.seed)
        s = cover(random, self.spec.strokes, self._side, self.spec.ink != "paint")
        layout = Layout(s.segments, np.array([len(s.segments)]), self._side, self._side)
        return unpack(s.points, s.widths, s.colours, layout, s.background)[0]

    def advance(self, pause: Pause) -> None:
        act = self._acts[self.step]
        if act.kind == "sketches":
            self._sketch_all(pause)
        elif act.kind == "frame":
            self._step_frame(act)
        elif self._sketched:
            self.now = self._lines = self._sketch(act.corner, pause)
        else:
            self._lines = self._scribbles() if act.first else self._lines
            self._descend(self._targets[act.corner], HOUSE.rates, act.first)
            self.now = self._lines
        if not act.last:
            return
        if act.kind == "corner":
            self._corners[act.corner] = self.now
            if act.corner == 0:
                self.frames.append(self.now)
        elif act.kind == "frame":
            self.now = self._coloured(act)
            self.frames.append(self.now)
            following = self._acts[self.step + 1 : self.step + 2]
            arrived = not following or following[0].corner > act.corner
            if arrived and not self._flowing:
                self.now = self._corner(act.corner)
                self.frames.append(self.now)

    def _sketch_all(self, pause: Pause) -> None:
        """What every frame begins as."""
        names = [plain(uncoloured(prompt)) for prompt in self._prompts]
        vectors = self.commission.critic.encode_text(names)
        ways = [(act.corner, act.share) for act in self._acts if act.kind == "frame" and act.last]
        path = [arc(vectors[max(0, end - 1)], vectors[end], share) for end, share in ways]
        lines, jury = outlines(self.spec), self.commission.jury()
        noise = best_noise(jury, vectors, lines, self.spec.seed, self._side, pause)
        self._sketches = sketched(torch.stack(path), noise, lines, self._side, pause)
        self.now = self._lines = self._sketches[0]

    def _sketch(self, corner: int, pause: Pause) -> Drawing:
        """A prompt's drawing as the built-in model has it: the best of many, coloured in."""
        commission = self.commission
        update = {"prompt": self._prompts[corner], "begin": "sketch"}
        spec = self.spec.model_copy(update=update)
        jury = commission.jury()
        painting = begin(commission.critic, jury, spec, commission.preset, pause=pause)
        finisher = Finisher(commission.critic, commission.judge, commission.jury, pause)
        return finisher.finish(painting).drawing

    def _step_frame(self, act: Act) -> None:
        if act.first:
            self._lines = self._begun(act)
        before = self._targets[max(0, act.corner - 1)]
        target = arc(before, self._targets[act.corner], act.share)
        self._descend(target, (RATE, 0.0, 0.0), act.first)
        if not self._flowing or self.spec.ink != "marker":
            self.now = self._lines

    def _begun(self, act: Act) -> Drawing:
        """Where a frame starts from: its own sketch, or strokes on their way, and what descent has
        made of the frame before."""
        number = len(self.frames)
        if self._flowing:
            own = self._sketches[number]
            if number == 0:
                return own
            return _carried(own, self._lines, self._sketches[number - 1], _KEPT)
        before, after = self._corner(act.corner - 1), self._corner(act.corner)
        if act.corner not in self._pairs:
            self._pairs = {act.corner: paired(before, after)}
        pairs = self._pairs[act.corner]
        there = between(pairs, before, after, act.share)
        previous = self._acts[self.step - 1] if self.step else act
        if previous.kind != "frame" or previous.corner != act.corner or not self.step:
            return there
        kept = min(1.0, (1 - act.share) / min(_SETTLES, 1 - previous.share))
        return _carried(there, self._lines, between(pairs, before, after, previous.share), kept)

    def _coloured(self, act: Act) -> Drawing:
        """A frame that the sketcher has drawn, coloured in where it is a marker's."""
        if not self._flowing or self.spec.ink != "marker":
            return self._lines
        critic, seed = self.commission.critic, self.spec.seed
        before = self._prompts[max(0, act.corner - 1)]
        first, last = (palette(critic, text, seed) for text in (before, self._prompts[act.corner]))
        lines = tidy(self._lines)
        left = self.spec.strokes - len(lines.strokes)
        return coloured(lines, blended(first, last, act.share), max(1, left))

    def _descend(self, target: Tensor, rates: tuple[float, float, float], first: bool) -> None:
        """One step of Adam on what is worked at. rates: see Preset; colours move in paint alone."""
        device = self.commission.critic.device
        packed = pack([self._lines], device=device)
        leaves = [packed.points, packed.widths, packed.colours]
        if first:
            self._moments = [torch.zeros_like(leaf) for leaf in leaves for _ in range(2)]
            self._taken = 0
        for leaf in leaves:
            leaf.requires_grad_()
        images = rasterise(*leaves, packed.layout, packed.background)
        random = torch.Generator().manual_seed((self.spec.seed * 1_000_003 + self.step) % 2**63)
        views = HOUSE.views if self.spec.augment else 0
        scores = likeness(
            self.commission.critic, images, target[None], random, views, packed.background
        )
        gradients = torch.autograd.grad(-scores.sum(), leaves)
        self._taken += 1
        free = self.spec.ink == "paint"
        paces = (rates[0] * self._side, rates[1] * self._side, rates[2] if free else 0.0)
        for n, (leaf, gradient, pace) in enumerate(zip(leaves, gradients, paces, strict=True)):
            moments = self._moments[2 * n], self._moments[2 * n + 1]
            rows = torch.ones(len(leaf), device=device)
            adam(leaf.detach(), gradient, moments, pace * rows, self._taken * rows)
        points, widths, colours = (leaf.detach() for leaf in leaves)
        if rates[1]:
            low, high = HOUSE.widths if free else HOUSE.pen_widths
            widths = widths.clamp(self._side * low, self._side * high)
        (self._lines,) = unpack(points, widths, colours, packed.layout, packed.background)
        self.score = float(scores.detach()[0])

    def _corner(self, number: int) -> Drawing:
        drawing = self._corners[number]
        if drawing is None:
            raise ValueError(f"drawing {number} of a film is needed before it is made")
        return drawing

    def drawing(self) -> Drawing:
        return self.now

    def state(self) -> State:
        return replace(super().state(), frames=tuple(self.frames))

    def finish(self, pause: Pause) -> State:
        (score,) = self.commission.judge([self.now], self._targets[-1], pause=pause)
        return replace(self.state(), score=score, final=True)

    def arrays(self) -> dict[str, np.ndarray]:
        kept = {f"moment {n}": v.cpu().numpy().copy() for n, v in enumerate(self._moments)}
        known = [n for n, corner in enumerate(self._corners) if corner is not None]
        kept |= {"taken": np.array(self._taken), "known": np.array(known, np.int64)}
        groups = {
            "now": [self.now],
            "lines": [self._lines],
            "frames": self.frames,
            "sketches": self._sketches,
            "corners": [self._corner(n) for n in known],
        }
        for name, drawings in groups.items():
            kept |= {f"{name} {part}": values for part, values in _flat(drawings).items()}
        return kept

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        device = self.commission.critic.device
        count = sum(name.startswith("moment ") for name in arrays)
        moments = (torch.from_numpy(arrays[f"moment {n}"].copy()) for n in range(count))
        self._moments = [moment.to(device) for moment in moments]
        self._taken = int(arrays["taken"])
        (self.now,) = _drawings(arrays, "now", self._side)
        (self._lines,) = _drawings(arrays, "lines", self._side)
        self.frames = _drawings(arrays, "frames", self._side)
        self._sketches = _drawings(arrays, "sketches", self._side)
        corners = _drawings(arrays, "corners", self._side)
        for n, corner in zip(arrays["known"].tolist(), corners, strict=True):
            self._corners[n] = corner


def _repeated(act: Act, times: int) -> list[Act]:
    return [replace(act, first=n == 0, last=n == times - 1) for n in range(times)]


def arc(first: Tensor, last: Tensor, share: float) -> Tensor:
    """The unit vector (D,) so far on the arc between two others (slerp, Shoemake 1985)."""
    angle = torch.arccos((first @ last).clamp(-1, 1))
    if float(angle) < 1e-3:
        return last
    near, far = torch.sin((1 - share) * angle), torch.sin(share * angle)
    return (near * first + far * last) / torch.sin(angle)


def _carried(plain_: Drawing, stepped: Drawing, earlier: Drawing, share: float) -> Drawing:
    """A drawing with so large a share of what descent made of the earlier one."""
    strokes = []
    for one, moved, before in zip(plain_.strokes, stepped.strokes, earlier.strokes, strict=True):
        ways = zip(one.points, moved.points, before.points, strict=True)
        points = tuple(
            (x + share * (to_x - from_x), y + share * (to_y - from_y))
            for (x, y), (to_x, to_y), (from_x, from_y) in ways
        )
        strokes.append(replace(one, points=points))
    return replace(plain_, strokes=tuple(strokes))


def _flat(drawings: Sequence[Drawing]) -> dict[str, np.ndarray]:
    """Drawings on canvases of one size, in arrays that lose nothing."""
    if not drawings:
        return {}
    points, widths, colours, layout, grounds = pack(drawings, torch.float64)
    parts = {"points": points, "widths": widths, "colours": colours, "grounds": grounds}
    flat = {name: values.numpy().copy() for name, values in parts.items()}
    return flat | {"segments": layout.segments.copy(), "strokes": layout.strokes.copy()}


def _drawings(arrays: dict[str, np.ndarray], name: str, side: int) -> list[Drawing]:
    """What `_flat` made arrays of."""
    if f"{name} strokes" not in arrays:
        return []
    points, widths, colours, grounds = (
        torch.from_numpy(arrays[f"{name} {part}"].copy())
        for part in ("points", "widths", "colours", "grounds")
    )
    layout = Layout(arrays[f"{name} segments"], arrays[f"{name} strokes"], side, side)
    return unpack(points, widths, colours, layout, grounds)


def _load(spec: Settled, _: Given) -> float:
    return 1 + spec.strokes / 256


WAY = Way(lambda commission, _: Morph(commission), STEPS, _load, ink=None, most=MAX_MORE)
