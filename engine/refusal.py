"""The one error that is told to people as it is."""


class Refusal(ValueError):
    """Input that cannot be used; the message is one line that says what to do."""
