"""What finished games add up to: the board of a server, a person's figures, the hardest words.

Read from the tables `results` and `turns`; a tie shares a place, and person 0 is the bot.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from bot.store.database import Store

BOT = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What a person's games add up to. place: from 1; won: games in which theirs was the first
    and they had a point.

    best_seconds: their quickest right guess, if there was one.
    """

    place: int
    person: int
    points: int
    games: int
    won: int
    solved: int
    drawn: int
    best_seconds: float | None


@dataclass(frozen=True, slots=True)
class HardWord:
    """A word, how often it was drawn, and how many of those who could guess it did, in [0, 1]."""

    word: str
    times: int
    share: float


_BOARD = """
with lines as (
    select
        person,
        sum(points) as points,
        count(*) as games,
        sum(place = 1 and points > 0) as won,
        sum(solved) as solved,
        sum(drawn) as drawn,
        min(best_seconds) as best_seconds
    from results
    where guild = :guild and at >= :since and (:kind = '' or kind = :kind)
    group by person
)
select rank() over (order by points desc, won desc) as place, *
from lines
order by place, games, person
"""

_HARDEST = """
select
    word,
    count(*) as times,
    1.0 * sum(solvers) / sum(guessers) as share,
    max(at)
from turns
where
    guild = :guild and at >= :since and (:kind = '' or kind = :kind) and word != ''
    and (
        :person is null
        or drawer != :person
        and game in (select game from results where guild = :guild and person = :person)
    )
group by concept
having sum(guessers) > 0 and sum(solvers) < sum(guessers)
order by share, times desc, concept
limit :most
"""


async def board(store: Store, guild: int, *, kind: str = "", since: float = 0.0) -> list[Line]:
    """Everyone who played in a server, best first. kind: a kind of game, "" is all of them."""
    values = {"guild": guild, "kind": kind, "since": since}

    def read(db: Database) -> list[Line]:
        return [Line(**row) for row in db.query(_BOARD, values)]

    return await store.do(read)


async def hardest(
    store: Store,
    guild: int,
    *,
    kind: str = "",
    since: float = 0.0,
    person: int | None = None,
    most: int = 5,
) -> list[HardWord]:
    """The words that the fewest got, hardest first; what everybody got is not among them.

    With `person`: of the games in which they played, and without what they drew themselves.
    """
    values = {"guild": guild, "kind": kind, "since": since, "person": person, "most": most}

    def read(db: Database) -> list[HardWord]:
        return [
            HardWord(row["word"], row["times"], row["share"]) for row in db.query(_HARDEST, values)
        ]

    return await store.do(read)


@dataclass(frozen=True, slots=True)
class Week:
    """What a server did in some days. games, drawings: how many; streak: the longest of daily words
    that goes on, in words; guessers: people and how many words they guessed, the most first."""

    games: int = 0
    drawings: int = 0
    streak: int = 0
    guessers: tuple[tuple[int, int], ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.games or self.drawings or self.streak)


_GAMES = """
select count(*) as n from (
    select game from results where guild = :guild and at >= :since and at < :until
    union
    select game from albums
    where guild = :guild and made >= :since and made < :until
        and json_extract(data, '$.daily') is null
)
"""
_DRAWINGS = """
select count(*) as n from drawings
where guild = :guild and made >= :since and made < :until and state in ('finished', 'stopped')
"""
_STREAK = """
select coalesce(max(days), 0) as n from streaks
where guild = :guild and last >= (select number - 1 from dailies where guild = :guild)
"""
_GUESSERS = """
select person, sum(solved) as solved from results
where guild = :guild and at >= :since and at < :until and person > 0
group by person having sum(solved) > 0
order by sum(solved) desc, min(at) limit :most
"""


async def week(store: Store, guild: int, since: float, until: float, most: int) -> Week:
    """What was done in a server from `since` until `until`, in seconds since the epoch. most: how
    many guessers are told."""
    values = {"guild": guild, "since": since, "until": until, "most": most}

    def read(db: Database) -> Week:
        def number(sql: str) -> int:
            return next(iter(db.query(sql, values)))["n"]

        guessers = tuple((row["person"], row["solved"]) for row in db.query(_GUESSERS, values))
        return Week(number(_GAMES), number(_DRAWINGS), number(_STREAK), guessers)

    return await store.do(read)
