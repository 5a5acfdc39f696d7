"""The pad inside Discord: an Activity, in which one person draws and the others watch and guess.

Off unless the operator sets `DISCORD_CLIENT_SECRET` and switches Activities on for the application
(docs/operating.md). The game stays where it is: a visitor only draws, or says a guess.
docs: https://docs.discord.com/developers/activities/overview
"""
