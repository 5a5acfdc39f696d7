"""What is kept, in one SQLite file: see database.py and schema.py."""
