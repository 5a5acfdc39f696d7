"""The rules of the games: pure functions `(state, event, now, rng) -> (state, effects)`.

A room imports only from those above it:

- `core`: what a game is, and how its log is kept.
- `table`: people (`seats`), clocks (`timers`), how a game begins, pauses and ends (`table`), whose
  turn it is (`turns`) and what it was worth (`scoring`).
- `words`: word lists (`lists`), guesses (`matching`), letters given away (`hints`), and words that
  are refused (`blocklist`).
- `drawing`: `pictionary`, a race for the word (`guess_race`) in which the bot may guess
  (`guesser`), and `duel`, a person against the bot. Both have a word, a drawer and a drawing that
  grows (`turn`), and the same `settings`.
- `telephone`: `books` go around the table along a `latin` square; each page is a task
  (`page_events`, `handoff`), and the album is shown page by page (`reveal`).
- `selfplay`: the shell, for play without Discord. It alone may use the engine, a clock and files.

A new game is a new room: a frozen `State` that holds a `Table`, its own events and effects, and
`apply`, which gives every event to `table.step` first, answers what is left, and calls
`table.close` when it is over. A `core.Game` of these is all that a host needs.
"""
