"""Everything that touches Discord: the client, messages, screens and commands."""
