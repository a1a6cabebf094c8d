"""Pictures, made to be read on a phone."""
