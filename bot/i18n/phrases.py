"""Lists of words that members may write in any of the bot's languages, whichever the bot speaks with them."""

import unicodedata

from bot.i18n.catalogue import LANGUAGES, _, speaking


def in_all_languages(message: str) -> frozenset[str]:
    """Return the phrases of a list in every language, folded.

    Args:
        message: the English list, separated by commas and marked for translation; each catalogue has its own list.
    """
    listed: set[str] = set()
    for language in LANGUAGES:
        with speaking(language):
            listed |= {folded(phrase) for phrase in _(message).split(",")}
    return frozenset(listed)


def folded(text: str) -> str:
    """Return the words of a text without case, accents and punctuation, separated by single spaces."""
    plain = unaccented(unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def unaccented(text: str) -> str:
    """Return a text without accents and other combining characters: ``Kïm`` becomes ``Kim``."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
