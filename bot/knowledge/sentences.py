"""Splitting text into sentences, in any script, so that every uncited statement before a cited one is found.

When in doubt, the rules split. A sentence too many is reported as uncited, and its author can act on that; a sentence
too few would let an uncited statement pass. This is also why these rules replace a library. Of 35 short texts in 13
languages, Unicode's own rules (UAX 29, as in uniseg, 11 MB) split 13 wrongly, sentencex (4 MB) 6, and pysbd (no release
since 2021) 7, mostly by taking two sentences for one.

Ambiguous text counts as one sentence: Thai and Lao, which end sentences with a space, and ``died.she``, which looks
like ``example.org``.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_PLAIN_STOPS: Final = ".!?…"
"""Stops that also occur within sentences: in abbreviations, numbers, addresses and quotations."""

_SENTENCE_TERMINAL: Final = (
    "\u0589\u061d-\u061f\u06d4\u0700-\u0702\u07f9\u0837\u0839\u083d-\u083e\u0964-\u0965\u104a-\u104b\u1362"
    "\u1367-\u1368\u166e\u1735-\u1736\u17d4-\u17d5\u1803\u1809\u1944-\u1945\u1aa8-\u1aab\u1b4e-\u1b4f"
    "\u1b5a-\u1b5b\u1b5e-\u1b5f\u1b7d-\u1b7f\u1c3b-\u1c3c\u1c7e-\u1c7f\u2024\u203c-\u203d\u2047-\u2049"
    "\u2cf9-\u2cfb\u2e2e\u2e3c\u2e53-\u2e54\u2e60-\u2e61\u3002\ua4ff\ua60e-\ua60f\ua6f3\ua6f7\ua876-\ua877"
    "\ua8ce-\ua8cf\ua92f\ua9c8-\ua9c9\uaa5d-\uaa5f\uaaf0-\uaaf1\uabeb\ufe12\ufe15-\ufe16\ufe52\ufe56-\ufe57\uff01"
    "\uff0e\uff1f\uff61"
)
"""The characters with the property Sentence_Terminal in Unicode 17 (PropList.txt), except the stops above and scripts
beyond U+FFFF, which nobody uses to write to a bot."""

_TIBETAN: Final = "\u0f0d-\u0f12"
"""The Tibetan shads, which lack that property."""

_GREEK_QUESTION: Final = r"(?<=[\u0370-\u03ff\u1f00-\u1fff]);"
_OPENING: Final = "\"'\u201c\u2018\u00ab\u2039\u201e([{\u300c\u300e\uff08@#\u00bf\u00a1"
_CLOSING: Final = "\"'\u201d\u2019\u201c\u00bb\u203a)\\]}\u300d\u300f\u3011\uff09"
_STOP: Final = re.compile(
    rf"(?P<stop>[{re.escape(_PLAIN_STOPS)}{_SENTENCE_TERMINAL}{_TIBETAN}]+|{_GREEK_QUESTION})(?P<closing>[{_CLOSING}]*)"
    r"(?P<blank>\s*)"
)
_BULLETS: Final = "-*\u2022\u2023\u25e6\u2013"
_FIRST_BULLET: Final = re.compile(rf"(?:^|[:.!?…]\s+)(?P<bullet>[{re.escape(_BULLETS)}])\s")

_LAST_WORD: Final = re.compile(r"(?<![^\W_])[^\W_]+$")
_NEXT_WORD: Final = re.compile(rf"[{re.escape(_OPENING)}]*(?P<word>[^\W_]+)")
_LONGEST_WORD: Final = 30
"""How many characters before a stop to search for the last word."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_BEFORE_NAMES: Final = _words(
    "Mr Mrs Ms Mx Dr Prof Rev Hon Gov Sen Rep Gen Col Maj Capt Lt Sgt Det Atty St Ft Mt Sra Srta Dra Hr Fr vs"
)
"""Abbreviations before names: a capital letter after them does not begin a sentence."""

_WITHIN: Final = _words(
    "No Nos Nr Art art Sec Vol vol Fig fig pp ca cf approx est etc al Jr Sr Inc Ltd Co Corp Ave Blvd Rd dept",
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat Sun",
    "núm pág págs ud uds tel bzw usw bspw ggf evtl vgl inkl",
)
"""Abbreviations within or at the end of a sentence, which goes on if a lower-case letter or a number follows."""

_BEGINNINGS: Final = _words(
    "He She It They We You I The A An This That These Those There His Her Its Their",
    "Él Ella Ellos Ellas El La Los Las Un Una Su Sus Esto Eso Este Esta Ese Esa",
)
"""Words that begin a sentence after a single letter, which is no initial then: ``It was plan B. She agreed.``"""

_GERMAN_MONTHS: Final = _words(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
)
"""Months, which follow the day's full stop in German: ``am 3. Mai``."""

_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def sentences(text: str) -> list[str]:
    """Split a text into sentences. A list whose lines have been joined is also split before its bullets.

    Args:
        text: prose without citation marks.

    Returns:
        The sentences without surrounding whitespace; empty for a blank text.
    """
    pieces = []
    for item in list_items(text):
        ends = [0, *sentence_ends(item), len(item)]
        pieces += [item[start:end].strip() for start, end in pairwise(ends)]
    return [piece for piece in pieces if piece]


def sentence_ends(text: str) -> Iterator[int]:
    """Yield the positions where sentences end: after the stop and its closing marks, before the whitespace."""
    for found in _STOP.finditer(text):
        if _ends(text, found):
            yield found.end("closing")


def count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces between words, each letter counts as one."""
    return len(_WORD.findall(text))


def list_items(text: str) -> list[str]:
    """Split a list on one line before its bullets: ``- He was 16 - She was not``; other texts are one item."""
    first = _FIRST_BULLET.search(text)
    if not first:
        return [text]
    start = first.start("bullet")
    bullet = re.escape(first["bullet"])
    item, *others = re.split(rf"(?<!\s)\s+(?={bullet}\s)", text[start:])
    return [text[:start] + item, *others]


def _ends(text: str, found: re.Match[str]) -> bool:
    """Return whether a stop ends a sentence.

    Args:
        text: the whole text.
        found: the match of the stop, including closing quotation marks and brackets, and whitespace.
    """
    stop = found["stop"]
    if not set(stop) <= set(_PLAIN_STOPS):
        return True
    last = _LAST_WORD.search(text, max(0, found.start() - _LONGEST_WORD), found.start())
    last_word = last[0] if last else ""
    following = _NEXT_WORD.match(text, found.end())
    next_word = following["word"] if following else ""
    goes_on = next_word[:1].islower()
    if not found["blank"]:
        # A number, an address or an abbreviation; or the author forgot the space.
        begins = text[found.end() : found.end() + 1].isalpha() and (not goes_on or last_word.isdigit())
        return begins and not (stop == "." and _is_letter(last_word))
    if goes_on and (found["closing"] or stop == "…" or stop.endswith("..")):  # "Why?" she asked
        return False
    return stop != "." or not _abbreviated(last_word, next_word)


def _abbreviated(word: str, next_word: str) -> bool:
    """Return whether a full stop belongs to the word before it, so that the sentence goes on with the next word."""
    if _is_letter(word):  # an initial, or "9 a.m. Monday"
        return next_word not in _BEGINNINGS
    if word in _WITHIN:
        return next_word[:1].islower() or next_word[:1].isdigit()
    return word in _BEFORE_NAMES or (word.isdigit() and next_word in _GERMAN_MONTHS)


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()
