"""The rules of the games: pure functions `(state, event, now, rng) -> (state, effects)`."""
