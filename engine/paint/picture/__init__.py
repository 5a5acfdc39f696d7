"""Drawing a given picture: traced with fillings and lines, and painted on from there."""
