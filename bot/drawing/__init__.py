"""A drawing that somebody asked for: the request, the job that carries it out, how it looks."""
