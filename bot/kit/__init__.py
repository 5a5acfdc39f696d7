"""What every part of the bot uses to talk with people: messages, forms, errors, untrusted text."""
