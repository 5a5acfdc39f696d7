"""Which version this is. The package, `penguess --version`, the API and the bot read it here."""

VERSION = "0.2.0"
