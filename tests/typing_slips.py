"""Slips of the finger, the same at every run."""

import random


def slipped(text: str) -> str:
    """Swap two neighbouring letters of a text, or leave one out; which ones hangs on the text alone."""
    draw = random.Random(text)  # noqa: S311 - repeatable, nothing secret
    at = draw.randrange(len(text) - 1)
    if draw.random() < 0.5:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]
