"""Albums: what is left of finished games, to be shown again, as cards, files and web pages."""
