"""Breeding without Discord: one person chooses by number, or the critic does.

Played by the rules as a bot's host does, in a time of its own that jumps over waits.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.album import family_tree
from engine.album.family import Family, Member
from engine.canvas.breeding import children
from engine.canvas.drawing import Drawing, InvalidDrawing
from engine.canvas.render import to_png
from engine.canvas.sheet import numbered
from engine.canvas.svg import to_svg
from engine.client import EngineClient, EngineRefused
from engine.paint.spec import DrawingSpec
from games.breeding.breeding import (
    BREEDING,
    BreedOn,
    BreedSettings,
    Like,
    LitterBorn,
    LitterRequested,
    LitterScored,
    Open,
    ScoresRequested,
    State,
)
from games.breeding.litter import LITTER
from games.core import Effect, Entry, Event, Play, UnreadableLog, decode, encode, replay
from games.selfplay.engines import Refusal
from games.table.table import TimerFired

HOST = "host"
RECORD = "breeding.json"
SHORT = 60
"""Steps of descent of a short painting, where the model makes no sketches."""

_COLUMNS = 3


@dataclass
class Bred:
    """A game of breeding under way: its log, and its drawings by reference. client: of the engine
    that sketches the first nine and is the critic; children need none."""

    seed: int
    client: EngineClient | None = None
    play: Play[State] = field(init=False)
    log: list[Entry] = field(default_factory=list[Entry])
    drawings: dict[str, Drawing] = field(default_factory=dict[str, Drawing])

    def __post_init__(self) -> None:
        self.play = Play(BREEDING, str(self.seed), BREEDING.initial)

    @property
    def state(self) -> State:
        return self.play.state

    @property
    def family(self) -> Family:
        """All generations, as the tree shows them."""
        rows = tuple(
            tuple(
                Member(self.drawings[reference], parents)
                for reference, parents in zip(litter.drawings, litter.parents, strict=True)
            )
            for litter in self.state.litters
        )
        return Family(self.state.settings.prompt, rows, self.state.winner)

    @property
    def _engine(self) -> EngineClient:
        if self.client is None:
            raise RuntimeError("there is no engine to ask")
        return self.client

    async def begin(self, settings: BreedSettings) -> None:
        """The first generation. Raises EngineError."""
        await self._do(Open(HOST, settings))
        await self._do(TimerFired("begin"))

    async def choose(self, numbers: tuple[int, ...]) -> None:
        """The next generation: children of these drawings, numbered from 1, of the newest one.
        Raises Refusal."""
        at = len(self.state.litters) - 1
        most = len(self.state.litters[-1].drawings)
        if self.play.over or at + 1 >= self.state.settings.generations:
            raise Refusal(f"there are {at + 1} generations, as many as can be: begin anew")
        for number in dict.fromkeys(numbers):
            if not 1 <= number <= most:
                raise Refusal(f"--choose: generation {at + 1} has drawings 1 to {most}")
            await self._do(Like(HOST, at, number - 1))
        await self._do(BreedOn(HOST))

    async def by_itself(self) -> None:
        """One more generation, or the end, as the critic likes. Raises EngineError."""
        due = self.play.due
        if due is None:
            raise RuntimeError("the rules wait for nothing")
        await self._do(TimerFired(due[0]))

    async def _do(self, event: Event) -> None:
        due = self.play.due
        now = due[1] if isinstance(event, TimerFired) and due is not None else self.play.now
        self.play, effects = self.play.step(event, now)
        self.log.append(Entry(self.play.now, event))
        for effect in effects:
            answer = await self._answer(effect)
            if answer is not None:
                await self._do(answer)

    async def _answer(self, effect: Effect) -> Event | None:
        match effect:
            case LitterRequested():
                return await self._litter(effect)
            case ScoresRequested(generation=generation, drawings=references):
                prompt = self.state.settings.prompt
                shares = [
                    await self._engine.judge(self.drawings[one], prompt) for one in references
                ]
                return LitterScored(generation, tuple(shares))
            case _:
                return None  # for people

    async def _litter(self, asked: LitterRequested) -> LitterBorn:
        kin: tuple[tuple[int, ...], ...] = ()
        if asked.parents:
            parents = [self.drawings[reference] for _, reference, _ in asked.parents]
            weights = [weight for _, _, weight in asked.parents]
            numbers = [number for number, _, _ in asked.parents]
            born = children(parents, LITTER - 1, asked.seed, weights)
            drawn = [parents[0], *(child for child, _ in born)]
            kin = ((numbers[0],), *(tuple(numbers[i] for i in of) for _, of in born))
        else:
            drawn = await self._first(asked.seed)
        references = tuple(f"{asked.generation + 1}.{n + 1}" for n in range(len(drawn)))
        self.drawings.update(zip(references, drawn, strict=True))
        return LitterBorn(asked.generation, references, kin)

    async def _first(self, seed: int) -> list[Drawing]:
        settings = self.state.settings
        if not settings.ink:
            try:
                return await self._engine.sketches(
                    settings.prompt, strokes=settings.strokes, seed=seed, count=LITTER
                )
            except EngineRefused as refused:
                if refused.code != "no_sketcher":
                    raise
        drawn: list[Drawing] = []
        for number in range(LITTER):
            spec = DrawingSpec(
                prompt=settings.prompt,
                strokes=settings.strokes,
                steps=SHORT,
                seeds=1,
                ink=settings.ink or None,  # type: ignore[arg-type]
                seed=seed + number,
            )
            events = self._engine.draw(spec, client=HOST, every=SHORT)
            drawn += [event.drawing async for event in events if event.type == "finished"]
        return drawn


def write(bred: Bred, out: Path) -> list[str]:
    """Everything there is of a game, in a folder; the names of the files. The record comes last."""
    out.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    for at, litter in enumerate(bred.state.litters):
        sheet = numbered([bred.drawings[one] for one in litter.drawings], _COLUMNS)
        names.append(f"generation-{at + 1:02}.png")
        (out / names[-1]).write_bytes(to_png(sheet, 768))
    (out / "tree.png").write_bytes(family_tree.picture(bred.family))
    names.append("tree.png")
    if bred.state.winner is not None:
        generation, number = bred.state.winner
        best = bred.drawings[bred.state.litters[generation].drawings[number]]
        (out / "favourite.svg").write_text(to_svg(best), "utf-8")
        (out / "favourite.png").write_bytes(to_png(best))
        names += ["favourite.svg", "favourite.png"]
    record = {
        "seed": bred.seed,
        "settings": asdict(bred.state.settings),
        "log": [json.loads(encode(BREEDING, entry)) for entry in bred.log],
        "drawings": {key: drawing.to_dict(2) for key, drawing in bred.drawings.items()},
    }
    fresh = (out / RECORD).with_suffix(".part")
    fresh.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    fresh.replace(out / RECORD)
    return [*names, RECORD]


def read(out: Path) -> Bred:
    """The game that lies in a folder. Raises Refusal where there is none, or it cannot be read."""
    path = out / RECORD
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        bred = Bred(int(record["seed"]))
        bred.log = [decode(BREEDING, json.dumps(line)) for line in record["log"]]
        bred.drawings = {
            key: Drawing.from_dict(drawing) for key, drawing in record["drawings"].items()
        }
        bred.play, _ = replay(BREEDING, str(bred.seed), bred.log)
        known = {one for litter in bred.state.litters for one in litter.drawings}
        if not known or not known <= set(bred.drawings):
            raise UnreadableLog("its drawings are missing")
    except FileNotFoundError as missing:
        raise Refusal(f"{out} has no drawings to choose from: begin with a prompt") from missing
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidDrawing) as problem:
        raise Refusal(f"{path} cannot be read: {problem}") from problem
    return bred
