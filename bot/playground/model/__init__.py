"""The playground's state: people, channels, messages, files, and the clock."""
