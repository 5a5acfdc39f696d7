"""Measuring the bot: `python -m bot.bench`."""
