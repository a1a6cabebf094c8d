"""Charts as pictures that can be read on a phone."""
