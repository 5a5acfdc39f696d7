"""The bot: Discord and people. It draws through `engine.client` and plays by the rules of `games`.

A room imports only from those below it:

- `command_line`, `app`, `web`: run it, put it together, serve its web pages.
- `commands`: a file for each slash command.
- `games`: `pictionary` and `telephone` in Discord, listed in `registry`.
- `client`: the connection to Discord, with typed services. It imports no command and no game.
- `games.table`: what every game needs: `game_runner`, `open_games`, the lobby, the menu, the desk.
- `drawing`: a request, the job that carries it out, how it looks, what is kept of it.
- `pad`: the page on which people draw by hand.
- `pictures`, `store`: processes that make and open pictures; one SQLite file.
- `kit`: messages, forms, errors, untrusted text, metrics. `texts`: everything it says.

`playground` is a Discord to try the bot in and to test against; it knows nothing of the bot.
"""
