"""The rules of the games: pure functions `(state, event, now, rng) -> (state, effects)`.

What all games share is there once. `core` says what a game is and how its log is kept; `table`
has the people (`seats`), the clocks (`timers`) and how a game begins, pauses and ends; `turns`
and `scoring` say whose turn it is and what it was worth.

Drawing games add `settings`, `words`, `hints`, `matching`, `blocklist` and `rounds` (a word for a
drawer, a drawing that grows). `pictionary` is a race for the word (`race`), in which the bot may
guess (`guesser`); `duel` sets a person against the bot. `telephone` passes books around the table
(`chain`, `latin`, `pages`) and reveals them (`album`).

A new game is a new module: a frozen `State` that holds a `Table`, its own events and effects, and
`apply`, which gives every event to `table.step` first, answers what is left, and calls
`table.close` when it is over. A `core.Game` of these is all that a host needs.
"""
