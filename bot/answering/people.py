"""Finding people by any of their names, as members type them, and what the entries say of them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from bot.i18n.phrases import unaccented
from bot.knowledge.model import Entry, Kind, KnowledgeBase, Person

_SIMILAR: Final = 80
"""The lowest similarity of a misspelled name, 0 to 100 by :func:`rapidfuzz.fuzz.ratio`: one typo in five letters or
more."""


class Names:
    """The names of the people in a knowledge base; immutable."""

    def __init__(self, people: Iterable[Person]) -> None:
        """Index people by their names. A name that two people share finds the first of them."""
        self._people: Final = {person.id: person for person in people}
        self._owners: Final[dict[str, str]] = {}
        for person in self._people.values():
            for name in (person.id, *person.called):
                self._owners.setdefault(_key(name), person.id)
        self._longest: Final = max((len(name.split()) for p in self._people.values() for name in p.called), default=0)

    def find(self, typed: str) -> Person | None:
        """Return the person whom a member means by an id, name, alias or handle; None if there is no such person.

        Case, accents, spaces and hyphens are ignored. A misspelled name counts if it is similar to the names of one
        person only.
        """
        return self._found(_key(typed))

    def find_by_part(self, typed: str) -> Person | None:
        """Return the one person of whose names one has all these words, such as a first name; None if not just one."""
        said = {_key(word) for word in typed.split()} - {""}
        found = [
            person
            for person in self._people.values()
            if said and any(said <= {_key(word) for word in name.split()} for name in person.called)
        ]
        return found[0] if len(found) == 1 else None

    def known(self, typed: str) -> bool:
        """Return whether somebody has exactly this name; a similar word may mean anything."""
        return _key(typed) in self._owners

    def split(self, words: Sequence[str]) -> tuple[Person | None, list[str]]:
        """Return the person whose exact name is the longest run of words, or None, and the other words."""
        for length in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                if owner := self._owners.get(_key("".join(words[start : start + length]))):
                    return self._people[owner], [*words[:start], *words[start + length :]]
        return None, list(words)

    def complete(self, typed: str) -> list[Person]:
        """Return the people with a name that contains what was typed so far, else the one with a similar name.

        People with a name that begins with it come first.
        """
        key = _key(typed)
        # Maps each person to whether a name begins with the key.
        held: dict[str, bool] = {}
        for name, person in self._owners.items():
            if key in name:
                held[person] = held.get(person, False) or name.startswith(key)
        if held:
            found = [person for person in self._people.values() if person.id in held]
            return sorted(found, key=lambda person: not held[person.id])
        like = self._found(key)
        return [like] if like else []

    def _found(self, key: str) -> Person | None:
        if key in self._owners:
            return self._people[self._owners[key]]
        similar = process.extract(key, self._owners.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=None)
        best = {self._owners[name] for name, score, _ in similar if score == similar[0][1]}
        return self._people[best.pop()] if len(best) == 1 else None


def _key(name: str) -> str:
    """Return a name's letters and digits without case and accents, so that ``Jay-Z`` and ``@jayz`` are the same."""
    return "".join(filter(str.isalnum, unaccented(unicodedata.normalize("NFKC", name).casefold())))


def names_pattern(person: Person) -> str:
    """Return a regular expression that matches any name of a person, but for handles."""
    return f"(?:{'|'.join(re.escape(name) for name in (person.name, *person.aliases))})"


def entries_about(base: KnowledgeBase, person: Person) -> list[Entry]:
    """Return the entries that name a person or are attributed to them, those that the source covers first."""
    named = re.compile(rf"(?<!\w){names_pattern(person)}(?!\w)", re.IGNORECASE)
    about: Sequence[Entry] = [
        entry
        for entry in base.entries.values()
        if person.id in entry.attributed_to or named.search(f"{entry.question} {entry.answer}")
    ]
    return sorted(about, key=lambda entry: entry.kind is Kind.NOT_COVERED)


def speakers(base: KnowledgeBase) -> list[Person]:
    """Return the people to whom an answer is attributed, in the order of the file."""
    named = {person for entry in base.entries.values() for person in entry.attributed_to}
    return [person for person in base.people.values() if person.id in named]
