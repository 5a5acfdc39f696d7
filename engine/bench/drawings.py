"""Drawings for benches: painted as people get them, some at once, and kept in a folder.

A kept drawing is a file with its spec and its strokes, so that a bench that was stopped goes on
where it was, and other judges can look at the same drawings.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from engine.canvas.drawing import Drawing
from engine.paint.painter import Painter
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic

AT_ONCE = 8  # painted together


class WrongFolder(ValueError):
    """A kept drawing that another model or another spec made; the message names its file."""


def draw_all(
    critic: Critic, specs: Sequence[DrawingSpec], keep: Path | None = None
) -> list[Drawing]:
    """The finished drawings of specs, idle strokes left out, in their order.

    keep: a folder (made if need be) from which those that are there already are taken, and in
    which each new one is stored as soon as it is done. Raises WrongFolder, OSError.
    """
    drawn: dict[int, Drawing] = {}
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        for i, spec in enumerate(specs):
            path = keep / _name(spec)
            if path.exists():
                drawn[i] = _read(path, critic.name, spec)
    todo = [i for i in range(len(specs)) if i not in drawn]
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{len(todo)} drawings", total=len(todo))
        for i, drawing in _paint(critic, specs, todo):
            drawn[i] = drawing
            if keep:
                _store(keep / _name(specs[i]), critic.name, specs[i], drawing)
            bar.advance(task)
    return [drawn[i] for i in range(len(specs))]


def is_kept(keep: Path, spec: DrawingSpec) -> bool:
    """Whether `draw_all` would find this drawing in the folder."""
    return (keep / _name(spec)).exists()


def _paint(
    critic: Critic, specs: Sequence[DrawingSpec], todo: Sequence[int]
) -> Iterator[tuple[int, Drawing]]:
    """Whatever is done next: a place in `specs` and its drawing. A place that gets free is
    taken at once; what a drawing becomes does not depend on who else is painted."""
    painter, waiting, under_way = Painter(critic), list(reversed(todo)), {}
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            number = waiting.pop()
            painting = painter.begin(specs[number])
            under_way[number] = painting
            painter.add(painting)
        painter.step()
        for number, painting in list(under_way.items()):
            if painting.done:
                del under_way[number]
                yield number, painter.finish(painting).drawing


def _name(spec: DrawingSpec) -> str:
    """A file's name: the prompt for people, and what tells all specs apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", spec.prompt.lower()).strip("-")[:40]
    digest = hashlib.blake2b(
        json.dumps(_said(spec), ensure_ascii=False, separators=(",", ":")).encode(), digest_size=4
    ).hexdigest()
    return f"{slug}-{spec.strokes}-{spec.ink}-{digest}.json"


def _said(spec: DrawingSpec) -> dict[str, Any]:
    """A spec as it is kept: what drawings from before there were painters say too."""
    return spec.model_dump(mode="json", exclude=spec.unsaid)


def _store(path: Path, model: str, spec: DrawingSpec, drawing: Drawing) -> None:
    fresh = path.with_suffix(".new")
    kept = {"model": model, "spec": _said(spec), "drawing": drawing.to_dict()}
    fresh.write_text(json.dumps(kept, separators=(",", ":")), "utf-8")
    fresh.replace(path)


def _read(path: Path, model: str, spec: DrawingSpec) -> Drawing:
    try:
        kept = json.loads(path.read_text("utf-8"))
        of = kept["spec"] if "spec" in kept else kept["wish"]  # its name until version 0.1
        if kept["model"] != model or of != _said(spec):
            raise WrongFolder(f"{path} was drawn by {kept['model']} or for another spec")
        return Drawing.from_dict(kept["drawing"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, WrongFolder):
            raise
        raise WrongFolder(f"{path} holds no kept drawing: {error}") from error
