"""Characters that show nothing, one or two of each kind, for every place that takes text from people."""

from typing import Final

INVISIBLE: Final = [
    "\x00",  # control characters
    "\x07",
    "\x1b",
    "\x85",
    "\u00ad",  # soft hyphen
    "\u034f",
    "\u061c",  # direction
    "\u200e",
    "\u200f",
    "\u202e",
    "\u2066",
    "\u115f",  # letters that show nothing
    "\u3164",
    "\uffa0",
    "\u180e",  # spaces without width
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u2028",  # line and paragraph separators
    "\u2029",
    "\ufff9",
    "\U000e0001",  # tags
    "\U000e0041",
]
