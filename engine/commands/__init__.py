"""What `penguess draw`, `guess`, `caption` and `serve` do: a module each, imported when called."""


def reason(error: Exception) -> str:
    """Why something failed, without the path that an OSError repeats."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
