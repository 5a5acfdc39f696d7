"""The daily word in Discord."""

from importlib import resources

from bot import texts

texts.add(resources.files(__name__) / "texts")
