"""Answering: from a question to a reply, the same on every surface."""
