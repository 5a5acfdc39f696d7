"""What Discord's protocol allows, and how it writes things down."""
