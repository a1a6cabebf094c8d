"""The public page: the knowledge base as a static site. Pages are values; only `output` writes files."""
