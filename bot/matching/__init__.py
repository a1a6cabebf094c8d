"""From text to ranked entries to a decision. Pure: imports neither Discord, nor the knowledge base, nor the store."""
