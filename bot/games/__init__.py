"""Games in channels: what hosts the rules of `games/`, and how each game looks in Discord.

`host` runs one game: its log, its clock, its timers. `hall` has all games under way, opens them,
takes them up after a restart and brings presses to them. `posts` are a game's messages, edited
as they change; `whispers` are words for one person alone; `buttons` and `manage` are what every
table has below its messages.

What a game looks like is its presenter (`host.Presenter`): `pictionary` and `duel`, both with the
engine's help by `easel`, and `telephone`, in which people have their `tasks` and the engine makes
`bot_pages`. What is left of a chain is its `album`, which `album_card` shows and `gallery` finds
again. A new game is a presenter and a `hall.Kind` of it.
"""
