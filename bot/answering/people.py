"""People found by any of their names, as members type them."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

from bot.knowledge.model import Person

_SIMILAR: Final = 80
"""Least likeness of a misspelt name, 0..100 by :func:`rapidfuzz.fuzz.ratio`: one typo in five letters or more."""


class Names:
    """All that the people of a knowledge base are called; made once and never changed."""

    def __init__(self, people: Iterable[Person]) -> None:
        """Take the people in, in the order in which they are listed; of two with one name the first has it."""
        self._people: Final = {person.id: person for person in people}
        self._owners: Final[dict[str, str]] = {}
        for person in self._people.values():
            for name in (person.id, *person.called):
                self._owners.setdefault(_key(name), person.id)

    def find(self, typed: str) -> Person | None:
        """Find whom a member means: by id, name, alias or handle, whatever the case, the blanks and the hyphens.

        A name with a typo is found if it is like the names of one person only.
        """
        return self._found(_key(typed))

    def known(self, typed: str) -> bool:
        """Return whether somebody has exactly this name: what only resembles one may be anything."""
        return _key(typed) in self._owners

    def complete(self, typed: str) -> list[Person]:
        """List the people one of whose names holds what was typed so far; else the one it is like.

        Those come first of whom a name begins with it.
        """
        key = _key(typed)
        # Of each person, whether a name begins with it.
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
    """Reduce a name to its letters and digits: ``Jay-Z`` and ``@jayz`` are one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))
