"""One module per feature. Each cog parses a command, calls a service, and sends a screen."""
