"""One file a capability; each cog parses, calls a service, renders and sends."""
