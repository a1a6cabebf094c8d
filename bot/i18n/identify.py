"""Recognizing messages in a language other than the FAQ's.

Chat messages are short, misspelled and full of names, which statistical models mistake for other languages. So the
model is asked only if most words of a message, other than names, are unknown, and believed only if it is almost
certain.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

from bot.memory import give_back

RECOGNIZED: Final = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko",
    "lt", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""The languages of Discord's clients, and four more that are written around the world."""

FEWEST_WORDS: Final = 3
"""The fewest words, without names, for which the language of an ASCII message is identified."""

MOST_KNOWN: Final = 0.5
"""The largest share of known words for which the model is asked."""

LEAST_DOUBT: Final = 0.02
"""If the model gives the FAQ's language a higher probability, the message is taken to be in that language."""


LEAST_SURE: Final = 0.9
"""The lowest probability with which the language of a longer text is believed."""


def other_language(words: Sequence[str], known: Callable[[str], bool], own: str) -> str | None:
    """Return the language of a message if it isn't the FAQ's.

    Args:
        words: the words of the message in lower case, without names.
        known: returns whether a word is in the FAQ or its language.
        own: the FAQ's language, one of :data:`RECOGNIZED`.

    Returns:
        A code of two letters, one of :data:`RECOGNIZED`; None if the message may be in the FAQ's language.
    """
    text = " ".join(words)
    few = len(words) < FEWEST_WORDS and text.isascii()
    if not words or few or sum(map(known, words)) > MOST_KNOWN * len(words):
        return None
    ranked = _model().rank(text)
    likeliest, _ = ranked[0]
    return likeliest if likeliest != own and dict(ranked).get(own, 0.0) <= LEAST_DOUBT else None


def language_of(text: str) -> str | None:
    """Return the language of a text of some length, one of :data:`RECOGNIZED`; None if it is not sure."""
    likeliest, probability = _model().rank(text)[0]
    return str(likeliest) if probability >= LEAST_SURE else None


def warm_up() -> None:
    """Load the model now, which takes almost a second, so that no member waits for it."""
    _model()


@cache
def _model() -> LanguageIdentifier:
    """Return the model; the first call takes almost a second to load it."""
    ptc, pc, classes, nextmove, row, output = load_model(MODEL_DIR / MODEL_FILE)
    # As LanguageIdentifier.set_languages does it, which keeps the weights of all languages too: 28 MB.
    ours = [number for number, language in enumerate(classes) if language in RECOGNIZED]
    named = [classes[number] for number in ours]
    model = LanguageIdentifier(ptc[:, ours], pc[ours], named, nextmove, output, norm_probs=True, tk_row=row)
    del ptc
    give_back()
    return model
