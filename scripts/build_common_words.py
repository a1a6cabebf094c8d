"""Build bot/matching/data/common_words.txt: common English words, most frequent first.

Sources, all installed from PyPI at build time only (none is a run-time dependency):
- pyspellchecker (MIT): word counts of English film and television subtitles;
- symspellpy (MIT): a list of 82,765 correctly spelled English words, used as a filter against subtitle slips;
- english-words (MIT): Webster's Second International (web2, public domain), used to tell names from words;
- names (MIT): first and last names of the 1990 US census (public domain), used for the same.

A proper name is left out ("brighton" is not a common word), since the list guards words against typo repair and a
misspelled name must stay open to it. Usage:
    pip install pyspellchecker symspellpy english-words names && python scripts/build_common_words.py
"""

import gzip
import json
import re
from pathlib import Path

import names
import spellchecker
import symspellpy
from english_words import get_english_words_set

SIZE = 30_000
OUT = Path(__file__).parents[1] / "bot" / "matching" / "data" / "common_words.txt"
WORD = re.compile(r"[a-z]{2,}|[ai]")
KEPT_SHORT = frozenset(
    [
        "a", "i", "am", "an", "as", "at", "be", "by", "do", "go", "he", "hi", "if", "in", "is",
        "it", "me", "my", "no", "of", "oh", "ok", "on", "or", "so", "to", "up", "us", "we",
    ]
)  # fmt: skip
CALENDAR = frozenset(
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "sunday",
        "monday", "friday",
    ]
)  # fmt: skip


def census_names() -> set[str]:
    """Return lower-cased first and last names of the census files that the package carries."""
    found: set[str] = set()
    for path in names.FILES.values():
        found.update(line.split()[0].lower() for line in Path(path).read_text(encoding="ascii").splitlines() if line)
    return found


def main() -> None:
    """Write the list."""
    folder = Path(spellchecker.__file__).parent / "resources"
    counts: dict[str, int] = json.loads(gzip.decompress((folder / "en.json.gz").read_bytes()))
    dictionary = Path(symspellpy.__file__).parent / "frequency_dictionary_en_82_765.txt"
    spelt = {line.split()[0] for line in dictionary.read_text(encoding="utf-8-sig").splitlines()}
    american = {word for word in sorted(counts, key=lambda w: -counts[w])[:20_000] if WORD.fullmatch(word)}
    web2 = get_english_words_set(["web2"], lower=False)
    people = census_names()

    def is_name(word: str) -> bool:
        return word in people and word not in web2 and word not in CALENDAR

    common = [
        word
        for word in sorted(counts, key=lambda w: (-counts[w], w))
        if WORD.fullmatch(word)
        and (len(word) > 2 or word in KEPT_SHORT)  # noqa: PLR2004
        and (word in spelt or word in american)
        and not is_name(word)
    ]
    OUT.write_text("\n".join(common[:SIZE]) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
