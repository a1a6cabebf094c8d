"""From a question to a reply, whatever the surface."""
