"""PageSocket at the playground's page, and what they may do."""
