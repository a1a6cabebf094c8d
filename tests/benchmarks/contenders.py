"""What is compared: the matcher, and what a bot would take from rapidfuzz without it."""

from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import fuzz, process

from bot.answering.answerer import MAX_COMPLETIONS, MAX_TYPED
from bot.answering.people import Names
from bot.chat.message import limits
from bot.knowledge.model import Person
from bot.matching.matcher import Matcher
from tests.benchmarks.synthetic import Faq

Contender = Mapping[str, Callable[[str], object]]
"""What is asked -> how to ask it."""

QUESTION = "question"
PREFIX = "prefix"
HOSTILE = "hostile"

PEER = "rapidfuzz: extract WRatio, 25 of a beginning"
"""What completing a name is compared with."""


def matcher(faq: Faq) -> Contender:
    """Return `Matcher.rank` of a question, what `/ask` does at a key that is pressed, and `Matcher.decide`."""
    built = Matcher.from_phrasings(faq)

    def complete(typed: str) -> object:
        found = built.rank(typed[:MAX_TYPED], MAX_COMPLETIONS)
        return [choice.to_dict() for choice in limits.choices((faq[each.entry][0], each.entry) for each in found)]

    return {
        QUESTION: built.rank,
        PREFIX: complete,
        HOSTILE: built.decide,
    }


def rapidfuzz(faq: Faq) -> Contender:
    """Return `extractOne` of a question and `extract` of a prefix over all phrasings, by rapidfuzz's usual scorer."""
    choices = [phrasing for phrasings in faq.values() for phrasing in phrasings]

    def nearest(typed: str) -> object:
        return process.extractOne(typed, choices, scorer=fuzz.WRatio)

    return {
        QUESTION: nearest,
        PREFIX: lambda typed: process.extract(typed, choices, scorer=fuzz.WRatio, limit=MAX_COMPLETIONS),
        HOSTILE: nearest,
    }


def completing(people: Sequence[Person]) -> Contender:
    """Return what `/who` does at a key that is pressed, and `extract` over all names by rapidfuzz's usual scorer."""
    built = Names(people)
    choices = [name for person in people for name in (person.id, person.name, *person.aliases, *person.handles)]

    def complete(typed: str) -> object:
        found = built.complete(typed)
        return [choice.to_dict() for choice in limits.choices((person.name, person.id) for person in found)]

    return {
        "Names: autocomplete, 25 of a beginning": complete,
        PEER: lambda typed: process.extract(typed, choices, scorer=fuzz.WRatio, limit=MAX_COMPLETIONS),
    }


BUILDERS: Mapping[str, Callable[[Faq], Contender]] = {"Matcher": matcher, "rapidfuzz": rapidfuzz}
