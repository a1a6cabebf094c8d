"""Finding people by any of their names, as members type them."""

import unicodedata
from typing import Final

from rapidfuzz import fuzz, process

from bot.knowledge.model import KnowledgeBase, Person

_SIMILAR: Final = 80
"""Least likeness of a misspelt name, 0..100 by :func:`rapidfuzz.fuzz.ratio`: one typo in five letters or more."""


def find_person(base: KnowledgeBase, typed: str) -> Person | None:
    """Find whom a member means: by id, name, alias or handle, whatever the case, the blanks and the hyphens.

    A name with a typo is found if it is like the names of one person only.
    """
    names = _names(base)
    key = _key(typed)
    if key in names:
        return base.people[names[key]]
    similar = process.extract(key, names.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=None)
    best = {names[name] for name, score, _ in similar if score == similar[0][1]}
    return base.people[best.pop()] if len(best) == 1 else None


def is_name(base: KnowledgeBase, typed: str) -> bool:
    """Tell whether somebody is called so, letter by letter: what is only like a name may be anything."""
    return _key(typed) in _names(base)


def complete_person(base: KnowledgeBase, typed: str) -> list[Person]:
    """List the people one of whose names holds what was typed so far; else the one it is like."""
    key = _key(typed)
    held = {person for name, person in _names(base).items() if key in name}
    if held:
        return [person for person in base.people.values() if person.id in held]
    found = find_person(base, typed)
    return [found] if found else []


def _names(base: KnowledgeBase) -> dict[str, str]:
    """Map every way to write a person to the person's id; of two people with one name the first has it."""
    names: dict[str, str] = {}
    for person in base.people.values():
        for name in (person.id, person.name, *person.aliases, *person.handles):
            names.setdefault(_key(name), person.id)
    return names


def _key(name: str) -> str:
    """Reduce a name to its letters and digits: ``Jay-Z`` and ``@jayz`` are one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))
