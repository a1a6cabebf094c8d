"""One file a capability; each cog parses, calls the Answerer, renders and sends."""
