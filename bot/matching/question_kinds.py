"""What kind of thing a question asks for: a time, a person, an amount.

"How much is the guest fee" and "when is the guest fee due" share most of their words and want different entries.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.matching.questions import AUXILIARIES

KINDS: Final = {
    "amount": ("how much", "how many", "cost", "costs", "price", "prices", "fee", "fees", "number of", "count"),
    "time": (
        "when", "what time", "what times", "what day", "what date", "which day", "how long", "how often", "how soon",
        "how late", "how early", "hours", "date", "year", "deadline", "time",
    ),
    "person": ("who", "whom", "whose", "name of"),
    "place": ("where", "which place", "location", "address"),
    "reason": ("why", "reason", "how come", "what for"),
    "manner": ("how",),
    "whether": ("can i", "do i", "may i", "am i", "allowed", "is it", "is there", "are there"),
    "thing": ("what", "which"),
}  # fmt: skip
"""Terms that show a kind; the first kind that a question shows is its own."""
OPENS_WHETHER: Final = frozenset([*AUXILIARIES, "may", "am", "any"])
"""Words that show the kind "whether" where a question opens with them."""
_SHOWS: Final = {kind: re.compile(f" (?:{'|'.join(map(re.escape, terms))}) ").search for kind, terms in KINDS.items()}
"""What finds a kind's terms in words that stand between blanks."""


def kind_of(words: Sequence[str]) -> str | None:
    """Return the kind of a question given as words; None if it shows none."""
    text = f" {' '.join(words)} "
    for kind, shows in _SHOWS.items():
        if shows(text) or (kind == "whether" and words and words[0] in OPENS_WHETHER):
            return kind
    return None
