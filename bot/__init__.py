"""The bot: Discord and people. It draws through `engine.client` and plays by `games`."""
