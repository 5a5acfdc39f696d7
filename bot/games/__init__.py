"""Games in channels: how the rules of `games/` are run, and what each game looks like in Discord.

`table` is what all games share. A `game_runner` runs one game: its log, its clock, its timers.
`open_games` has all that are under way, opens them, takes them up after a restart and brings
presses to them. A game's presenter turns effects into messages (`posts`), or into words for one
person alone (`private_messages`).

`pictionary` holds Pictionary and the duel, `telephone` the chain and its albums. Each has a `kind`
module, and `registry` lists them; docs/third-game.md adds one.
"""
