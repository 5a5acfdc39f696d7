"""Benchmarks, one module each; `python -m engine bench NAME [--json]` runs them."""
