"""Recognising messages in a language that the FAQ doesn't speak.

Chat messages are short, misspelt and full of names, which statistical identification takes for anything. So it is asked
only about messages most of whose words are unknown, without the names, and believed only where it is all but sure.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

RECOGNISED: Final = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko",
    "lt", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""Those of Discord's clients, and four more that are written all over the world."""

FEWEST_WORDS: Final = 3
"""Words, without names, of a message in plain letters of which anything is said."""

MOST_KNOWN: Final = 0.5
"""Share of known words up to which the model is asked."""

LEAST_DOUBT: Final = 0.02
"""Probability of the FAQ's own language, in the model's eyes, above which a message is taken to be in it."""


def other_language(words: Sequence[str], known: Callable[[str], bool], own: str) -> str | None:
    """Return in which other language a message is.

    Args:
        words: of the message, in lower case, without names.
        known: tells of a word whether the FAQ, or its language, has it.
        own: the FAQ's language, one of :data:`RECOGNISED`.

    Returns:
        A code of two letters, one of :data:`RECOGNISED`; None where the message may be in the FAQ's own language.
    """
    text = " ".join(words)
    few = len(words) < FEWEST_WORDS and text.isascii()
    if not words or few or sum(map(known, words)) > MOST_KNOWN * len(words):
        return None
    ranked = _model().rank(text)
    likeliest, _ = ranked[0]
    return likeliest if likeliest != own and dict(ranked).get(own, 0.0) <= LEAST_DOUBT else None


def warm_up() -> None:
    """Load the model now, in most of a second, so that no member waits for it."""
    _model()


@cache
def _model() -> LanguageIdentifier:
    """Load the model: most of a second, so not before it is needed."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(RECOGNISED))
    return model
