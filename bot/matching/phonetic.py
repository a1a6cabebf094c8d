"""How a word sounds, roughly: for names that are spelled by ear ("jonson", "filadelfia")."""

import re
from typing import Final

_SPELLINGS: Final = (
    ("ph", "f"), ("kh", "k"), ("ck", "k"), ("q", "k"), ("sch", "x"), ("tch", "x"), ("sh", "x"), ("ch", "x"),
    ("ce", "s"), ("ci", "s"), ("cy", "s"), ("dg", "j"), ("ge", "j"), ("gi", "j"), ("gy", "j"), ("gh", ""),
    ("c", "k"), ("z", "s"),
)  # fmt: skip
_VOWELS: Final = "aeiouy"
_SILENT: Final = str.maketrans("", "", "aeiouyhw")
_DOUBLED: Final = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """Return the key that words of like sound share: consonants in one spelling each, vowels only at the front."""
    for spelling, key in _SPELLINGS:
        if spelling in word:
            word = word.replace(spelling, key)
    front = "a" if word and word[0] in _VOWELS else word[:1]
    return _DOUBLED.sub(r"\1", front + word[1:].translate(_SILENT))
