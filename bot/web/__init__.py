"""The bot's own web server: health, metrics, and what other rooms serve."""
