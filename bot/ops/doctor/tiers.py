"""Which tier of the matcher serves, and what another would gain."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.matching.types import Tier
from bot.ops.doctor.finding import Finding, ok, warning

KINDS: Final[Mapping[Tier, str]] = {
    "lexical": "words and letters alone",
    "static": "word vectors",
    "semantic": "the vectors of a sentence model",
}
RIGHT: Final[Mapping[Tier, int]] = {"lexical": 51, "static": 58, "semantic": 64}
"""Of 100 questions to a new FAQ with three phrasings an entry, how many each tier answers rightly: docs/matching.md."""
MEMORY: Final[Mapping[Tier, int]] = {"lexical": 200, "static": 220, "semantic": 400}
"""Millions of bytes that the whole bot takes with the shipped FAQ while it learns: docs/matching.md."""


def check_tier(serves: Tier, wanted: Tier, left: int | None) -> Iterator[Finding]:
    """Yield what is to be said of the matcher's tier.

    Args:
        serves: the tier that the matcher uses here.
        wanted: the one that the settings ask for.
        left: how many bytes more this process may take; None if unknown.
    """
    what = f"{KINDS[serves]} serve: {RIGHT[serves]} of 100 questions to a new FAQ are answered correctly"
    if wanted != serves:
        what = f"{what}; {KINDS[wanted]}, which CASEBOT_MATCHER={wanted} asks for, can't be used"
        yield warning("matcher", what, "see the log above, which says why")
        return
    others = [
        f"{RIGHT[other]} with {KINDS[other]} (CASEBOT_MATCHER={other}{_needs(other, serves, left)})"
        for other in KINDS
        if RIGHT[other] > RIGHT[serves]
    ]
    yield ok("matcher", "; ".join([what, *others]))


def _needs(other: Tier, serves: Tier, left: int | None) -> str:
    """Return what a tier needs that the one in use does not, and whether it is there."""
    if other != "semantic":
        return ""
    more = MEMORY[other] - MEMORY[serves]
    has = "" if left is None else ", which this machine has" if left >= more * 10**6 else ", which this machine lacks"
    return f"; needs casebot[semantic] and {more} MB more memory{has}"
