"""Charts as pictures that can be read on a phone.

They are drawn by Matplotlib, which is an extra: with what it needs it is larger than the rest of the bot, and the text
beside every picture says the same. It is imported when the first picture is drawn.
"""

from importlib.util import find_spec
from typing import Final

EXTRA: Final = "casebot[charts]"


def installed() -> bool:
    """Return whether pictures can be drawn: whether the extra is installed."""
    return find_spec("matplotlib") is not None
