"""What a painter is: something that is given a commission and moves a drawing on, step by step.

A painter's module holds a `WAY`. Its `begin` makes a `Work` of a commission, and that one can be
stepped, looked at, stopped, saved and taken up again. Works are stepped one at a time, between
the steps of all others (engine/paint/step/turns.py); the gradient painter's are `Painting`s
instead, which are stepped together.
"""

from __future__ import annotations

import importlib.util
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.finishing import Scores
from engine.paint.jury import Jury
from engine.paint.options import Ink
from engine.paint.painting import Painting, State
from engine.paint.presets import Preset
from engine.paint.spec import Settled
from engine.paint.styles.like_picture import Manner
from engine.refusal import Refusal
from engine.see.critic import POCKET, Critic

Pause = Callable[[], None]


@dataclass(frozen=True)
class Commission:
    """What a painter is given.

    judge: as Painter.judge, scores drawings by fixed views. jury: the second opinion, made when it
    is first asked for. preset: the numbers of painting by gradient. start: a drawing to go on from,
    such as the last preview of one that was interrupted. target: a unit vector (D,) to paint
    towards instead of the prompt's. picture: an RGB picture to draw; only ways that draw pictures
    are given any. patches: RGBA pictures to cut up, for ways that cut pictures up.
    """

    spec: Settled
    critic: Critic
    judge: Scores
    jury: Callable[[], Jury]
    preset: Preset
    start: Drawing | None = None
    target: Tensor | None = None
    picture: Image.Image | None = None
    patches: tuple[Image.Image, ...] = ()

    def towards(self) -> Tensor:
        """The unit vector (D,) to paint towards, on the critic's device."""
        if self.target is not None:
            return self.target.to(self.critic.device)
        return self.critic.encode_text([self.spec.sentence])[0]


@dataclass(frozen=True, slots=True)
class Given:
    """Which things a commission has beside its spec: strokes to start from, a picture to draw, a
    picture to draw like."""

    start: bool = False
    picture: bool = False
    style: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A work on its way to another process: all that changes while it is painted."""

    step: int
    steps: int
    score: float
    arrays: dict[str, np.ndarray]


class Work(ABC):
    """A drawing under way. `step` of `steps` are done; a painter may lower `steps` to end early.

    score: mean cosine between prompt and views of the drawing as it stands, in [-1, 1]. manner: of
    a picture, in which it is shown; no matter for the painter.
    """

    manner: Manner | None = None

    def __init__(self, commission: Commission) -> None:
        self.commission = commission
        self.spec = commission.spec
        self.target = commission.towards()
        self.step = 0
        self.steps = commission.spec.steps
        self.score = 0.0

    @property
    def done(self) -> bool:
        return self.step >= self.steps

    @abstractmethod
    def advance(self, pause: Pause) -> None:
        """One step, well below a second where that can be; `self.step` is counted by the caller.

        pause: to be called about ten times a second, for what cannot wait so long. Raises whatever
        goes wrong: only this drawing ends by it.
        """

    @abstractmethod
    def drawing(self) -> Drawing:
        """The drawing as it stands, on a canvas of any size."""

    @abstractmethod
    def arrays(self) -> dict[str, np.ndarray]:
        """All that `advance` changes, in copies; with `restore` the work goes on as it would have.

        Chance too: keep the state of a generator, or seed one by the number of the step.
        """

    @abstractmethod
    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over what `arrays` gave, of a work that was begun from the same commission."""

    def state(self) -> State:
        """How it stands."""
        return State(self.step, self.steps, self.drawing(), self.score)

    def finish(self, pause: Pause) -> State:
        """The last state. This one scores the drawing by fixed views and asks the jury, as for
        drawings by gradient; a painter that tidies up does so before."""
        return self.last_state(self.drawing(), pause)

    def last_state(self, drawing: Drawing, pause: Pause) -> State:
        """A last state with this drawing. The jury has learned from lines, and sees nothing in
        pictures: of these there is no opinion."""
        commission = self.commission
        (score,) = commission.judge([drawing], self.target, pause=pause)
        opinion = None
        of_lines = not drawing.patches
        if of_lines and commission.critic.name == POCKET and commission.target is None:
            opinion = commission.jury().opinion(drawing, self.target)
        state = State(self.step, self.steps, drawing, score, final=True)
        return replace(state, opinion=opinion)

    def save(self) -> Saved:
        """The work as it stands, in copies."""
        return Saved(self.step, self.steps, self.score, self.arrays())

    def resume(self, saved: Saved) -> None:
        """Put a work that has just been begun to where another one was."""
        self.step, self.steps, self.score = saved.step, saved.steps, saved.score
        self.restore(saved.arrays)


class NoWeights(Refusal):
    """A painter whose weights are not there; the message says where they are to be put."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a painter needs and does not come along: `files` in a folder that an environment
    variable names, and a package of the extra `baselines` that reads them."""

    variable: str
    package: str
    files: tuple[str, ...]

    @property
    def missing(self) -> str | None:
        """What there is to do first, in a line; None where all is there."""
        if importlib.util.find_spec(self.package) is None:
            return f"install {self.package}: pip install 'penguess[baselines]'"
        folder = os.environ.get(self.variable, "")
        if not folder or not all((Path(folder) / name).is_file() for name in self.files):
            return f"let {self.variable} name a folder with {' and '.join(self.files)}"
        return None

    def read(self, reader: Callable[[str], Any]) -> Any:
        """What a reader makes of the folder. Raises NoWeights where that cannot be."""
        if self.missing:
            raise NoWeights(f"weights are wanted that do not come along: {self.missing}")
        folder = os.environ[self.variable]
        try:
            return reader(folder)
        except Exception as error:  # whatever another package makes of any file
            said = " ".join(str(error).split())[:200]
            raise NoWeights(f"{self.variable}: {folder} cannot be read: {said}") from error


@dataclass(frozen=True, slots=True)
class Way:
    """A painter, as the registry finds it.

    begin: makes a work of a commission; pause as in Work.advance. steps: where a spec names no
    number. load: of a settled spec and what is given with it: what a step costs beside that of a
    drawing by gradient with one beginning and few strokes, which is 1. So many are painted at once
    as the sum allows, in time and in memory. ink: where a spec names none;
    None leaves it to the model. draws_pictures: whether a commission may have a picture to draw.
    most: further prompts that a spec may have, after the first. cuts_up: whether a commission may
    have patches. weights: those that it needs and that do not come along.
    """

    begin: Callable[[Commission, Pause | None], Work | Painting]
    steps: int
    load: Callable[[Settled, Given], float]
    ink: Ink | None = "paint"
    draws_pictures: bool = False
    most: int = 0
    cuts_up: bool = False
    weights: Weights | None = None
