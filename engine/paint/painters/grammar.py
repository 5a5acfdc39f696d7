"""Strokes written by small recurrent networks, a population of which evolves.

A neural visual grammar (Fernando, Eslami, Alayrac, Mirowski, Banarse, Osindero: Generative Art
Using Neural Visual Grammars and Dual Encoders, 2021): what evolves is not the strokes but a network
that writes them, in two storeys. The upper one reads a word of numbers for each figure and says
where the figure is, how large and how turned; the lower one writes the strokes of each figure, one
after the other. All figures are written by the same lower network, so they are alike.
"""

from __future__ import annotations

import numpy as np
import torch

from engine.canvas.drawing import Drawing
from engine.paint.painters.way import Commission, Pause, Way, Work
from engine.paint.population import Fitness, Population
from engine.paint.start_strokes import from_drawing
from engine.paint.step.tournament import Tournament

NETWORKS = 64
"""In the population."""
FIGURE = 4
"""Strokes of a figure."""

_HIDDEN, _WORD = 12, 8
_SPREAD = 0.3  # of a child's numbers around its parent's, at first
_NEAR = 0.1  # the same, and of the first networks, where there are strokes to go on from
_ALONE = 0.3  # of the canvas: how far from the middle figures lie
_SIZES = (0.06, 0.3)  # of the canvas: half a figure's side
_EDGE = 0.03  # of the canvas, that stays free
_PEN = 0.03  # of the canvas: the width of a pen's strokes
_THINNEST = 0.005  # of the canvas
_PAINT = (0.022, 0.2)  # of the canvas: widths of paint


