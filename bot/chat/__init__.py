"""Everything that uses Discord: the client, messages, screens and commands."""
