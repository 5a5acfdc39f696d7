"""What many games of the bot with itself tell: after how many strokes, and how much of the ink, the
other one names a word."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.album import Wording, chart
from games.core import encode
from games.drawing.pictionary import PICTIONARY
from games.selfplay.race import Race, RaceSpec, Round

TENTHS = tuple(range(1, 11))


@dataclass(frozen=True, slots=True)
class Kept:
    """A game that lies in a folder."""

    spec: RaceSpec
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Games that were drawn alike.

    `strokes` were asked for, `drawn` is how many the drawings have, in the middle: idle ones are
    left out. `named` is in how many rounds the other named the word; `at` and `share` are the
    quartiles of the strokes and the ink that were there, among these. `first` is in how many the
    word ever was the likeliest to it, and `first_share` the median of the ink then. `by_tenth` is
    the share of all rounds in which that had happened when so many tenths of the ink were there.
    """

    ink: str
    strokes: int
    rounds: int
    drawn: float
    named: int
    at: tuple[float, ...]
    share: tuple[float, ...]
    first: int
    first_share: float | None
    by_tenth: tuple[float, ...]


def path(out: Path, spec: RaceSpec) -> Path:
    """Where a game lies."""
    return out / f"{spec.ink}-{spec.strokes}" / f"{spec.seed:03}.json"


def write(race: Race, out: Path) -> None:
    """A game: its spec, its rounds and its log."""
    record = {
        "spec": asdict(race.spec),
        "rounds": [asdict(one) for one in race.rounds],
        "log": [json.loads(encode(PICTIONARY, entry)) for entry in race.log],
    }
    target = path(out, race.spec)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".part")
    fresh.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    fresh.replace(target)


def kept(out: Path) -> Iterator[Kept]:
    """The games in a folder; what cannot be read is left out."""
    for file in sorted(out.glob("*/*.json")):
        try:
            record = json.loads(file.read_text("utf-8"))
            rounds = tuple(Round(**one | {"said": tuple(one["said"])}) for one in record["rounds"])
            yield Kept(RaceSpec(**record["spec"]), rounds)
        except (OSError, ValueError, KeyError, TypeError):
            continue


def rows(games: Iterable[Kept]) -> tuple[Row, ...]:
    """The rows of the table, by ink and strokes, and one of all rounds where there are several."""
    alike: dict[tuple[str, int], list[Round]] = {}
    for game in games:
        alike.setdefault((game.spec.ink, game.spec.strokes), []).extend(game.rounds)
    found = [_row(ink, strokes, some) for (ink, strokes), some in sorted(alike.items()) if some]
    if len(found) > 1:
        found.append(_row("all", 0, [one for some in alike.values() for one in some]))
    return tuple(found)


def by_word(games: Iterable[Kept]) -> list[tuple[str, int, int, float | None]]:
    """Each word, in how many rounds it was drawn and named, and the mean share of the ink at
    which it was; those named most and soonest first."""
    seen: dict[str, list[Round]] = {}
    for game in games:
        for one in game.rounds:
            seen.setdefault(one.word, []).append(one)
    found = [
        (word, len(some), len(there), statistics.fmean(there) if there else None)
        for word, some in seen.items()
        for there in [[one.ink for one in some if one.ink is not None]]
    ]
    return sorted(found, key=lambda row: (-row[2] / row[1], row[3] or 1.0, row[0]))


def plot(found: Sequence[Row], people: Sequence[float] | None) -> bytes:
    """PNG: the share of rounds in which the word had been the likeliest, by tenths of the ink.

    people: the same of people's drawings, as `bench replay --json` tells it in `by_tenth`.
    """
    curves: dict[str, Sequence[float | None]] = {
        f"{row.ink}, {row.strokes} strokes": row.by_tenth for row in found if row.strokes
    }
    if people is not None:
        curves["people's drawings"] = people
    said = Wording(page="tenths of the ink", similarity="share named so far")
    return chart.curves(curves, wording=said, first=1)


def people_in(file: Path) -> tuple[float, ...]:
    """`by_tenth` of a report of `bench replay --json`. Raises OSError, ValueError."""
    try:
        told: Any = json.loads(file.read_text("utf-8"))["ink"]["by_tenth"]
        return tuple(float(share) for share in told)
    except (KeyError, TypeError) as problem:
        raise ValueError("it is no report of `bench replay --json`") from problem


def _row(ink: str, strokes: int, rounds: Sequence[Round]) -> Row:
    at = [float(one.at) for one in rounds if one.at is not None]
    shares = [one.ink for one in rounds if one.ink is not None]
    firsts = [one.first_ink for one in rounds if one.first_ink is not None]
    return Row(
        ink,
        strokes,
        len(rounds),
        statistics.median(one.strokes for one in rounds),
        len(at),
        _quartiles(at),
        _quartiles(shares),
        len(firsts),
        statistics.median(firsts) if firsts else None,
        tuple(
            round(sum(share <= tenth / 10 + 1e-9 for share in firsts) / len(rounds), 4)
            for tenth in TENTHS
        ),
    )


def _quartiles(values: Sequence[float]) -> tuple[float, ...]:
    """The three quartiles; empty if there is nothing."""
    if len(values) < 2:
        return tuple(values) * 3
    return tuple(round(value, 4) for value in statistics.quantiles(values, n=4))