class Grammar:
    """Networks of one shape. A network is `size` numbers of about unit size."""

    def __init__(self, strokes: int, free: bool) -> None:
        self.strokes, self.free = strokes, free
        self.figures = -(-strokes // FIGURE)
        self._out = 8 + (5 if free else 0)
        h = _HIDDEN
        self._shapes: dict[str, tuple[int, ...]] = {
            "words": (self.figures, _WORD),
            "memory": (h, h),
            "read": (_WORD, h),
            "said": (h, _WORD),
            "seed": (_WORD, h),
            "carry": (h, h),
            "before": (self._out, h),
            "bias": (h,),
            "write": (h, self._out),
            "rest": (self._out,),
        }
        self.size = sum(int(np.prod(shape)) for shape in self._shapes.values())
        pieces = [np.full(int(np.prod(s)), i) for i, s in enumerate(self._shapes.values())]
        # The words of different figures are passed on apart from each other.
        pieces[0] = len(pieces) + np.repeat(np.arange(self.figures), _WORD)
        self.pieces = np.concatenate(pieces).astype(float)

    def written(self, networks: np.ndarray) -> Population:
        """What networks (P, size) write."""
        count, parts, at = len(networks), dict[str, np.ndarray](), 0
        for name, shape in self._shapes.items():
            size = int(np.prod(shape))
            flat = networks[:, at : at + size].reshape(count, *shape)
            scale = 1.0 if len(shape) == 1 or name == "words" else shape[0] ** -0.5
            parts[name], at = flat * scale, at + size
        hidden = np.zeros((count, _HIDDEN))
        found: list[np.ndarray] = []
        for figure in range(self.figures):
            word = parts["words"][:, figure]
            hidden = np.tanh(_times(hidden, parts["memory"]) + _times(word, parts["read"]))
            told = word + _times(hidden, parts["said"])
            found += self._figure(parts, told)
        lines = np.stack(found[: self.strokes], 1)  # (P, S, 8 or 13)
        points = torch.from_numpy(lines[..., :8].reshape(count, -1, 2)).clamp(_EDGE, 1 - _EDGE)
        if self.free:
            share = torch.from_numpy((lines[..., 8:] + 1) / 2)
            low, high = _PAINT
            widths = low + (high - low) * share[..., 4].square()
            colours = torch.cat((share[..., :3], 0.3 + 0.7 * share[..., 3:4]), -1)
        else:
            widths = torch.full((count, self.strokes), _PEN)
            colours = torch.tensor([0.0, 0.0, 0.0, 1.0]).expand(count, self.strokes, 4)
        return Population(points, widths, colours, np.ones(self.strokes, np.int64))

    def _figure(self, parts: dict[str, np.ndarray], told: np.ndarray) -> list[np.ndarray]:
        """The strokes of a figure, each (P, 8 or 13): points in shares of the canvas, then inks."""
        place = 0.5 + _ALONE * np.tanh(told[:, :2])
        low, high = _SIZES
        size = (low + (high - low) / (1 + np.exp(-told[:, 2])))[:, None]
        cos, sin = np.cos(2 * told[:, 3])[:, None] * size, np.sin(2 * told[:, 3])[:, None] * size
        state = np.tanh(_times(told, parts["seed"]))
        line = np.zeros((len(told), self._out))
        strokes: list[np.ndarray] = []
        for _ in range(FIGURE):
            state = np.tanh(
                _times(state, parts["carry"]) + _times(line, parts["before"]) + parts["bias"]
            )
            line = np.tanh(_times(state, parts["write"]) + parts["rest"])
            x, y = line[:, 0:8:2], line[:, 1:8:2]
            turned = np.stack((x * cos - y * sin, x * sin + y * cos), -1) + place[:, None]
            strokes.append(np.concatenate((turned.reshape(len(told), 8), line[:, 8:]), 1))
        return strokes


class Written(Work):
    """A population of networks under way; the drawing is what the best of them writes.

    A drawing to go on from cannot be read back into a network: its strokes are then moved by as
    much as the network's strokes have moved since the beginning.
    """

    def __init__(self, commission: Commission) -> None:
        super().__init__(commission)
        spec, start = self.spec, commission.start
        self._start = _Moved(start, spec.ink != "paint") if start and start.strokes else None
        strokes = self._start.strokes if self._start else spec.strokes
        self._grammar = Grammar(strokes, spec.ink == "paint")
        rng = np.random.default_rng((spec.seed, 0))
        apart, spread = (_NEAR, _NEAR) if self._start else (1.0, _SPREAD)
        self._evolving = Tournament(rng, NETWORKS, self._grammar.pieces, apart, spread)
        self._fitness = Fitness(commission.critic, spec, self.target)

    def advance(self, pause: Pause) -> None:
        worth, likeness = self._fitness(self._made(self._evolving.points), self.step, pause)
        self.score = float(likeness.max())
        self._evolving.tell(np.random.default_rng((self.spec.seed, self.step + 1)), worth)

    def _made(self, networks: np.ndarray) -> Population:
        written = self._grammar.written(networks)
        if self._start is None:
            return written
        return self._start.by(written, self._grammar.written(np.zeros((1, self._grammar.size))))

    def drawing(self) -> Drawing:
        (drawn,) = self._made(self._evolving.best[None]).drawings(self.commission.critic.image_size)
        return drawn

    def arrays(self) -> dict[str, np.ndarray]:
        return self._evolving.arrays()

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._evolving.restore(arrays)


class _Moved:
    """The strokes of a drawing, to be moved as others move."""

    def __init__(self, drawing: Drawing, pen: bool) -> None:
        began = from_drawing(drawing, 1, pen)
        self._began = began
        self.strokes = len(began.segments)
        # Where each of its points lies along the four of the stroke that it follows.
        along = [np.linspace(0, 3, 3 * int(count) + 1) for count in began.segments]
        first = np.concatenate([np.full(len(t), 4 * i) for i, t in enumerate(along)])
        at = np.concatenate(along)
        low = np.minimum(at.astype(int), 2)
        self._before = torch.from_numpy(first + low)
        self._share = torch.from_numpy(at - low)[:, None]

    def by(self, now: Population, then: Population) -> Population:
        """The strokes moved, widened and coloured by what lies between (1) `then` and (P) `now`."""
        moved = now.points - then.points
        before, after = moved[:, self._before], moved[:, self._before + 1]
        points = self._began.points + (1 - self._share) * before + self._share * after
        points = points.clamp(_EDGE, 1 - _EDGE)
        widths = (self._began.widths + now.widths - then.widths).clamp_min(_THINNEST)
        colours = (self._began.colours + now.colours - then.colours).clamp(0, 1)
        return Population(points, widths, colours, self._began.segments)


def _times(rows: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """(P, A) by (P, A, B): each row by its own matrix."""
    return np.einsum("pa,pab->pb", rows, matrices)


def _begin(commission: Commission, pause: Pause | None) -> Work:
    del pause  # it takes no longer than a step
    return Written(commission)


WAY = Way(_begin, steps=150, load=lambda spec, _: 4.0 + spec.strokes / 128, ink="pen")
