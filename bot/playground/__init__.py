"""The playground: a small stand-in for Discord, for trying, showing and testing the bot.

It speaks Discord's HTTP API v10 and its gateway, so an unmodified discord.py client connects
to it, and it serves a web page on which people meet the bot. Everything lives in memory
and, where it is given a folder, in a file there (`storage`). Pages cited as `docs: …` are under https://docs.discord.com/developers/.
"""
