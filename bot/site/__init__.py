"""The public page: the knowledge base as a static site. Pages are values; nothing here writes files or serves them."""
