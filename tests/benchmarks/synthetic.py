"""FAQs of any size and questions to them, made from the phrasings of a real one; the same on every run."""

import string
from collections.abc import Mapping, Sequence
from random import Random

from bot.knowledge.model import KnowledgeBase, Person

Faq = Mapping[str, Sequence[str]]
"""Entry -> phrasings."""

PHRASINGS = 10
"""An entry."""

SMALL = 50
"""Phrasings that are built on first, so that what any FAQ takes once (word lists, vectors) is not counted."""

_LEAD_INS = ("pls", "hey", "quick question", "anyone know", "does anybody remember", "so", "wait", "ok but")
_SHORTEST_SLIPPED = 4
_PREFIX = (2, 14)
"""Characters after which members wait for the list of an autocomplete."""


def phrasings(base: KnowledgeBase) -> list[list[str]]:
    """List the phrasings of each entry, the canonical question first."""
    return [[entry.question, *entry.phrasings] for entry in base.entries.values()]


def faq(material: Sequence[Sequence[str]], size: int) -> Faq:
    """Make a FAQ of `size` phrasings.

    Entry after entry takes its phrasings from the next one of `material`, each about one of two people of its own, so
    that the vocabulary grows with the FAQ; a quarter of them has a slip.
    """
    random = Random(0)  # noqa: S311
    made = {}
    for number in range(size // PHRASINGS):
        source = material[number % len(material)]
        people = _name(random), _name(random)
        texts = [source[at % len(source)] for at in range(PHRASINGS)]
        made[f"e{number}"] = [
            f"{slip(text, random) if random.random() < 0.25 else text} {random.choice(people)}" for text in texts
        ]
    return made


def questions(asked: Faq, count: int) -> list[str]:
    """Make questions to a FAQ: phrasings with words in front; half of them with a slip, half without the name."""
    random = Random(1)  # noqa: S311
    entries = list(asked.values())
    made = []
    for number in range(count):
        words = random.choice(random.choice(entries)).split()
        text = f"{random.choice(_LEAD_INS)} {' '.join(words[:-1] if number % 2 else words)}"
        made.append(slip(text, random) if number % 4 > 1 else text)
    return made


def prefixes(asked: Faq, count: int) -> list[str]:
    """Make beginnings of questions to a FAQ, as a member types them into an autocomplete."""
    random = Random(2)  # noqa: S311
    entries = list(asked.values())
    return [random.choice(random.choice(entries)).lower()[: random.randint(*_PREFIX)] for _ in range(count)]


def people(count: int) -> list[Person]:
    """Make people with two names of their own, a nickname and a handle."""
    random = Random(5)  # noqa: S311
    return [
        Person(
            id=f"p{number}",
            name=f"{_name(random)} {_name(random)}",
            aliases=(_name(random),),
            handles=(f"@{_name(random).lower()}{number}",),
            role="Somebody [p1].",
            passages=("p1",),
        )
        for number in range(count)
    ]


def slip(text: str, random: Random) -> str:
    """Return `text` with a letter dropped, doubled, swapped with the next or mistaken in one of its longer words."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= _SHORTEST_SLIPPED]
    if long:
        at = random.choice(long)
        word = words[at]
        cut = random.randrange(1, len(word) - 1)
        left, letter, right = word[:cut], word[cut], word[cut + 1 :]
        words[at] = random.choice(
            [
                left + right,
                left + 2 * letter + right,
                left + right[0] + letter + right[1:],
                left + random.choice(string.ascii_lowercase) + right,
            ]
        )
    return " ".join(words)


def _name(random: Random) -> str:
    return "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(3)).title()
