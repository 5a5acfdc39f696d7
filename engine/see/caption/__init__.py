"""What a caption is made of: nouns, a small grammar, colours that are there, and their vectors."""
