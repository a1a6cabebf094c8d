"""Text -> sentences, in any script, so that no statement hides in front of a cited one.

The rules lean to splitting. A sentence too many is reported as lacking its mark, and its author can act on that; one
too few would let an uncited statement pass. For the same reason this is a table of rules and no library: of 35 short
texts in 13 languages, Unicode's own rules (UAX 29, by uniseg, 11 MB) split 13 wrongly, sentencex (4 MB) 6 and pysbd
(without a release since 2021) 7, mostly by taking two sentences for one.

What no rule can tell is taken for one sentence: Thai and Lao, which end sentences with a blank, and ``died.she``, which
looks like ``example.org``.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_PLAIN_STOPS: Final = ".!?…"
"""Stops that may stand inside a sentence too: in an abbreviation, a number, an address, a quotation."""

_SENTENCE_TERMINAL: Final = (
    "\u0589\u061d-\u061f\u06d4\u0700-\u0702\u07f9\u0837\u0839\u083d-\u083e\u0964-\u0965\u104a-\u104b\u1362"
    "\u1367-\u1368\u166e\u1735-\u1736\u17d4-\u17d5\u1803\u1809\u1944-\u1945\u1aa8-\u1aab\u1b4e-\u1b4f"
    "\u1b5a-\u1b5b\u1b5e-\u1b5f\u1b7d-\u1b7f\u1c3b-\u1c3c\u1c7e-\u1c7f\u2024\u203c-\u203d\u2047-\u2049"
    "\u2cf9-\u2cfb\u2e2e\u2e3c\u2e53-\u2e54\u2e60-\u2e61\u3002\ua4ff\ua60e-\ua60f\ua6f3\ua6f7\ua876-\ua877"
    "\ua8ce-\ua8cf\ua92f\ua9c8-\ua9c9\uaa5d-\uaa5f\uaaf0-\uaaf1\uabeb\ufe12\ufe15-\ufe16\ufe52\ufe56-\ufe57\uff01"
    "\uff0e\uff1f\uff61"
)
"""The property of this name in Unicode 17 (PropList.txt), without the stops above
and without the scripts beyond U+FFFF, in which nobody writes to a bot."""

_TIBETAN: Final = "\u0f0d-\u0f12"
"""Shads, which Unicode does not list there."""

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
"""Characters before a stop that are looked at."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_BEFORE_NAMES: Final = _words(
    "Mr Mrs Ms Mx Dr Prof Rev Hon Gov Sen Rep Gen Col Maj Capt Lt Sgt Det Atty St Ft Mt Sra Srta Dra Hr Fr vs"
)
"""Abbreviations that a name follows, so that a capital letter behind them begins no sentence."""

_WITHIN: Final = _words(
    "No Nos Nr Art art Sec Vol vol Fig fig pp ca cf approx est etc al Jr Sr Inc Ltd Co Corp Ave Blvd Rd dept",
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat Sun",
    "núm pág págs ud uds tel bzw usw bspw ggf evtl vgl inkl",
)
"""Abbreviations behind which a sentence goes on with a small letter or a number, and may end otherwise."""

_BEGINNINGS: Final = _words(
    "He She It They We You I The A An This That These Those There His Her Its Their",
    "Él Ella Ellos Ellas El La Los Las Un Una Su Sus Esto Eso Este Esta Ese Esa",
)
"""Words that begin a sentence and follow no initial: ``It was plan B. She agreed.``"""

_GERMAN_MONTHS: Final = _words(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
)
"""What follows the stop of a day: ``am 3. Mai``."""

_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def sentences(text: str) -> list[str]:
    """Split a text at the ends of its sentences, and a list, whose lines have been joined, before its items.

    Args:
        text: prose without citation marks.

    Returns:
        The sentences without the blanks around them; none for a text that is blank.
    """
    pieces = []
    for item in _items(text):
        ends = [0, *sentence_ends(item), len(item)]
        pieces += [item[start:end].strip() for start, end in pairwise(ends)]
    return [piece for piece in pieces if piece]


def sentence_ends(text: str) -> Iterator[int]:
    """Find where sentences end: behind the stop and what closes with it, before the blank."""
    for found in _STOP.finditer(text):
        if _ends(text, found):
            yield found.end("closing")


def count_words(text: str) -> int:
    """Count words; in scripts without blanks between them each letter counts as one."""
    return len(_WORD.findall(text))


def _items(text: str) -> list[str]:
    """Split a list at its bullets, which stay with their items: ``- He was 16 - She was not``."""
    first = _FIRST_BULLET.search(text)
    if not first:
        return [text]
    start = first.start("bullet")
    bullet = re.escape(first["bullet"])
    item, *others = re.split(rf"(?<!\s)\s+(?={bullet}\s)", text[start:])
    return [text[:start] + item, *others]


def _ends(text: str, found: re.Match[str]) -> bool:
    """Tell whether a stop ends a sentence.

    Args:
        text: all of it.
        found: the stop, with quotation marks and brackets that close behind it, and blanks.
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
        # Within a number, an address or an abbreviation; or the blank was forgotten.
        begins = text[found.end() : found.end() + 1].isalpha() and (not goes_on or last_word.isdigit())
        return begins and not (stop == "." and _is_letter(last_word))
    if goes_on and (found["closing"] or stop == "…" or stop.endswith("..")):  # "Why?" she asked
        return False
    return stop != "." or not _abbreviated(last_word, next_word)


def _abbreviated(word: str, next_word: str) -> bool:
    """Tell whether a full stop belongs to the word before it, and a sentence goes on with the next one."""
    if _is_letter(word):  # an initial, or "9 a.m. Monday"
        return next_word not in _BEGINNINGS
    if word in _WITHIN:
        return next_word[:1].islower() or next_word[:1].isdigit()
    return word in _BEFORE_NAMES or (word.isdigit() and next_word in _GERMAN_MONTHS)


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()
