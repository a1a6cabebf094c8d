"""Messages, as long as Discord lets them be, each of a kind that makes some part of the matcher work hardest."""

import string
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from tests.benchmarks.synthetic import slip

LENGTH: Final = 4_000
"""Characters; Discord's own limit for members with Nitro."""
_CYRILLIC: Final = "".join(map(chr, range(0x430, 0x450)))
_HAN: Final = "".join(map(chr, range(0x4E00, 0x4F00)))


def messages(phrasings: Sequence[str], length: int = LENGTH) -> Mapping[str, str]:
    """Return messages by their kind, the same on every run; `phrasings` are what a FAQ's entries are asked by."""
    random = Random(5)  # noqa: S311
    said = [word for phrasing in phrasings for word in phrasing.split()]
    long = [word for word in said if len(word) > 6] or said

    def made_up(letters: str, size: int) -> str:
        return "".join(random.choice(letters) for _ in range(size))

    def typo() -> str:
        return slip(random.choice(said), random)

    kinds: dict[str, Callable[[], str]] = {
        "one unknown word": lambda: made_up(string.ascii_lowercase, length),
        "one letter": lambda: "a" * length,
        "words of three letters": lambda: made_up(string.ascii_lowercase, 3),
        "words of seven letters": lambda: made_up(string.ascii_lowercase, 7),
        "words of forty letters": lambda: made_up(string.ascii_lowercase, 40),
        "slips": typo,
        "slips in long words": lambda: slip(random.choice(long), random),
        "words of common letters": lambda: made_up("aeinorst", 8),
        "words that sound alike": lambda: random.choice(long) + made_up("aeiouhwy", 2),
        "words of vowels": lambda: made_up("aeiouy", 7),
        "questions full of slips": lambda: " ".join(["who", *(typo() for _ in range(26))]) + "?",
        "questions of unknown words": lambda: f"who {' '.join(made_up(string.ascii_lowercase, 8) for _ in range(30))}?",
        "phrasings": lambda: random.choice(phrasings),
        "questions": lambda: random.choice(phrasings).strip("?") + "?",
        "question words": lambda: random.choice(["who", "did", "what", "is"]),
        "short questions": lambda: f"{random.choice(['who', 'is'])} {typo()}?",
        "one endless question": lambda: f"{typo()} who",
        "stray blanks": lambda: " ".join(random.choice(long)),
        "lost blanks": lambda: random.choice(said) + random.choice(said),
        "another script": lambda: made_up(_CYRILLIC, 7),
        "a script without blanks": lambda: made_up(_HAN, 40),
        "several scripts": lambda: random.choice([typo(), made_up(_CYRILLIC, 7), "\U0001f62d", "who is it?"]),
        "ligatures": lambda: "\ufdfa" * length,
        "combining marks": lambda: "e" + "\u0301" * 9,
        "one combining mark after another": lambda: "e" + "\u0301" * length,
        "invisible characters": lambda: "w\u200bh\u2060o \u202e",
        "nothing visible": lambda: "\u200b" * length,
        "blanks before a word": lambda: "who" + " " * (length - 4) + "x",
        "wide blanks before a word": lambda: "who" + "\u3000" * (length - 4) + "x",
        "line feeds before a word": lambda: "who" + "\n" * (length - 4) + "x",
        "stops between blanks": lambda: " .",
        "commas and joining words": lambda: ", and also then",
        "courtesies": lambda: "hello, thanks,",
        "half a pair": lambda: "who \ud800",
        "marks": lambda: "?" * 3,
        "marks before a word": lambda: "?" * (length - 1) + "x",
        "stops and marks": lambda: "?!.;,",
        "openings of markup": lambda: "</" * 9,
        "backticks": lambda: "`" * length,
        "addresses": lambda: "https://www.",
        "markup": lambda: "<@1> ```",
        "hashtags": lambda: "#" + "".join(typo().title() for _ in range(4)),
        "contractions": lambda: f"{typo()}'s n't'd",
        "numbers": lambda: f"{random.randrange(10**6)}th",
    }  # fmt: skip
    return {kind: _filled(word, length) for kind, word in kinds.items()}


def _filled(word: Callable[[], str], length: int) -> str:
    """Return words up to the length."""
    text = word()
    while len(text) < length:
        text += f" {word()}"
    return text[:length]
